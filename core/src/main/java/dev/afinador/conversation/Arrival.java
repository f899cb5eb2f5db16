package dev.afinador.conversation;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A conversation on its way in.
///
/// @param externalId how its sender calls it, so that it is there once however often it is sent; null when it has no name
/// @param tools      the protocol's JSON list, or null
/// @param stars      1 to 5, or null
/// @param saidAt     when it took place; null for now
public record Arrival(
        @Nullable String externalId,
        List<Turn> turns,
        @Nullable String tools,
        @Nullable Integer stars,
        String note,
        List<String> tags,
        @Nullable String model,
        @Nullable Instant saidAt) {
    public Arrival {
        turns = List.copyOf(turns);
        tags = List.copyOf(tags);
    }

    @Override
    public String toString() {
        return "arrival of " + turns.size() + " turns";
    }
}
