package dev.afinador.dataset;

import java.util.Locale;

/// How the examples of a file are written down, as far as its beginning tells. What a job takes is always
/// [#JSON_LINES]; the others can be converted.
public enum SourceFormat {
    /// One JSON object per line, in one of the shapes of the protocol or nearly so.
    JSON_LINES,
    /// A JSON list of such objects.
    JSON_ARRAY,
    /// Values separated by commas, semicolons or bars, the first row naming the columns.
    CSV,
    /// Values separated by tabs.
    TSV,
    /// ShareGPT's shape, as lines or as a list: `conversations` with `from` and `value`.
    SHAREGPT,
    /// Alpaca's shape, as lines or as a list: `instruction`, `input`, `output`.
    ALPACA,
    /// None of these.
    OTHER;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether it has to be converted before a job can take it.
    public boolean needsConversion() {
        return switch (this) {
            case JSON_LINES, OTHER -> false;
            case JSON_ARRAY, CSV, TSV, SHAREGPT, ALPACA -> true;
        };
    }
}
