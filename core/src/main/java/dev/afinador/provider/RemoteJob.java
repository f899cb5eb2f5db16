package dev.afinador.provider;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A job as its provider tells it. Words are kept raw; absent fields are null; "no error" in any of its three shapes is
/// null.
///
/// @param status          the provider's word, never interpreted here
/// @param model           the base model as the provider names it, often a dated snapshot of what was asked for
/// @param hyperparameters resolved settings where known, values as JSON scalars in text (`auto`, `3`, `0.1`)
/// @param methodType      `supervised`, `dpo`, `reinforcement`, a vendor's word, or null
/// @param raw             the JSON as it came
public record RemoteJob(
        RemoteJobId id,
        String status,
        String model,
        @Nullable Instant createdAt,
        @Nullable Instant finishedAt,
        @Nullable Instant estimatedFinish,
        @Nullable String fineTunedModel,
        @Nullable String trainingFile,
        @Nullable String validationFile,
        List<String> resultFiles,
        @Nullable Long trainedTokens,
        @Nullable RemoteFailure error,
        Map<String, String> hyperparameters,
        @Nullable String methodType,
        @Nullable Long seed,
        @Nullable String suffix,
        Map<String, String> metadata,
        String raw) {

    public RemoteJob {
        resultFiles = List.copyOf(resultFiles);
        hyperparameters = Map.copyOf(hyperparameters);
        metadata = Map.copyOf(metadata);
    }

    /// Why a job failed, in the provider's words.
    public record RemoteFailure(
            @Nullable String code, @Nullable String message, @Nullable String param) {}
}
