package dev.afinador.provider;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The one call that costs money.
///
/// @param method          `supervised`, `dpo` or `reinforcement`
/// @param hyperparameters settings of that method, values as JSON scalars in text (`auto`, `3`, `0.1`); empty leaves
/// all to the provider
/// @param metadata        carries our marker, `afinador_job`
public record CreateJobRequest(
        String model,
        String trainingFile,
        @Nullable String validationFile,
        @Nullable String suffix,
        @Nullable Long seed,
        String method,
        Map<String, String> hyperparameters,
        Map<String, String> metadata) {
    public CreateJobRequest {
        hyperparameters = Map.copyOf(hyperparameters);
        metadata = Map.copyOf(metadata);
    }
}
