package dev.afinador.provider;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One line of a job's event list.
///
/// @param metrics every numeric leaf of `data` under its own name (nested names joined by a dot)
/// @param data    the `data` member as JSON text, or null
public record RemoteEvent(
        String id,
        Instant createdAt,
        String level,
        String type,
        String message,
        Map<String, Double> metrics,
        @Nullable String data) {
    public RemoteEvent {
        metrics = Map.copyOf(metrics);
    }
}
