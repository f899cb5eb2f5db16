package dev.afinador.job;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A checkpoint of a job that can be activated by its model name.
public record Checkpoint(
        String id,
        long step,
        String model,
        Map<String, Double> metrics,
        @Nullable Instant createdAt) {
    public Checkpoint {
        metrics = Map.copyOf(metrics);
    }
}
