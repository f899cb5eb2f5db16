package dev.afinador.server.api;

import dev.afinador.conversation.Conversation;
import dev.afinador.conversation.ConversationFilter;
import dev.afinador.conversation.ConversationRow;
import dev.afinador.conversation.ConversationStore;
import dev.afinador.conversation.Conversations;
import dev.afinador.conversation.Preparation;
import dev.afinador.conversation.PreparationMaker;
import dev.afinador.conversation.Turn;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.Datasets;
import dev.afinador.dataset.convert.ConversionException;
import dev.afinador.dataset.make.Making;
import dev.afinador.dataset.make.Makings;
import dev.afinador.server.config.Texts;
import dev.afinador.server.security.Sessions;
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
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// Conversations of an assistant, what people thought of them, and datasets made of them.
@RestController
@RequestMapping(ConversationsResource.PATH)
@Tag(
        name = "conversations",
        description =
                "Conversations of an assistant: sent in, rated, corrected, made into datasets")
class ConversationsResource {

    static final String PATH = "/api/v1/ai/training/conversations";

    private static final int PREVIEWED = 2_000;
    private static final int SAMPLES = 5;

    private static final Set<String> FIELDS =
            Set.of(
                    "external_id",
                    "messages",
                    "question",
                    "answer",
                    "system",
                    "context",
                    "history",
                    "tools",
                    "stars",
                    "note",
                    "tags",
                    "model",
                    "said_at");

    private static final Set<String> PREPARATION =
            Set.of(
                    "q",
                    "tag",
                    "min_stars",
                    "max_stars",
                    "or_edited",
                    "state",
                    "from",
                    "to",
                    "shape",
                    "system",
                    "system_text",
                    "name",
                    "dataset_id");

    private final Conversations conversations;
    private final PreparationMaker preparations;
    private final Makings makings;
    private final Datasets datasets;
    private final DatasetWorkResource work;
    private final Texts texts;

    ConversationsResource(
            Conversations conversations,
            PreparationMaker preparations,
            Makings makings,
            Datasets datasets,
            DatasetWorkResource work,
            Texts texts) {
        this.conversations = conversations;
        this.preparations = preparations;
        this.makings = makings;
        this.datasets = datasets;
        this.work = work;
        this.texts = texts;
    }

    /// @param question the start of what was asked first
    /// @param answer   the start of what was answered last, the better answer where there is one
    @JsonNaming(SnakeCaseStrategy.class)
    record RowJson(
            String id,
            @Nullable String externalId,
            String question,
            String answer,
            int turns,
            @Nullable Integer stars,
            boolean edited,
            List<String> tags,
            @Nullable String model,
            Instant saidAt) {
        static RowJson of(ConversationRow row) {
            return new RowJson(
                    row.id().toString(),
                    row.externalId(),
                    row.question(),
                    row.answer(),
                    row.turns(),
                    row.stars(),
                    row.edited(),
                    row.tags(),
                    row.model(),
                    row.saidAt());
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record ConversationList(List<RowJson> data, boolean hasMore, long total) {}

    /// @param better  the better answer, or null
    /// @param message as it came where it holds more than text, or null
    record TurnJson(
            String role, String content, @Nullable String better, @Nullable String message) {}

    /// @param stars   1 to 5, or null
    /// @param version to be sent along with a better answer
    @JsonNaming(SnakeCaseStrategy.class)
    record ConversationJson(
            String id,
            @Nullable String externalId,
            List<TurnJson> turns,
            @Nullable String tools,
            @Nullable Integer stars,
            String note,
            List<String> tags,
            @Nullable String model,
            @Nullable String judgedBy,
            @Nullable Instant judgedAt,
            Instant saidAt,
            Instant createdAt,
            Instant changedAt,
            long version) {
        static ConversationJson of(Conversation c) {
            List<TurnJson> turns = new java.util.ArrayList<>();
            for (int i = 0; i < c.turns().size(); i++) {
                Turn turn = c.turns().get(i);
                turns.add(new TurnJson(turn.role(), turn.text(), c.edits().get(i), turn.json()));
            }
            Conversation.Judgement judged = c.judged();
            return new ConversationJson(
                    c.id().toString(),
                    c.externalId(),
                    turns,
                    c.tools(),
                    c.stars(),
                    c.note(),
                    c.tags(),
                    c.model(),
                    judged == null ? null : judged.by(),
                    judged == null ? null : judged.at(),
                    c.saidAt(),
                    c.createdAt(),
                    c.changedAt(),
                    c.version());
        }
    }

    /// @param result `created`, `updated`, `unchanged`, or `kept` because somebody has judged it
    record TakenJson(String result, ConversationJson conversation) {}

    /// @param leftOut rows that were left out
    /// @param error   why the file could not be read to its end, or null; what came before that is there
    @JsonNaming(SnakeCaseStrategy.class)
    record ImportedJson(
            long rows,
            long created,
            long updated,
            long unchanged,
            long kept,
            long leftOut,
            List<TroubleJson> troubles,
            @Nullable String error) {}

    record TroubleJson(long line, String code, String message) {}

    /// What a program sends; `messages`, or `question` and `answer`.
    @JsonNaming(SnakeCaseStrategy.class)
    record Arrival(
            @Nullable String externalId,
            @Nullable List<Map<String, Object>> messages,
            @Nullable String question,
            @Nullable String answer,
            @Nullable String system,
            @Nullable List<Map<String, Object>> tools,
            @Nullable Integer stars,
            @Nullable String note,
            @Nullable List<String> tags,
            @Nullable String model,
            @Nullable Instant saidAt) {}

    /// What a PATCH may change; what is left out stays as it is.
    record Judgement(@Nullable Integer stars, @Nullable List<String> tags, @Nullable String note) {}

    /// @param version that was seen
    record BetterAnswer(String text, long version) {}

    /// @param orEdited   whether a conversation with a better answer counts whatever its stars
    /// @param shape      `chat` or `preference`
    /// @param system     `keep`, `replace`, `fill` or `remove`
    /// @param datasetId  whose next version it becomes
    @JsonNaming(SnakeCaseStrategy.class)
    record PreparationRequest(
            @Nullable String q,
            @Nullable String tag,
            @Nullable Integer minStars,
            @Nullable Integer maxStars,
            @Nullable Boolean orEdited,
            @Nullable String state,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable String shape,
            @Nullable String system,
            @Nullable String systemText,
            @Nullable String name,
            @Nullable String datasetId) {}

    /// @param meant    conversations that the filters leave
    /// @param read     how many of those were looked at
    /// @param leftOut  conversations that give no example, by why
    /// @param samples  the first examples, as they will stand in the file
    @JsonNaming(SnakeCaseStrategy.class)
    record PreparationPreview(
            long meant,
            long read,
            long examples,
            boolean complete,
            Map<String, Long> leftOut,
            List<String> samples) {}

    @GetMapping
    @Operation(
            summary = "List, the last said first",
            description =
                    "`q`: words in all that was said, in tags and notes. `state`: `any`, `rated`, `unrated` or `edited`. The"
                            + " next page begins `after` the id of the last one of this page.")
    ConversationList list(
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable String tag,
            @RequestParam(name = "min_stars", required = false) @Nullable Integer minStars,
            @RequestParam(name = "max_stars", required = false) @Nullable Integer maxStars,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable Instant from,
            @RequestParam(required = false) @Nullable Instant to,
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(defaultValue = "100") int limit) {
        int most = Math.clamp(limit, 1, 999);
        var filter =
                new ConversationFilter(
                        q,
                        tag,
                        minStars,
                        maxStars,
                        false,
                        Choice.of(
                                "state",
                                state,
                                ConversationFilter.State.class,
                                ConversationFilter.State.ANY),
                        from,
                        to);
        List<ConversationRow> rows =
                conversations.list(
                        filter, after == null ? null : conversations.get(after).id(), most + 1);
        return new ConversationList(
                rows.stream().limit(most).map(RowJson::of).toList(),
                rows.size() > most,
                conversations.count(filter));
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary =
                    "Send one conversation; with an `external_id` it is there once however often it is sent",
            description =
                    "201 when it is new, else 200. What somebody has rated or corrected is not changed any more.",
            requestBody =
                    @RequestBody(
                            content = @Content(schema = @Schema(implementation = Arrival.class))))
    ResponseEntity<TakenJson> take(HttpServletRequest request)
            throws IOException, HttpMediaTypeNotSupportedException {
        JsonBody body = JsonBody.read(request, FIELDS);
        Map<String, String> values = new LinkedHashMap<>();
        for (String field : FIELDS) {
            String value = body.textOrJson(field);
            if (value != null) {
                values.put(field, value);
            }
        }
        body.requireGood();
        ConversationStore.Taken taken = conversations.take(values, Sessions.caller().name());
        var json =
                new TakenJson(
                        taken.put().word(), ConversationJson.of(conversations.get(taken.id())));
        return taken.put() == ConversationStore.Put.CREATED
                ? ResponseEntity.created(URI.create(PATH + "/" + taken.id())).body(json)
                : ResponseEntity.ok(json);
    }

    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @Operation(
            summary = "Bring in a file: JSON lines, a JSON list, CSV or TSV",
            description =
                    "Rows that cannot be read are left out and named. The same file again changes nothing.")
    ImportedJson importFile(@RequestParam("file") MultipartFile file, Locale locale)
            throws IOException {
        String filename = file.getOriginalFilename();
        try (InputStream content = file.getInputStream()) {
            return imported(filename == null ? "data.jsonl" : filename, content, locale);
        }
    }

    @PostMapping(
            consumes = {
                "application/jsonl",
                "application/x-ndjson",
                "application/octet-stream",
                "text/plain",
                "text/csv"
            })
    @Operation(summary = "Bring in a file as the body; its name in the query")
    ImportedJson importBody(
            HttpServletRequest request,
            @RequestParam(defaultValue = "data.jsonl") String filename,
            Locale locale)
            throws IOException {
        try (InputStream content = request.getInputStream()) {
            return imported(filename, content, locale);
        }
    }

    private ImportedJson imported(String filename, InputStream content, Locale locale)
            throws IOException {
        Conversations.Imported imported =
                conversations.importFile(filename, content, Sessions.caller().name());
        ConversionException ended = imported.ended();
        return new ImportedJson(
                imported.rows(),
                imported.count(ConversationStore.Put.CREATED),
                imported.count(ConversationStore.Put.UPDATED),
                imported.count(ConversationStore.Put.UNCHANGED),
                imported.count(ConversationStore.Put.KEPT),
                imported.leftOut(),
                imported.first().stream()
                        .map(t ->
                                new TroubleJson(
                                        t.line(),
                                        t.code(),
                                        texts.getOrElse(
                                                locale,
                                                "violation." + t.code(),
                                                texts.getOrElse(
                                                        locale,
                                                        "making." + t.code(),
                                                        t.code(),
                                                        t.arg()),
                                                t.arg())))
                        .toList(),
                ended == null
                        ? null
                        : texts.getOrElse(
                                locale,
                                "making." + ended.code(),
                                ended.code(),
                                ended.args().toArray()));
    }

    @GetMapping("/{id}")
    @Operation(summary = "One, by its id or as `external:` and the sender's own name for it")
    ConversationJson one(@PathVariable String id) {
        return ConversationJson.of(conversations.get(id));
    }

    @PatchMapping("/{id}")
    @Operation(
            summary = "Rate it, and give it tags and a note",
            description = "`stars` 1 to 5, or null to take the rating back.",
            requestBody =
                    @RequestBody(
                            content = @Content(schema = @Schema(implementation = Judgement.class))))
    ConversationJson judge(@PathVariable String id, HttpServletRequest request)
            throws IOException, HttpMediaTypeNotSupportedException {
        Conversation conversation = conversations.get(id);
        JsonBody body = JsonBody.read(request, Set.of("stars", "tags", "note"));
        Long stars = body.wholeNumber("stars");
        List<String> tags = body.texts("tags");
        String note = body.text("note");
        body.requireGood();
        if (stars != null || body.names("stars")) {
            conversations.rate(
                    conversation.id(),
                    stars == null ? null : (int) Math.clamp(stars, -1, 6),
                    Sessions.caller().name());
        }
        if (body.has("tags") || note != null) {
            conversations.describe(
                    conversation.id(),
                    body.has("tags") ? tags : conversation.tags(),
                    note == null ? conversation.note() : note);
        }
        return ConversationJson.of(conversations.get(conversation.id()));
    }

    @PutMapping("/{id}/answers/{turn}")
    @Operation(
            summary = "Write a better answer; the original stays beside it",
            description =
                    "`turn`: place of the answer among the turns, from 0. An empty text goes back to the original.",
            requestBody =
                    @RequestBody(
                            content =
                                    @Content(
                                            schema = @Schema(implementation = BetterAnswer.class))))
    ConversationJson edit(
            @PathVariable String id, @PathVariable int turn, HttpServletRequest request)
            throws IOException, HttpMediaTypeNotSupportedException {
        Conversation conversation = conversations.get(id);
        JsonBody body = JsonBody.read(request, Set.of("text", "version"));
        String text = body.text("text");
        Long version = body.wholeNumber("version");
        body.requireGood();
        conversations.edit(
                conversation.id(),
                turn,
                text == null ? "" : text,
                version == null ? conversation.version() : version,
                Sessions.caller().name());
        return ConversationJson.of(conversations.get(conversation.id()));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Delete it; datasets that were made of it stay as they are")
    void delete(@PathVariable String id) {
        conversations.delete(conversations.get(id).id());
    }

    @PostMapping("/preparations/preview")
    @Operation(
            summary = "What a dataset of these conversations would hold",
            requestBody =
                    @RequestBody(
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    PreparationRequest.class))))
    PreparationPreview preview(HttpServletRequest request)
            throws IOException, HttpMediaTypeNotSupportedException {
        JsonBody body = JsonBody.read(request, PREPARATION);
        PreparationMaker.Outcome outcome =
                preparations.preview(preparation(body), PREVIEWED, SAMPLES);
        return new PreparationPreview(
                outcome.meant(),
                outcome.read(),
                outcome.examples(),
                outcome.complete(),
                new TreeMap<>(outcome.leftOut()),
                outcome.samples().stream().map(Preparation.Example::text).toList());
    }

    @PostMapping("/preparations")
    @Operation(
            summary = "Make a dataset of rated conversations",
            description =
                    "Without filters, those with 4 stars or more. `shape` `preference` makes a pair of each better answer and"
                            + " its original. The answer tells where to ask what became of it.",
            requestBody =
                    @RequestBody(
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    PreparationRequest.class))))
    ResponseEntity<DatasetWorkResource.MakingJson> prepare(
            HttpServletRequest request, Locale locale)
            throws IOException, HttpMediaTypeNotSupportedException {
        JsonBody body = JsonBody.read(request, PREPARATION);
        Preparation preparation = preparation(body);
        String name = body.text("name");
        String next = body.text("dataset_id");
        body.requireGood();
        DatasetId source = next == null ? null : datasets.get(next).id();
        if (source == null && (name == null || name.isBlank())) {
            throw Refusal.invalid(List.of(Refusal.Violation.of("name", "required")));
        }
        Making making =
                preparations.order(
                        makings,
                        preparation,
                        name == null || name.isBlank() ? "" : name.strip(),
                        source);
        return ResponseEntity.accepted()
                .location(URI.create(DatasetsResource.PATH + "/makings/" + making.id()))
                .body(work.json(making, locale));
    }

    private static Preparation preparation(JsonBody body) {
        Long min = body.wholeNumber("min_stars");
        Long max = body.wholeNumber("max_stars");
        String shape = body.text("shape");
        String system = body.text("system");
        String systemText = body.text("system_text");
        String state = body.text("state");
        String q = body.text("q");
        String tag = body.text("tag");
        Instant from = time("from", body);
        Instant to = time("to", body);
        boolean orEdited = body.flag("or_edited");
        body.requireGood();
        Preparation.Shape wanted =
                Choice.of("shape", shape, Preparation.Shape.class, Preparation.Shape.CHAT);
        boolean proposed = wanted == Preparation.Shape.CHAT && min == null && max == null;
        return new Preparation(
                new ConversationFilter(
                        q,
                        tag,
                        proposed ? Integer.valueOf(4) : stars("min_stars", min),
                        stars("max_stars", max),
                        orEdited,
                        Choice.of(
                                "state",
                                state,
                                ConversationFilter.State.class,
                                ConversationFilter.State.ANY),
                        from,
                        to),
                wanted,
                Choice.of(
                        "system",
                        system,
                        Preparation.SystemPrompt.class,
                        Preparation.SystemPrompt.KEEP),
                systemText == null ? "" : systemText);
    }

    private static @Nullable Integer stars(String field, @Nullable Long stars) {
        if (stars != null && (stars < 1 || stars > 5)) {
            throw Refusal.invalid(
                    List.of(Refusal.Violation.of(field, "out_of_range", 1, 5, stars)));
        }
        return stars == null ? null : stars.intValue();
    }

    private static @Nullable Instant time(String field, JsonBody body) {
        String text = body.text(field);
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            throw Refusal.invalid(List.of(Refusal.Violation.of(field, "conversation_time", text)));
        }
    }
}
