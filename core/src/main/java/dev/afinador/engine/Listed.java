package dev.afinador.engine;

import java.util.List;

/// A page of a list.
///
/// @param hasMore whether there are elements after the last of these
public record Listed<T>(List<T> elements, boolean hasMore) {
    public Listed {
        elements = List.copyOf(elements);
    }

    /// Cuts a page out of `limit + 1` elements that were read.
    public static <T> Listed<T> of(List<T> read, int limit) {
        return read.size() > limit
                ? new Listed<>(read.subList(0, limit), true)
                : new Listed<>(read, false);
    }
}
