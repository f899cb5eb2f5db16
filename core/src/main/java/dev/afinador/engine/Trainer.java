package dev.afinador.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs training processes. The contract with the process itself is `docs/trainer-process.md`.
public interface Trainer {

    /// Starts the process of a job's folder: from the beginning, or from the last checkpoint that is there. Ends one that a killed
    /// parent may have left behind.
    ///
    /// @param folder the job's own; it gets a `run.json`
    /// @throws IOException when no process can be started or the folder cannot be written
    Run start(Path folder, RunSpec spec) throws IOException;

    /// Whole records that the log has from this place on.
    ///
    /// @param from bytes that were read before
    /// @param most records
    LogRead read(Path folder, long from, int most) throws IOException;

    /// One training process.
    interface Run extends AutoCloseable {

        /// Waits until the process has ended, at most so long.
        boolean ended(Duration atMost) throws InterruptedException;

        /// Asks for a checkpoint and an end. Safe to repeat.
        void pause();

        /// Asks for an end. Safe to repeat.
        void cancel();

        /// How it ended, in words for a person; only once it has.
        String ending();

        /// Kills it when it is alive.
        @Override
        void close();
    }

    /// @param baseModel      folder
    /// @param startFrom      folder of an earlier result to go on from, or null
    /// @param trainingFile   JSONL
    /// @param validationFile JSONL or null
    /// @param whole          whether every number of the model is trained, rather than an adapter beside it
    record RunSpec(
            Path baseModel,
            @Nullable Path startFrom,
            Path trainingFile,
            @Nullable Path validationFile,
            EngineMethod method,
            Map<String, String> hyperparameters,
            long seed,
            boolean whole) {}

    /// @param next bytes read in all
    record LogRead(List<TrainerRecord> records, long next) {}
}
