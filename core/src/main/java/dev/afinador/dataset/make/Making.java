package dev.afinador.dataset.make;

import dev.afinador.dataset.DatasetId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A dataset in the making, or what became of it.
///
/// @param source  the version it is made from, or null
/// @param recipe  what to do, in words of the maker's own
/// @param name    of what is made
/// @param done    how far it is, of `total`; in whatever the maker counts
/// @param results what was made, the main one first
/// @param trouble code of what went wrong for good, with its values
public record Making(
        MakingId id,
        Kind kind,
        @Nullable DatasetId source,
        Map<String, String> recipe,
        String name,
        State state,
        long done,
        long total,
        List<DatasetId> results,
        @Nullable String trouble,
        List<String> troubleArgs,
        Instant createdAt,
        Instant changedAt) {
    public Making {
        recipe = Map.copyOf(recipe);
        results = List.copyOf(results);
        troubleArgs = List.copyOf(troubleArgs);
    }

    public enum Kind {
        REPAIR,
        CONVERSION,
        CONVERSATIONS;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public enum State {
        WORKING,
        DONE,
        FAILED,
        CANCELLED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// 0 to 100.
    public int percent() {
        return state == State.DONE ? 100 : total <= 0 ? 0 : (int) Math.min(99, done * 100 / total);
    }
}
