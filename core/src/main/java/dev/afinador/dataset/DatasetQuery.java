package dev.afinador.dataset;

import org.jspecify.annotations.Nullable;

/// Which datasets to list, newest first. Deleted ones are never listed.
///
/// @param text     case-insensitive part of name, notes, tags or file name
/// @param tag      a tag as it is written
/// @param verdict  how the check went
/// @param versions whether older versions of a named dataset are listed too
/// @param after    exclusive: list those older than this one; null starts at the newest
/// @param limit    1 to 1000
public record DatasetQuery(
        @Nullable String text,
        @Nullable String tag,
        @Nullable DatasetKind kind,
        @Nullable Verdict verdict,
        boolean versions,
        @Nullable DatasetId after,
        int limit) {
    public DatasetQuery {
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("limit must be 1 to 1000, not " + limit);
        }
    }

    public enum Verdict {
        /// Checked and without errors.
        READY,
        ERRORS,
        /// Not checked to the end.
        UNCHECKED
    }

    public static DatasetQuery newest(int limit) {
        return new DatasetQuery(null, null, null, null, false, null, limit);
    }
}
