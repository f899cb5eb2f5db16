package dev.afinador.server.api;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.Datasets;
import dev.afinador.dataset.TextEncoding;
import dev.afinador.dataset.convert.Conversion;
import dev.afinador.dataset.convert.ConversionMaker;
import dev.afinador.dataset.convert.Layout;
import dev.afinador.dataset.convert.Mapping;
import dev.afinador.dataset.convert.Part;
import dev.afinador.dataset.diff.InlineDiff;
import dev.afinador.dataset.diff.LineDiff;
import dev.afinador.dataset.make.Making;
import dev.afinador.dataset.make.Makings;
import dev.afinador.dataset.repair.Fix;
import dev.afinador.dataset.repair.Repair;
import dev.afinador.dataset.repair.RepairPlan;
import dev.afinador.dataset.repair.Repairs;
import dev.afinador.server.config.Texts;
import dev.afinador.work.Refusal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// Datasets made from others: repaired, converted, compared.
@RestController
@RequestMapping(DatasetsResource.PATH)
@Tag(
        name = "datasets",
        description = "Training files: stored by content, in versions, checked line by line")
class DatasetWorkResource {

    private static final int CHANGES = 200;
    private static final long PREVIEW_BYTES = 32L << 20;

    private final Datasets datasets;
    private final Makings makings;
    private final Repairs repairs;
    private final ConversionMaker conversions;
    private final Texts texts;

    DatasetWorkResource(
            Datasets datasets,
            Makings makings,
            Repairs repairs,
            ConversionMaker conversions,
            Texts texts) {
        this.datasets = datasets;
        this.makings = makings;
        this.repairs = repairs;
        this.conversions = conversions;
        this.texts = texts;
    }

    /// A dataset in the making.
    ///
    /// @param kind     `repair`, `conversion` or `conversations`
    /// @param state    `working`, `done`, `failed` or `cancelled`
    /// @param datasets what came out, the main one first; empty until it is done
    @JsonNaming(SnakeCaseStrategy.class)
    record MakingJson(
            String id,
            String kind,
            @Nullable String sourceId,
            String name,
            String state,
            int percent,
            List<String> datasets,
            @Nullable TroubleJson error,
            Instant createdAt,
            Instant changedAt) {}

    record TroubleJson(String code, String message) {}

    /// @param fixes             words of fixes; absent for all that lose nothing
    /// @param validationPercent 0 to 50; examples to set aside as a dataset of their own
    /// @param seed              decides which examples those are
    /// @param validationName    what their dataset is called
    @JsonNaming(SnakeCaseStrategy.class)
    record RepairRequest(
            @Nullable List<String> fixes,
            @Nullable Integer validationPercent,
            @Nullable Long seed,
            @Nullable String validationName) {}

    /// @param counts   lines by what would be done to them
    /// @param complete whether the whole file was looked at, or only its beginning
    @JsonNaming(SnakeCaseStrategy.class)
    record RepairPreview(
            Map<String, Long> counts,
            long lines,
            long kept,
            long setAside,
            boolean complete,
            List<ChangeJson> changes) {}

    /// @param line 1-based, in the file as it is
    record ChangeJson(long line, List<String> fixes, boolean dropped, List<SegmentJson> segments) {}

    /// @param kind `same`, `removed`, `added` or `gap`
    record SegmentJson(String kind, String text) {
        static List<SegmentJson> of(List<InlineDiff.Segment> segments) {
            return segments.stream()
                    .map(s -> new SegmentJson(s.kind().name().toLowerCase(Locale.ROOT), s.text()))
                    .toList();
        }
    }

    /// @param columns    places of columns by part, from 0
    /// @param systemText what every example begins with, where its row says nothing
    @JsonNaming(SnakeCaseStrategy.class)
    record ConversionRequest(
            @Nullable String encoding,
            @Nullable String delimiter,
            @Nullable String quote,
            @Nullable Boolean header,
            @Nullable Map<String, Integer> columns,
            @Nullable String systemText) {}

    /// @param columns  of the source, in order
    /// @param mapping  places among them by part
    /// @param shaped   whether the objects are examples already, so that nothing is mapped
    /// @param troubles how many rows would be left out, by code
    /// @param error    why it cannot be read to its end
    @JsonNaming(SnakeCaseStrategy.class)
    record ConversionPreview(
            String format,
            String encoding,
            String delimiter,
            String quote,
            boolean header,
            List<String> columns,
            Map<String, Integer> mapping,
            boolean shaped,
            long rows,
            long written,
            boolean complete,
            Map<String, Long> troubles,
            List<RowJson> leftOut,
            List<SampleJson> samples,
            @Nullable TroubleJson error) {}

    record RowJson(long row, long line, String code, String message) {}

    record SampleJson(long row, List<MessageJson> messages, @Nullable String rejected) {}

    record MessageJson(String role, String content) {}

    /// @param complete whether both were read to their end; if not, counts are of the part that was read
    record DiffJson(
            long changed, long removed, long added, boolean complete, List<LineJson> lines) {}

    /// @param before number in the old file, or null
    /// @param after  number in the new file, or null
    record LineJson(@Nullable Long before, @Nullable Long after, List<SegmentJson> segments) {}

    @PostMapping("/{id}/repairs/preview")
    @Operation(
            summary = "What a repair would change",
            requestBody =
                    @RequestBody(
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(implementation = RepairRequest.class))))
    RepairPreview previewRepair(@PathVariable String id, HttpServletRequest request)
            throws IOException, HttpMediaTypeNotSupportedException {
        Dataset dataset = datasets.get(id);
        RepairPlan plan = plan(repairBody(request));
        Repair.Outcome outcome = repairs.preview(dataset, plan, CHANGES, PREVIEW_BYTES);
        Map<String, Long> counts = new TreeMap<>();
        outcome.counts().forEach((fix, lines) -> counts.put(fix.word(), lines));
        return new RepairPreview(
                counts,
                outcome.lines(),
                outcome.kept(),
                outcome.setAside(),
                outcome.complete(),
                outcome.changes().stream()
                        .map(change ->
                                new ChangeJson(
                                        change.line(),
                                        change.made().stream().map(Fix::word).sorted().toList(),
                                        change.dropped(),
                                        SegmentJson.of(change.segments())))
                        .toList());
    }

    @PostMapping("/{id}/repairs")
    @Operation(
            summary = "Repair into a new version; this one stays as it is",
            description =
                    "Fixes: `encoding`, `byte_order_mark`, `line_endings`, `blank_lines`, `keys`, `trim`, `duplicates`, and"
                            + " `unreadable`, which drops lines that are no JSON and has to be asked for. The answer tells where"
                            + " to ask what became of it.",
            requestBody =
                    @RequestBody(
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(implementation = RepairRequest.class))))
    ResponseEntity<MakingJson> repair(
            @PathVariable String id, HttpServletRequest request, Locale locale)
            throws IOException, HttpMediaTypeNotSupportedException {
        Dataset dataset = datasets.get(id);
        JsonBody body = repairBody(request);
        RepairPlan plan = plan(body);
        String validation = body.text("validation_name");
        body.requireGood();
        Making making =
                repairs.order(
                        dataset,
                        plan,
                        validation == null || validation.isBlank()
                                ? dataset.name() + " (validation)"
                                : validation.strip());
        return accepted(making, locale);
    }

    private static JsonBody repairBody(HttpServletRequest request)
            throws IOException, HttpMediaTypeNotSupportedException {
        return JsonBody.read(
                request, Set.of("fixes", "validation_percent", "seed", "validation_name"));
    }

    private static RepairPlan plan(JsonBody body) {
        Set<Fix> fixes = EnumSet.noneOf(Fix.class);
        List<String> words = body.texts("fixes");
        Long percent = body.wholeNumber("validation_percent");
        Long seed = body.wholeNumber("seed");
        List<Refusal.Violation> wrong = new ArrayList<>();
        for (String word : words) {
            Optional<Fix> fix = Fix.of(word);
            if (fix.isPresent()) {
                fixes.add(fix.get());
            } else {
                wrong.add(
                        Refusal.Violation.of(
                                "fixes",
                                "not_one_of",
                                String.join(
                                        ", ",
                                        Arrays.stream(Fix.values()).map(Fix::word).toList())));
            }
        }
        if (percent != null && (percent < 0 || percent > 50)) {
            wrong.add(Refusal.Violation.of("validation_percent", "out_of_range", 0, 50, percent));
        }
        body.requireGood();
        if (!wrong.isEmpty()) {
            throw Refusal.invalid(wrong);
        }
        if (!body.has("fixes")) {
            Arrays.stream(Fix.values()).filter(Fix::safe).forEach(fixes::add);
        }
        return new RepairPlan(
                fixes, percent == null ? 0 : percent.intValue(), seed == null ? 0 : seed);
    }

    @PostMapping("/{id}/conversions/preview")
    @Operation(
            summary = "How a source is read and what would come out",
            requestBody =
                    @RequestBody(
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    ConversionRequest.class))))
    ConversionPreview previewConversion(
            @PathVariable String id, HttpServletRequest request, Locale locale)
            throws IOException, HttpMediaTypeNotSupportedException {
        Dataset dataset = source(id);
        JsonBody body = conversionBody(request);
        Layout layout = conversions.layout(dataset, settings(body));
        Mapping mapping = mapping(body, layout);
        Conversion.Outcome outcome = conversions.preview(dataset, layout, mapping, 1_000, 10);
        Map<String, Integer> columns = new TreeMap<>();
        mapping.columns().forEach((part, at) -> columns.put(part.word(), at));
        return new ConversionPreview(
                layout.format().word(),
                layout.encoding().name().toLowerCase(Locale.ROOT),
                String.valueOf(layout.delimiter()),
                String.valueOf(layout.quote()),
                layout.header(),
                layout.columns(),
                columns,
                layout.shaped(),
                outcome.rows(),
                outcome.written(),
                outcome.complete(),
                new TreeMap<>(outcome.troubles()),
                outcome.first().stream().map(row -> row(row, locale)).toList(),
                outcome.samples().stream().map(DatasetWorkResource::sample).toList(),
                outcome.ended() == null
                        ? null
                        : trouble(
                                locale, outcome.ended().code(), outcome.ended().args().toArray()));
    }

    private RowJson row(Conversion.RowTrouble row, Locale locale) {
        return new RowJson(
                row.row(),
                row.line(),
                row.code(),
                texts.getOrElse(locale, "making." + row.code(), row.code(), row.arg()));
    }

    private static SampleJson sample(Conversion.Sample sample) {
        return new SampleJson(
                sample.row(),
                sample.messages().stream().map(m -> new MessageJson(m.role(), m.text())).toList(),
                sample.rejected());
    }

    @PostMapping("/{id}/conversions")
    @Operation(
            summary = "Convert into a new version; this one stays as it is",
            description =
                    "Parts of `columns`: `question`, `context`, `answer`, `rejected`, `system`, `history`. What is left out is"
                            + " guessed, as the preview shows.",
            requestBody =
                    @RequestBody(
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    ConversionRequest.class))))
    ResponseEntity<MakingJson> convert(
            @PathVariable String id, HttpServletRequest request, Locale locale)
            throws IOException, HttpMediaTypeNotSupportedException {
        Dataset dataset = source(id);
        JsonBody body = conversionBody(request);
        Layout layout = conversions.layout(dataset, settings(body));
        Mapping mapping = mapping(body, layout);
        return accepted(
                makings.order(
                        Making.Kind.CONVERSION,
                        dataset.id(),
                        ConversionMaker.recipe(layout, mapping),
                        dataset.name()),
                locale);
    }

    private Dataset source(String id) {
        Dataset dataset = datasets.get(id);
        if (!ConversionMaker.takes(dataset)) {
            throw Refusal.conflict("convert_not_needed", dataset.name());
        }
        return dataset;
    }

    private static JsonBody conversionBody(HttpServletRequest request)
            throws IOException, HttpMediaTypeNotSupportedException {
        return JsonBody.read(
                request,
                Set.of("encoding", "delimiter", "quote", "header", "columns", "system_text"));
    }

    private static Layout.Settings settings(JsonBody body) {
        String encoding = body.text("encoding");
        TextEncoding known =
                encoding == null
                        ? null
                        : Arrays.stream(TextEncoding.values())
                                .filter(e -> e.name().equalsIgnoreCase(encoding))
                                .findFirst()
                                .orElseThrow(() ->
                                        Refusal.invalid(
                                                List.of(
                                                        Refusal.Violation.of(
                                                                "encoding",
                                                                "not_one_of",
                                                                Arrays.toString(
                                                                                TextEncoding
                                                                                        .values())
                                                                        .toLowerCase(Locale.ROOT)
                                                                        .replaceAll(
                                                                                "[\\[\\]]", "")))));
        return new Layout.Settings(
                known,
                sign("delimiter", body),
                sign("quote", body),
                body.has("header") ? body.flag("header") : null);
    }

    private static char sign(String field, JsonBody body) {
        String text = body.text(field);
        if (text == null) {
            return 0;
        }
        if (text.length() != 1 || text.charAt(0) == '\n' || text.charAt(0) == '\r') {
            throw Refusal.invalid(List.of(Refusal.Violation.of(field, "one_character")));
        }
        return text.charAt(0);
    }

    private static Mapping mapping(JsonBody body, Layout layout) {
        String system = body.text("system_text");
        Map<Part, Integer> columns = new EnumMap<>(Part.class);
        List<Refusal.Violation> wrong = new ArrayList<>();
        body.scalars("columns")
                .forEach((word, at) -> {
                    Optional<Part> part =
                            Arrays.stream(Part.values())
                                    .filter(p -> p.word().equals(word))
                                    .findFirst();
                    boolean place =
                            at.matches("[0-9]{1,4}")
                                    && Integer.parseInt(at) < layout.columns().size();
                    if (part.isEmpty()) {
                        wrong.add(
                                Refusal.Violation.of(
                                        "columns." + word,
                                        "unknown_field",
                                        word,
                                        "question, context, answer, rejected, system, history"));
                    } else if (!place) {
                        wrong.add(
                                Refusal.Violation.of(
                                        "columns." + word,
                                        "out_of_range",
                                        0,
                                        layout.columns().size() - 1,
                                        at));
                    } else {
                        columns.put(part.get(), Integer.valueOf(at));
                    }
                });
        body.requireGood();
        if (!wrong.isEmpty()) {
            throw Refusal.invalid(wrong);
        }
        Mapping guess = Mapping.guess(layout.columns());
        return new Mapping(
                body.has("columns") ? columns : guess.columns(), system == null ? "" : system);
    }

    @GetMapping("/{id}/diff")
    @Operation(
            summary = "What differs from another version",
            description =
                    "`with`: the version to compare with; without it the one that this was made from.")
    DiffJson diff(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String with,
            @RequestParam(defaultValue = "200") int limit)
            throws IOException {
        Dataset after = datasets.get(id);
        Dataset before =
                with != null
                        ? datasets.get(with)
                        : Optional.ofNullable(after.origin().from())
                                .map(datasets::get)
                                .orElseThrow(() ->
                                        Refusal.invalid(
                                                List.of(Refusal.Violation.of("with", "required"))));
        try (InputStream old = datasets.open(before.id());
                InputStream fresh = datasets.open(after.id())) {
            LineDiff.Result result =
                    LineDiff.between(old, fresh, Math.clamp(limit, 1, 1_000), 256L << 20);
            return new DiffJson(
                    result.changed(),
                    result.removed(),
                    result.added(),
                    result.complete(),
                    result.changes().stream()
                            .map(c ->
                                    new LineJson(
                                            c.before(), c.after(), SegmentJson.of(c.segments())))
                            .toList());
        }
    }

    @GetMapping("/makings/{id}")
    @Operation(summary = "How far a repair or conversion is, and what became of it")
    MakingJson making(@PathVariable String id, Locale locale) {
        return json(makings.get(id), locale);
    }

    @PostMapping("/makings/{id}/cancellation")
    @Operation(summary = "Stop a repair or conversion")
    MakingJson cancel(@PathVariable String id, Locale locale) {
        return json(makings.cancel(makings.get(id).id()), locale);
    }

    private ResponseEntity<MakingJson> accepted(Making making, Locale locale) {
        return ResponseEntity.accepted()
                .location(URI.create(DatasetsResource.PATH + "/makings/" + making.id()))
                .body(json(making, locale));
    }

    MakingJson json(Making making, Locale locale) {
        return new MakingJson(
                making.id().toString(),
                making.kind().word(),
                making.source() == null ? null : making.source().toString(),
                making.name(),
                making.state().word(),
                making.percent(),
                making.results().stream().map(Object::toString).toList(),
                making.trouble() == null
                        ? null
                        : trouble(locale, making.trouble(), making.troubleArgs().toArray()),
                making.createdAt(),
                making.changedAt());
    }

    private TroubleJson trouble(Locale locale, String code, Object... args) {
        return new TroubleJson(code, texts.getOrElse(locale, "making." + code, code, args));
    }
}
