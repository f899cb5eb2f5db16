package dev.afinador.engine;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A record of a training process's log (`docs/trainer-process.md`).
public sealed interface TrainerRecord {

    record Started(String device, String precision, int threads, long resumedFromStep)
            implements TrainerRecord {}

    record Validated(
            long examples, long validationExamples, long skipped, long trainedTokensPerEpoch)
            implements TrainerRecord {}

    /// @param hyperparameters numbers as text
    record Resolved(Map<String, String> hyperparameters, long totalSteps)
            implements TrainerRecord {}

    /// @param line of the training file, 0 when it is about none
    record Message(EngineEvent.Level level, String code, String message, long line)
            implements TrainerRecord {}

    /// @param numbers every number of the record by name, `step` and `total_steps` among them
    record Metrics(long step, Map<String, Double> numbers) implements TrainerRecord {}

    /// @param folder relative to the job's folder
    record Checkpoint(long step, String folder, Map<String, Double> metrics)
            implements TrainerRecord {}

    /// A last word: the process ends after it.
    sealed interface LastWord extends TrainerRecord {
        record Paused(long step) implements LastWord {}

        /// @param line of the training file, 0 when it is about none
        record Failed(String code, String message, @Nullable String param, long line)
                implements LastWord {}

        /// @param folder relative to the job's folder
        record Succeeded(long step, String folder, long trainedTokens) implements LastWord {}
    }
}
