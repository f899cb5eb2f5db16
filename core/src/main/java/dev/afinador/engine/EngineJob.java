package dev.afinador.engine;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A fine-tuning job of the engine. Everything that changes is in [#state]; what was asked for never does.
///
/// @param version goes up with every change; a change is refused when it is not the one that was read
public record EngineJob(String id, Asked asked, State state, Instant createdAt, long version) {

    /// What the client asked for.
    ///
    /// @param model           as the client named it: a base model, or a fine-tuned one to go on from
    /// @param baseModel       the base model in it
    /// @param suffix          as the client wrote it
    /// @param hyperparameters `auto` or a number as text, by name, for the method's own set
    /// @param metadata        null and empty are different things to a client
    /// @param finalModel      the name that the result will have; told to nobody before there is one
    public record Asked(
            String model,
            String baseModel,
            String trainingFile,
            @Nullable String validationFile,
            @Nullable String suffix,
            long seed,
            EngineMethod method,
            Map<String, String> hyperparameters,
            @Nullable Map<String, String> metadata,
            String finalModel) {
        public Asked {
            hyperparameters = Map.copyOf(hyperparameters);
            metadata = metadata == null ? null : Map.copyOf(metadata);
        }

        /// Whether training goes on from an earlier result.
        public boolean continues() {
            return !model.equals(baseModel);
        }
    }

    /// @param resolved        what `auto` became, by name; null until the trainer has told
    /// @param step            the latest step that was trained, 0 before the first
    /// @param totalSteps      null until the trainer has told
    /// @param pauseWanted     a pause was asked for and has not happened yet
    /// @param resumed         whether this training goes on after a pause, so that the events say so
    /// @param starts          processes started since the last checkpoint
    /// @param crashes         processes that ended without a last word since the last checkpoint
    /// @param attempt         goes up with every process; whoever holds an older one must let go
    /// @param logRead         bytes of the trainer's log that are in the books
    /// @param estimatedFinish null while nothing can be said
    public record State(
            EngineJobStatus status,
            @Nullable Map<String, String> resolved,
            long step,
            @Nullable Long totalSteps,
            boolean pauseWanted,
            boolean resumed,
            int starts,
            int crashes,
            int attempt,
            long logRead,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable Instant estimatedFinish,
            @Nullable String fineTunedModel,
            @Nullable Long trainedTokens,
            @Nullable String resultFile,
            @Nullable Failure failure) {

        static final State CREATED =
                new State(
                        EngineJobStatus.VALIDATING_FILES,
                        null,
                        0,
                        null,
                        false,
                        false,
                        0,
                        0,
                        0,
                        0,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null);

        public State {
            resolved = resolved == null ? null : Map.copyOf(resolved);
        }
    }

    /// Why a job failed.
    ///
    /// @param param the field that it is about, or null
    public record Failure(String code, String message, @Nullable String param) {}

    EngineJob with(State changed) {
        return new EngineJob(id, asked, changed, createdAt, version);
    }

    public EngineJobStatus status() {
        return state.status();
    }

    Change change() {
        return new Change(state);
    }

    /// Collects changes to a state.
    static final class Change {
        private EngineJobStatus status;
        private @Nullable Map<String, String> resolved;
        private long step;
        private @Nullable Long totalSteps;
        private boolean pauseWanted;
        private boolean resumed;
        private int starts;
        private int crashes;
        private int attempt;
        private long logRead;
        private @Nullable Instant startedAt;
        private @Nullable Instant finishedAt;
        private @Nullable Instant estimatedFinish;
        private @Nullable String fineTunedModel;
        private @Nullable Long trainedTokens;
        private @Nullable String resultFile;
        private @Nullable Failure failure;

        private Change(State s) {
            this.status = s.status();
            this.resolved = s.resolved();
            this.step = s.step();
            this.totalSteps = s.totalSteps();
            this.pauseWanted = s.pauseWanted();
            this.resumed = s.resumed();
            this.starts = s.starts();
            this.crashes = s.crashes();
            this.attempt = s.attempt();
            this.logRead = s.logRead();
            this.startedAt = s.startedAt();
            this.finishedAt = s.finishedAt();
            this.estimatedFinish = s.estimatedFinish();
            this.fineTunedModel = s.fineTunedModel();
            this.trainedTokens = s.trainedTokens();
            this.resultFile = s.resultFile();
            this.failure = s.failure();
        }

        Change status(EngineJobStatus value) {
            status = value;
            return this;
        }

        Change resolved(Map<String, String> value) {
            resolved = value;
            return this;
        }

        Change step(long value) {
            step = value;
            return this;
        }

        Change totalSteps(long value) {
            totalSteps = value;
            return this;
        }

        Change pauseWanted(boolean value) {
            pauseWanted = value;
            return this;
        }

        Change resumed(boolean value) {
            resumed = value;
            return this;
        }

        Change starts(int value) {
            starts = value;
            return this;
        }

        Change crashes(int value) {
            crashes = value;
            return this;
        }

        Change attempt(int value) {
            attempt = value;
            return this;
        }

        Change logRead(long value) {
            logRead = value;
            return this;
        }

        Change startedAt(Instant value) {
            startedAt = value;
            return this;
        }

        Change finishedAt(Instant value) {
            finishedAt = value;
            return this;
        }

        Change estimatedFinish(@Nullable Instant value) {
            estimatedFinish = value;
            return this;
        }

        Change fineTunedModel(String value) {
            fineTunedModel = value;
            return this;
        }

        Change trainedTokens(long value) {
            trainedTokens = value;
            return this;
        }

        Change resultFile(String value) {
            resultFile = value;
            return this;
        }

        Change failure(Failure value) {
            failure = value;
            return this;
        }

        State done() {
            return new State(
                    status,
                    resolved,
                    step,
                    totalSteps,
                    pauseWanted,
                    resumed,
                    starts,
                    crashes,
                    attempt,
                    logRead,
                    startedAt,
                    finishedAt,
                    estimatedFinish,
                    fineTunedModel,
                    trainedTokens,
                    resultFile,
                    failure);
        }
    }
}
