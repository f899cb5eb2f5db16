package dev.afinador.engine;

import java.time.Instant;
import java.util.Map;

/// A point of a training that can be used as a model.
///
/// @param model   the name that it is used by; the last one has the name of the final model
/// @param metrics numbers of that step by name
public record EngineCheckpoint(
        String id, long step, String model, Map<String, Double> metrics, Instant createdAt) {
    public EngineCheckpoint {
        metrics = Map.copyOf(metrics);
    }
}
