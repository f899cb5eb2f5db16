package dev.afinador.job;

import dev.afinador.provider.ProviderId;
import org.jspecify.annotations.Nullable;

/// Which jobs to list, newest first (by creation time, then id).
///
/// @param after exclusive: list jobs older than this one; null starts at the newest
/// @param text  case-insensitive part of name, suffix, base model, fine-tuned model or remote id
/// @param limit 1 to 200
public record JobQuery(
        @Nullable JobStatus status,
        @Nullable ProviderId provider,
        @Nullable String text,
        @Nullable JobId after,
        int limit) {
    public JobQuery {
        if (limit < 1 || limit > 200) {
            throw new IllegalArgumentException("limit must be 1 to 200, not " + limit);
        }
    }

    public static JobQuery newest(int limit) {
        return new JobQuery(null, null, null, null, limit);
    }
}
