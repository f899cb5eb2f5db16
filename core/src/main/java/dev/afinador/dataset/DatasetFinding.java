package dev.afinador.dataset;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something about a training file that a person should know.
///
/// @param rule stable id, e.g. `json_broken`; texts live in the message bundle under `dataset.rule.<rule>`
/// @param line 1-based; 0 when it is about the whole file
/// @param path JSON path inside the line, e.g. `$.messages[2].role`, or null
/// @param args values for the text, in the order that its placeholders have
public record DatasetFinding(
        String rule, Severity severity, long line, @Nullable String path, List<String> args) {
    public DatasetFinding {
        args = List.copyOf(args);
    }

    public enum Severity {
        ERROR,
        WARNING
    }
}
