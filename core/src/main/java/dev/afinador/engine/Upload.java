package dev.afinador.engine;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A file that comes in parts.
///
/// @param bytes       how many the parts must have together
/// @param expiresAt   parts and completion are refused from then on
/// @param fileExpires how long after its creation the file expires; null for never
/// @param fileId      the file it became; null until it is completed
public record Upload(
        String id,
        String filename,
        String purpose,
        String mimeType,
        long bytes,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Duration fileExpires,
        Status status,
        @Nullable String fileId) {

    public enum Status {
        PENDING,
        COMPLETED,
        CANCELLED,
        EXPIRED
    }

    /// @param bytes how many it has
    public record Part(String id, String uploadId, long bytes, Instant createdAt) {}

    Upload as(Status changed, @Nullable String file) {
        return new Upload(
                id,
                filename,
                purpose,
                mimeType,
                bytes,
                createdAt,
                expiresAt,
                fileExpires,
                changed,
                file);
    }
}
