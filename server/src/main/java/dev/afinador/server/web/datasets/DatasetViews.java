package dev.afinador.server.web.datasets;

import dev.afinador.access.Role;
import dev.afinador.dataset.CheckProgress;
import dev.afinador.dataset.CheckReport;
import dev.afinador.dataset.CheckState;
import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFamily;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.DatasetText;
import dev.afinador.dataset.Datasets;
import dev.afinador.dataset.Origin;
import dev.afinador.dataset.SourceFormat;
import dev.afinador.dataset.TrainingFileRule;
import dev.afinador.dataset.convert.ConversionMaker;
import dev.afinador.dataset.repair.Fix;
import dev.afinador.server.security.Sessions;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Datasets in words.
@Component
class DatasetViews {

    /// Findings of a rule that are shown before one asks for more.
    private static final int FIRST = 6;

    private final Datasets datasets;

    DatasetViews(Datasets datasets) {
        this.datasets = datasets;
    }

    DatasetView view(Dataset d, Words words) {
        DatasetFamily family = datasets.family(d);
        Optional<CheckReport> report = datasets.report(d.id());
        Optional<CheckProgress> progress = datasets.progress(d.id());
        String href = "/datasets/" + d.id();
        boolean admin = Sessions.caller().role() == Role.ADMIN;
        boolean lines = report.isPresent() && d.deletedAt() == null;
        boolean ofLines = d.format() == SourceFormat.JSON_LINES;
        List<Dataset> versions = datasets.versions(d.family());
        return new DatasetView(
                row(d, words),
                d.sha256(),
                report.map(r -> words.number(r.lines().lines())).orElse("–"),
                d.usable(),
                verdict(d, words),
                progress.map(p -> checking(d, p, words)).orElse(null),
                report.map(r -> groups(d, r.rules(), r.findings(), words)).orElse(List.of()),
                d.check() == CheckState.CANCELLED || d.check() == CheckState.FAILED,
                d.held() && d.accepted() == null && d.errors() == 0 && admin,
                accepted(d, words),
                origin(d.origin(), words),
                family.tags(),
                String.join(", ", family.tags()),
                family.notes(),
                tree(versions, d, words),
                datasets.relatives(d.family()).stream()
                        .map(other -> version(other, d, true, 0, words))
                        .toList(),
                d.usable() ? "/jobs/new?dataset=" + d.id() : null,
                lines && ofLines && d.examples() > 0 ? href + "/examples" : null,
                lines && ofLines ? href + "/repair" : null,
                lines && ConversionMaker.takes(d) ? href + "/convert" : null,
                comparable(d) ? href + "/diff" : null,
                report.map(r -> NumbersView.of(r, words)).orElse(null));
    }

    private boolean comparable(Dataset d) {
        DatasetId from = d.origin().from();
        return from != null
                && d.origin().way() == Origin.Way.REPAIR
                && datasets.find(from).filter(o -> o.deletedAt() == null).isPresent();
    }

    private static @Nullable String accepted(Dataset d, Words words) {
        Dataset.Acceptance acceptance = d.accepted();
        return acceptance == null
                ? null
                : words.say("dataset.accepted", acceptance.by(), words.exact(acceptance.at()));
    }

    DatasetsView.Row row(Dataset d, Words words) {
        Tone tone = tone(d);
        return new DatasetsView.Row(
                d.id().toString(),
                "/datasets/" + d.id(),
                d.name(),
                d.filename(),
                "v" + d.version(),
                d.format().needsConversion()
                        ? DatasetText.in(words.locale()).format(d.format())
                        : words.say("datasets.kind." + d.kind().name().toLowerCase(Locale.ROOT)),
                words.number(d.examples()),
                words.bytes(d.bytes()),
                tone,
                verdictWord(d, tone, words),
                words.ago(d.createdAt()));
    }

    private static Tone tone(Dataset d) {
        if (d.check() == CheckState.DONE && d.format().needsConversion()) {
            return Tone.INFO;
        }
        return switch (d.check()) {
            case WAITING, CANCELLED -> Tone.INFO;
            case FAILED -> Tone.ERROR;
            case DONE -> d.errors() > 0 ? Tone.ERROR : d.warnings() > 0 ? Tone.WARNING : Tone.OK;
        };
    }

    private static String verdictWord(Dataset d, Tone tone, Words words) {
        if (d.deletedAt() != null) {
            return words.say("dataset.deleted");
        }
        if (d.check() != CheckState.DONE) {
            return words.say("datasets.check." + d.check().word());
        }
        if (d.format().needsConversion()) {
            return words.say("datasets.verdict.convert");
        }
        return switch (tone) {
            case ERROR -> words.say("datasets.verdict.errors", d.errors());
            case WARNING -> words.say("datasets.verdict.warnings", d.warnings());
            case OK, INFO -> words.say("datasets.verdict.ready");
        };
    }

    private static NoticeView verdict(Dataset d, Words words) {
        if (d.check() != CheckState.DONE) {
            return NoticeView.of(
                    d.check() == CheckState.FAILED ? Tone.ERROR : Tone.INFO,
                    words.say("datasets.check." + d.check().word()),
                    words.say("datasets.check." + d.check().word() + ".text"));
        }
        if (d.format().needsConversion()) {
            String format = DatasetText.in(words.locale()).format(d.format());
            return new NoticeView(
                    Tone.INFO,
                    words.say("dataset.verdict.convert.title", format),
                    words.say("dataset.verdict.convert.text"),
                    null,
                    null,
                    "/datasets/" + d.id() + "/convert",
                    words.say("convert.title"));
        }
        if (d.errors() > 0) {
            return NoticeView.of(
                    Tone.ERROR,
                    words.say("dataset.verdict.error.title", d.errors()),
                    words.say("dataset.verdict.error.text"));
        }
        if (d.held() && d.accepted() == null) {
            return NoticeView.of(
                    Tone.WARNING,
                    words.say("dataset.verdict.held.title"),
                    words.say("dataset.verdict.held.text"));
        }
        if (d.warnings() > 0) {
            return NoticeView.of(
                    Tone.WARNING,
                    words.say("dataset.verdict.warning.title", d.warnings()),
                    words.say("dataset.verdict.warning.text"));
        }
        return NoticeView.of(
                Tone.OK,
                words.say("dataset.verdict.ok.title", d.examples(), words.number(d.examples())),
                words.say("dataset.verdict.ok.text"));
    }

    DatasetView.CheckingView checking(Dataset d, CheckProgress p, Words words) {
        boolean begun = p.startedAt() != null;
        int percent = (int) Math.min(100, p.read() * 100 / Math.max(1, d.bytes()));
        return new DatasetView.CheckingView(
                "/datasets/" + d.id() + "/check",
                begun ? percent : null,
                begun
                        ? words.say(
                                "dataset.checking.text",
                                words.bytes(p.read()),
                                words.bytes(d.bytes()))
                        : words.say("dataset.checking.turn"),
                p.cancelRequested(),
                groups(d, p.rules(), p.findings(), words));
    }

    // ------------------------------------------------------------------------------------------------------ findings

    /// Errors first, then by how many there are.
    List<DatasetView.Group> groups(
            Dataset d, Map<String, Long> rules, List<DatasetFinding> findings, Words words) {
        Map<String, List<DatasetFinding>> byRule = new LinkedHashMap<>();
        findings.forEach(f -> byRule.computeIfAbsent(f.rule(), _ -> new ArrayList<>()).add(f));
        Comparator<List<DatasetFinding>> order =
                Comparator.<List<DatasetFinding>, Boolean>comparing(
                                list -> list.getFirst().severity() != DatasetFinding.Severity.ERROR)
                        .thenComparing(list ->
                                -rules.getOrDefault(list.getFirst().rule(), (long) list.size()));
        return byRule.values().stream()
                .sorted(order)
                .map(list ->
                        group(
                                d,
                                list,
                                rules.getOrDefault(list.getFirst().rule(), (long) list.size()),
                                words))
                .toList();
    }

    DatasetView.Group group(Dataset d, List<DatasetFinding> list, long count, Words words) {
        DatasetText text = DatasetText.in(words.locale());
        DatasetFinding first = list.getFirst();
        String title = title(list, text);
        return new DatasetView.Group(
                first.rule(),
                tone(first),
                words.say(
                        first.severity() == DatasetFinding.Severity.ERROR
                                ? "dataset.severity.error"
                                : "dataset.severity.warning"),
                title,
                words.number(count),
                fix(list, text),
                list.stream().limit(FIRST).map(f -> finding(d, f, title, text, words)).toList(),
                list.size() > FIRST ? "/datasets/" + d.id() + "/findings/" + first.rule() : null,
                fix(first.rule())
                        .filter(_ -> d.format() == SourceFormat.JSON_LINES)
                        .map(fix -> "/datasets/" + d.id() + "/repair?fix=" + fix.word())
                        .orElse(null));
    }

    /// With its values where all have the same ones.
    private static String title(List<DatasetFinding> list, DatasetText text) {
        Set<String> titles = list.stream().map(text::title).collect(Collectors.toSet());
        return rule(list.getFirst())
                .filter(_ -> titles.size() > 1)
                .map(text::title)
                .orElseGet(() -> text.title(list.getFirst()));
    }

    private static String fix(List<DatasetFinding> list, DatasetText text) {
        Set<String> fixes = list.stream().map(text::fix).collect(Collectors.toSet());
        return rule(list.getFirst())
                .filter(_ -> fixes.size() > 1)
                .map(text::fix)
                .orElseGet(() -> text.fix(list.getFirst()));
    }

    /// Empty for a rule of another release.
    private static Optional<TrainingFileRule> rule(DatasetFinding f) {
        return Arrays.stream(TrainingFileRule.values())
                .filter(rule -> rule.id().equals(f.rule()))
                .findFirst();
    }

    DatasetView.Finding finding(
            Dataset d, DatasetFinding f, String groupTitle, DatasetText text, Words words) {
        String title = text.title(f);
        return new DatasetView.Finding(
                f.line() == 0
                        ? words.say("dataset.place.whole")
                        : words.say("dataset.line", words.number(f.line())),
                f.line() == 0 || d.deletedAt() != null
                        ? null
                        : "/datasets/" + d.id() + "/lines/" + f.line() + "?rule=" + f.rule(),
                f.path(),
                title.equals(groupTitle) ? null : title);
    }

    static Tone tone(DatasetFinding f) {
        return f.severity() == DatasetFinding.Severity.ERROR ? Tone.ERROR : Tone.WARNING;
    }

    /// The repair that does away with what a rule finds.
    static Optional<Fix> fix(String rule) {
        return switch (rule) {
            case "encoding_utf16", "not_utf8" -> Optional.of(Fix.ENCODING);
            case "byte_order_mark" -> Optional.of(Fix.BYTE_ORDER_MARK);
            case "blank_line" -> Optional.of(Fix.BLANK_LINES);
            case "old_preference_key",
                    "example_key_misspelled",
                    "message_key_misspelled",
                    "role_misspelled" ->
                    Optional.of(Fix.KEYS);
            case "duplicate_example" -> Optional.of(Fix.DUPLICATES);
            default -> Optional.empty();
        };
    }

    // ------------------------------------------------------------------------------------------------------- lineage

    DatasetView.Origin origin(Origin origin, Words words) {
        Optional<Dataset> from = Optional.ofNullable(origin.from()).flatMap(datasets::find);
        boolean there = from.filter(d -> d.deletedAt() == null).isPresent();
        List<String> recipe = new ArrayList<>();
        new TreeMap<>(origin.recipe())
                .forEach((key, value) -> {
                    if (!value.isBlank()) {
                        recipe.add(recipeLine(key, value, words));
                    }
                });
        return new DatasetView.Origin(
                words.say("dataset.way." + origin.way().word()),
                there ? "/datasets/" + from.orElseThrow().id() : null,
                from.map(d -> d.name() + " v" + d.version()).orElse(null),
                recipe);
    }

    private static String recipeLine(String key, String value, Words words) {
        String shown = value.matches("[0-9]{1,15}") ? words.number(Long.parseLong(value)) : value;
        String line = "dataset.recipe." + key;
        if (words.knows(line)) {
            return words.say(line, shown);
        }
        return words.sayOr("making." + key, key, "") + ": " + shown;
    }

    /// Versions below the ones that they were made from.
    private List<DatasetView.Version> tree(List<Dataset> versions, Dataset here, Words words) {
        Map<DatasetId, List<Dataset>> children = new HashMap<>();
        List<Dataset> roots = new ArrayList<>();
        Map<DatasetId, Dataset> known = new HashMap<>();
        versions.forEach(v -> known.put(v.id(), v));
        for (Dataset v : versions) {
            DatasetId from = v.origin().from();
            if (from != null && known.containsKey(from)) {
                children.computeIfAbsent(from, _ -> new ArrayList<>()).add(v);
            } else {
                roots.add(v);
            }
        }
        List<DatasetView.Version> shown = new ArrayList<>();
        roots.forEach(root -> grow(root, 0, children, here, words, shown));
        return shown;
    }

    private void grow(
            Dataset v,
            int depth,
            Map<DatasetId, List<Dataset>> children,
            Dataset here,
            Words words,
            List<DatasetView.Version> shown) {
        shown.add(version(v, here, false, depth, words));
        children.getOrDefault(v.id(), List.of())
                .forEach(child -> grow(child, depth + 1, children, here, words, shown));
    }

    private DatasetView.Version version(
            Dataset v, Dataset here, boolean named, int depth, Words words) {
        boolean gone = v.deletedAt() != null;
        Tone tone = gone ? Tone.INFO : tone(v);
        boolean same = v.id().equals(here.id());
        return new DatasetView.Version(
                named ? v.name() + " v" + v.version() : "v" + v.version(),
                gone ? null : "/datasets/" + v.id(),
                words.say("dataset.way." + v.origin().way().word()),
                tone,
                verdictWord(v, tone, words),
                words.say("dataset.examples", v.examples(), words.number(v.examples())),
                words.ago(v.createdAt()),
                same,
                gone || same || named ? null : "/datasets/" + here.id() + "/diff?with=" + v.id(),
                Math.min(depth, 4));
    }
}
