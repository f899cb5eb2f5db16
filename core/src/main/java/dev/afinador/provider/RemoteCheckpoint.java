package dev.afinador.provider;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A checkpoint as its provider tells it. `model` is the name that answers requests.
public record RemoteCheckpoint(
        String id,
        String model,
        long step,
        Map<String, Double> metrics,
        @Nullable Instant createdAt) {
    public RemoteCheckpoint {
        metrics = Map.copyOf(metrics);
    }
}
