package dev.afinador.engine;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Something that happened to a job.
///
/// @param data the numbers of a metrics event by name; empty for a message
/// @param mark what makes it the same event when training is done again from a checkpoint, e.g. `metrics:12`; null for one
///             that may come any number of times
public record EngineEvent(
        String id,
        Instant at,
        Level level,
        Type type,
        String message,
        Map<String, Double> data,
        @Nullable String mark) {
    public EngineEvent {
        data = Map.copyOf(data);
    }

    public enum Level {
        INFO,
        WARN,
        ERROR
    }

    public enum Type {
        MESSAGE,
        METRICS
    }
}
