package dev.afinador.dataset;

import dev.afinador.dataset.cost.PriceListException;
import dev.afinador.text.Messages;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// Findings and kinds in words. Plain text: whoever puts it into a page escapes it.
public final class DatasetText {

    /// Values that stand for a word of ours and are put into the reader's language.
    private static final Set<String> WORDS =
            Set.of(
                    "chat",
                    "preference",
                    "reinforcement",
                    "completion",
                    "unknown",
                    "object",
                    "array",
                    "string",
                    "number",
                    "integer",
                    "boolean",
                    "null");

    private final Messages messages;

    private DatasetText(Messages messages) {
        this.messages = messages;
    }

    public static DatasetText in(Locale locale) {
        return new DatasetText(Messages.of(DatasetText.class, locale));
    }

    /// What is wrong, with its values, without the place.
    public String title(DatasetFinding finding) {
        return text("dataset.rule." + finding.rule(), finding);
    }

    /// What to do about it.
    public String fix(DatasetFinding finding) {
        return text("dataset.rule." + finding.rule() + ".fix", finding);
    }

    /// What a rule is about, with `…` in the place of values.
    public String title(TrainingFileRule rule) {
        return messages.text("dataset.rule." + rule.id(), "…", "…", "…", "…");
    }

    /// What to do about findings of a rule, with `…` in the place of values.
    public String fix(TrainingFileRule rule) {
        return messages.text("dataset.rule." + rule.id() + ".fix", "…", "…", "…", "…");
    }

    /// Where it is: the line, the column and the path in it, or the whole file.
    public String place(DatasetFinding finding) {
        if (finding.line() == 0) {
            return messages.text("dataset.place.file");
        }
        if (finding.column() == 0) {
            return finding.path() == null
                    ? messages.text("dataset.place.line", finding.line())
                    : messages.text("dataset.place.path", finding.line(), finding.path());
        }
        return finding.path() == null
                ? messages.text("dataset.place.column", finding.line(), finding.column())
                : messages.text(
                        "dataset.place.column_path",
                        finding.line(),
                        finding.column(),
                        finding.path());
    }

    /// What is wrong with a price list, with the line and what to write.
    public String problem(PriceListException e) {
        return messages.text("dataset.prices." + e.code(), e.line(), e.value());
    }

    public String kind(DatasetKind kind) {
        return messages.text("dataset.word." + kind.name().toLowerCase(Locale.ROOT));
    }

    /// How a file is written, for people.
    public String format(SourceFormat format) {
        return messages.text("dataset.format." + format.word());
    }

    /// A rule of a later version has no text here; its id is better than nothing.
    private String text(String key, DatasetFinding finding) {
        return messages.has(key) ? messages.text(key, args(finding)) : finding.rule();
    }

    /// The finding's values, those that are words of ours in the reader's language. Elsewhere a value such as `name` or `string`
    /// is a key out of the file.
    private Object[] args(DatasetFinding finding) {
        List<String> args = finding.args();
        return switch (finding.rule()) {
            case "mixed_kinds",
                    "not_an_object",
                    "content_wrong_type",
                    "completion_not_a_string",
                    "arguments_not_text",
                    "arguments_not_an_object",
                    "argument_wrong_type" ->
                    args.stream().map(this::words).toArray();
            case "json_broken" ->
                    args.size() < 3
                            ? args.toArray()
                            : new Object[] {
                                args.get(0),
                                json(args.get(1), ""),
                                args.get(2),
                                json(args.get(1), ".fix")
                            };
            case "arguments_not_json" ->
                    args.isEmpty()
                            ? args.toArray()
                            : new Object[] {
                                json(args.getFirst(), ""), json(args.getFirst(), ".fix")
                            };
            case "needs_conversion" -> first(args, "dataset.format.");
            case "national_id" -> first(args, "dataset.id.");
            case "secret" -> first(args, "dataset.secret.");
            default -> args.toArray();
        };
    }

    /// One word of ours, or several that a bar divides.
    private String words(String arg) {
        return Arrays.stream(arg.split(" \\| "))
                .map(word -> WORDS.contains(word) ? messages.text("dataset.word." + word) : word)
                .collect(Collectors.joining(" / "));
    }

    private String json(String problem, String what) {
        String key = "dataset.json." + problem + what;
        return messages.has(key) ? messages.text(key) : problem;
    }

    private Object[] first(List<String> args, String prefix) {
        Object[] shown = args.toArray();
        if (shown.length > 0) {
            String name = args.getFirst();
            String other = prefix + "other";
            if (messages.has(prefix + name)) {
                shown[0] = messages.text(prefix + name);
            } else if (messages.has(other)) {
                shown[0] = messages.text(other, name);
            }
        }
        return shown;
    }
}
