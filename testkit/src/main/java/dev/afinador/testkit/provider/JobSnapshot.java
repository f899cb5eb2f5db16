package dev.afinador.testkit.provider;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A job as the provider itself sees it, for assertions.
///
/// @param totalSteps 0 until training has begun
/// @param failure    null unless the job failed
public record JobSnapshot(
        String id,
        String status,
        String model,
        String trainingFile,
        @Nullable String suffix,
        Map<String, String> metadata,
        int step,
        int totalSteps,
        @Nullable String fineTunedModel,
        @Nullable Failure failure,
        String script,
        Instant createdAt) {
    public JobSnapshot {
        metadata = Map.copyOf(metadata);
    }
}
