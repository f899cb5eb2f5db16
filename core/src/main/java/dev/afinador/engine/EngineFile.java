package dev.afinador.engine;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A file that a client uploaded or a job left behind.
///
/// @param sha256    lower-case hex
/// @param expiresAt when it is forgotten by itself; null for never
public record EngineFile(
        String id,
        String filename,
        String purpose,
        long bytes,
        String sha256,
        Instant createdAt,
        @Nullable Instant expiresAt) {

    /// What training files are uploaded as.
    public static final String FINE_TUNE = "fine-tune";

    /// What jobs leave behind.
    public static final String RESULTS = "fine-tune-results";

    boolean isOver(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }
}
