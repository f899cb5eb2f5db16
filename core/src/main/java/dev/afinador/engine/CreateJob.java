package dev.afinador.engine;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request for a job, with the right JSON types and nothing else checked.
///
/// @param method          null means supervised
/// @param hyperparameters of that method: `auto` or a number as text, by the name that was sent
/// @param place           how those are called in messages, e.g. `method.supervised.hyperparameters`
/// @param metadata        null when there is none
/// @param fingerprint     the same for the same request and no other
public record CreateJob(
        @Nullable String model,
        @Nullable String trainingFile,
        @Nullable String validationFile,
        @Nullable String suffix,
        @Nullable Long seed,
        @Nullable String method,
        Map<String, String> hyperparameters,
        String place,
        @Nullable Map<String, String> metadata,
        String fingerprint) {
    public CreateJob {
        hyperparameters = Map.copyOf(hyperparameters);
        metadata = metadata == null ? null : Map.copyOf(metadata);
    }
}
