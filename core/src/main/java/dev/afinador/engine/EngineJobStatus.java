package dev.afinador.engine;

import java.util.Locale;

/// Where a job is. The protocol's published list lacks `paused`; its own examples have it.
public enum EngineJobStatus {
    VALIDATING_FILES,
    QUEUED,
    RUNNING,
    PAUSED,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    /// As it is written on the wire.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether nothing will happen to the job any more.
    public boolean isFinal() {
        return switch (this) {
            case VALIDATING_FILES, QUEUED, RUNNING, PAUSED -> false;
            case SUCCEEDED, FAILED, CANCELLED -> true;
        };
    }
}
