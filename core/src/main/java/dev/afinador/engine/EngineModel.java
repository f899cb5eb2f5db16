package dev.afinador.engine;

import java.time.Instant;

/// A model that a job made.
///
/// @param folder where its files are, relative to the engine's folder
public record EngineModel(
        String name, String jobId, String baseModel, String folder, Instant createdAt) {}
