package dev.afinador.dataset;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something about a training file that a person should know.
///
/// @param rule    stable id, e.g. `json_broken`; texts live in the message bundle under `dataset.rule.<rule>`
/// @param line    1-based; 0 when it is about the whole file
/// @param column  1-based, counting characters; 0 when it is about the whole line
/// @param path    JSON path inside the line, e.g. `$.messages[2].role`, or null
/// @param excerpt what is there, with texts made unreadable; null where there is nothing to show
/// @param args    values for the text, in the order that its placeholders have; never a secret or a text of an example
public record DatasetFinding(
        String rule,
        Severity severity,
        long line,
        int column,
        @Nullable String path,
        @Nullable Excerpt excerpt,
        List<String> args) {
    public DatasetFinding {
        args = List.copyOf(args);
    }

    /// Without the exact place in the line.
    public DatasetFinding(
            String rule, Severity severity, long line, @Nullable String path, List<String> args) {
        this(rule, severity, line, 0, path, null, args);
    }

    public enum Severity {
        ERROR,
        WARNING
    }

    /// A piece of a line as it may be shown and stored: its punctuation and the words of the format are there, every other
    /// letter is an `x` and every other digit a `9`.
    ///
    /// @param at where in it the place is, 0-based
    public record Excerpt(String text, int at) {}
}
