package dev.afinador.job;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What somebody asks for when starting a job; nothing of it is checked yet.
///
/// @param name            what people call the job; made up from suffix or dataset when absent
/// @param hyperparameters values as JSON scalars in text (`auto`, `3`, `0.1`)
public record StartJob(
        @Nullable String name,
        @Nullable String datasetId,
        @Nullable String validationDatasetId,
        @Nullable String baseModel,
        @Nullable String providerId,
        @Nullable String suffix,
        @Nullable String method,
        Map<String, String> hyperparameters,
        @Nullable Long seed) {
    public StartJob {
        hyperparameters = Map.copyOf(hyperparameters);
    }
}
