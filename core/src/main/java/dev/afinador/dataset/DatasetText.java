package dev.afinador.dataset;

import dev.afinador.text.Messages;
import java.util.Locale;
import java.util.Set;

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

    /// Where it is: the line and the path in it, or the whole file.
    public String place(DatasetFinding finding) {
        if (finding.line() == 0) {
            return messages.text("dataset.place.file");
        }
        return finding.path() == null
                ? messages.text("dataset.place.line", finding.line())
                : messages.text("dataset.place.path", finding.line(), finding.path());
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
        if (!messages.has(key)) {
            return finding.rule();
        }
        if (finding.rule().equals("needs_conversion")) {
            return messages.text(key, formatWord(finding.args().getFirst()));
        }
        boolean translated = translatesArgs(finding.rule());
        Object[] args =
                finding.args().stream()
                        .map(arg ->
                                translated && WORDS.contains(arg)
                                        ? messages.text("dataset.word." + arg)
                                        : arg)
                        .toArray();
        return messages.text(key, args);
    }

    private String formatWord(String word) {
        String key = "dataset.format." + word;
        return messages.has(key) ? messages.text(key) : word;
    }

    /// Elsewhere a value such as `name` or `string` is a key out of the file.
    private static boolean translatesArgs(String rule) {
        return switch (rule) {
            case "mixed_kinds", "not_an_object", "content_wrong_type", "completion_not_a_string" ->
                    true;
            default -> false;
        };
    }
}
