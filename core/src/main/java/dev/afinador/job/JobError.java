package dev.afinador.job;

import org.jspecify.annotations.Nullable;

/// Why a job failed, or what holds it up. `code` is stable; the hint for people is looked up by it in the message
/// bundle.
public record JobError(String code, String message, @Nullable String param) {}
