package dev.afinador.work;

import java.time.Instant;

/// Durable background work. What is scheduled runs at least once, on one machine at a time, until its step says that it
/// is done; killed steps run again.
public interface TaskQueue {

    /// Makes sure that the task exists and is due at `notBefore` or earlier. Joins the caller's transaction. One task
    /// exists per kind and instance. While its step is running this only makes sure that the step runs again: a hint may
    /// be lost only if the step itself says when it runs next.
    void schedule(Kind kind, String instance, Instant notBefore);

    /// Who does what: a machine works on the queues of its roles and never sees the others'.
    enum Queue {
        CONSOLE,
        /// The engine's short work.
        ENGINE,
        /// Jobs that train, a few at a time and each for long.
        TRAINING
    }

    /// Every kind of background work there is.
    enum Kind {
        /// Instance: a job id. Brings the job to its provider exactly once.
        SUBMIT_JOB,
        /// Instance: a job id. Asks the provider to cancel it.
        CANCEL_JOB,
        /// Instance: a job id. Reads one job at once (a webhook came, an action was taken).
        FETCH_JOB,
        /// Instance: a provider id. Syncs all its live jobs.
        SYNC_PROVIDER,
        /// Instance: an upload id. Makes a dataset of an upload whose bytes are all there.
        TAKE_IN_UPLOAD,
        /// Instance: a dataset id. Reads a training file to its end and stores what is wrong with it.
        CHECK_DATASET,
        /// Instance: a making id. Writes a dataset by its recipe.
        MAKE_DATASET,
        /// Instance: a SHA-256. Deletes the bytes of a content that no dataset has any more.
        DELETE_CONTENT,
        /// One instance. Forgets uploads that nobody finished and what deleted datasets left.
        TIDY_DATASETS,
        /// One instance. Forgets what retention no longer covers.
        PRUNE,
        /// Instance: a job of the engine. Checks its files and queues it.
        VALIDATE_FILES,
        /// Instance: a job of the engine. Trains it, for as long as that takes.
        TRAIN,
        /// Instance: a delivery. Sends it.
        DELIVER_WEBHOOK,
        /// One instance. Forgets files and uploads of the engine that have expired.
        TIDY_ENGINE;

        public Queue queue() {
            return switch (this) {
                case SUBMIT_JOB,
                        CANCEL_JOB,
                        FETCH_JOB,
                        SYNC_PROVIDER,
                        TAKE_IN_UPLOAD,
                        CHECK_DATASET,
                        MAKE_DATASET,
                        DELETE_CONTENT,
                        TIDY_DATASETS,
                        PRUNE ->
                        Queue.CONSOLE;
                case VALIDATE_FILES, DELIVER_WEBHOOK, TIDY_ENGINE -> Queue.ENGINE;
                case TRAIN -> Queue.TRAINING;
            };
        }

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /// One step of background work. Can be killed at any instruction and repeated. An exception makes it run again
    /// with growing delay.
    @FunctionalInterface
    interface Step {
        Next run(String instance);
    }

    /// What is to happen with a task after its step.
    sealed interface Next {
        record Done() implements Next {}

        record Again(Instant notBefore) implements Next {}
    }
}
