package dev.afinador.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A line of a job's history: the provider's events, kept as they came.
///
/// @param id   the provider's event id, unique within the job
/// @param data JSON text or null
public record JobEvent(
        String id, Instant at, String level, String type, String message, @Nullable String data) {}
