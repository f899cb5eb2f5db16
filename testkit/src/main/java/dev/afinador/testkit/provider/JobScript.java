package dev.afinador.testkit.provider;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How a job lives: its stages in order, and how it ends.
///
/// @param totalSteps training steps, or null to compute them from examples, epochs and batch size
/// @param failure    the error it bears when a stage is called `failed`
public record JobScript(
        String name,
        Flavour flavour,
        List<Stage> stages,
        @Nullable Integer totalSteps,
        LossCurve curve,
        @Nullable Failure failure) {

    public JobScript {
        stages = List.copyOf(stages);
        if (stages.isEmpty()) {
            throw new IllegalArgumentException("A script needs a stage: " + name);
        }
    }

    /// One status and how it is left.
    ///
    /// @param trainsTo the part of all steps (0 to 1) that is done when the stage ends; 0 for stages that do not train
    public record Stage(String status, Leave leave, double trainsTo) {
        boolean trains() {
            return trainsTo > 0;
        }
    }

    /// How a stage is left.
    public sealed interface Leave {
        /// After so many ticks (of the ticker thread, or of a hand that advances).
        record Ticks(int count) implements Leave {
            public Ticks {
                if (count < 1) {
                    throw new IllegalArgumentException(
                            "A stage lasts at least one tick, not " + count);
                }
            }
        }

        /// When the clock says so, or by hand.
        record After(Duration duration) implements Leave {}

        /// Only by hand.
        record ByHand() implements Leave {}
    }

    /// validating_files, queued, running with moving steps, succeeded.
    public static JobScript happy() {
        return named("happy")
                .stage("validating_files", 1)
                .stage("queued", 2)
                .training("running", 10)
                .stage("succeeded", 1)
                .build();
    }

    /// As [#happy()], by the clock: so long in the queue, so long in training.
    public static JobScript happy(Duration queued, Duration running) {
        return named("happy_by_clock")
                .stage("validating_files", new Leave.After(Duration.ofSeconds(2)))
                .stage("queued", new Leave.After(queued))
                .training("running", new Leave.After(running), 1)
                .stage("succeeded", 1)
                .build();
    }

    /// Fails while validating, whatever the file holds.
    public static JobScript failsValidation() {
        return named("fails_validation")
                .stage("validating_files", 2)
                .stage("failed", 1)
                .failure(
                        Failure.invalidFile(
                                "Invalid file format. Example 100, message 2 Discriminator 'role' is missing in value",
                                "training_file"))
                .build();
    }

    /// Fails in the middle of its training.
    public static JobScript failsTraining() {
        return named("fails_training")
                .stage("validating_files", 1)
                .stage("queued", 1)
                .training("running", new Leave.Ticks(5), 0.4)
                .stage("failed", 1)
                .failure(
                        new Failure(
                                "internal_error", "The job failed due to an internal error.", null))
                .build();
    }

    /// Waits in the queue until advanced by hand.
    public static JobScript staysQueued() {
        return named("stays_queued")
                .stage("validating_files", 1)
                .stage("queued", new Leave.ByHand())
                .training("running", 10)
                .stage("succeeded", 1)
                .build();
    }

    /// Trains until a hand ends it; move its steps with [FakeProvider#progress].
    public static JobScript staysRunning() {
        return named("stays_running")
                .stage("validating_files", 1)
                .stage("queued", 1)
                .training("running", new Leave.ByHand(), 1)
                .stage("succeeded", 1)
                .build();
    }

    /// Pauses by itself in the middle, queues again, ends well.
    public static JobScript pausedThenResumed() {
        return named("paused_then_resumed")
                .stage("validating_files", 1)
                .stage("queued", 1)
                .training("running", new Leave.Ticks(5), 0.5)
                .stage("paused", 3)
                .stage("queued", 1)
                .training("running", new Leave.Ticks(5), 1)
                .stage("succeeded", 1)
                .build();
    }

    /// Passes through a status that no documentation names.
    public static JobScript unknownStatus() {
        return named("unknown_status")
                .stage("validating_files", 1)
                .stage("queued", 1)
                .training("running", 5)
                .stage("safety_review", 4)
                .stage("succeeded", 1)
                .build();
    }

    /// Azure's words and habits.
    public static JobScript azure() {
        return named("azure")
                .flavour(Flavour.AZURE)
                .stage("pending", 2)
                .training("running", 10)
                .stage("succeeded", 1)
                .build();
    }

    /// The built-in scripts.
    public static List<JobScript> builtIn() {
        return List.of(
                happy(),
                failsValidation(),
                failsTraining(),
                staysQueued(),
                staysRunning(),
                pausedThenResumed(),
                unknownStatus(),
                azure());
    }

    /// A built-in script by its name.
    public static JobScript named(String name, List<JobScript> among) {
        return among.stream()
                .filter(script -> script.name.equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "No script is called "
                                        + name
                                        + "; there are: "
                                        + among.stream()
                                                .map(JobScript::name)
                                                .collect(Collectors.joining(", "))));
    }

    /// Starts a script of one's own.
    public static Builder named(String name) {
        return new Builder(name);
    }

    /// The same script with a fixed number of training steps.
    public JobScript withTotalSteps(int steps) {
        return new JobScript(name, flavour, stages, steps, curve, failure);
    }

    /// Index of the first stage with this status, or -1.
    int indexOf(String status) {
        List<String> words = stages.stream().map(Stage::status).toList();
        return words.indexOf(status);
    }

    /// Whether a word ends a job in every flavour of the protocol.
    static boolean isFinal(String status) {
        return Stream.of("succeeded", "failed", "cancelled").anyMatch(status::equals);
    }

    /// Collects the stages of a script.
    public static final class Builder {
        private final String name;
        private final List<Stage> stages = new ArrayList<>();
        private Flavour flavour = Flavour.OPENAI;
        private LossCurve curve = LossCurve.USUAL;
        private @Nullable Integer totalSteps;
        private @Nullable Failure failure;

        private Builder(String name) {
            this.name = name;
        }

        /// A stage left after so many ticks; the last stage of a script is never left.
        public Builder stage(String status, int ticks) {
            return stage(status, new Leave.Ticks(ticks));
        }

        public Builder stage(String status, Leave leave) {
            stages.add(new Stage(status, leave, 0));
            return this;
        }

        /// A stage that trains to the last step.
        public Builder training(String status, int ticks) {
            return training(status, new Leave.Ticks(ticks), 1);
        }

        public Builder training(String status, Leave leave, double trainsTo) {
            stages.add(new Stage(status, leave, trainsTo));
            return this;
        }

        public Builder flavour(Flavour value) {
            flavour = value;
            return this;
        }

        public Builder curve(LossCurve value) {
            curve = value;
            return this;
        }

        public Builder totalSteps(int value) {
            totalSteps = value;
            return this;
        }

        public Builder failure(Failure value) {
            failure = value;
            return this;
        }

        public JobScript build() {
            return new JobScript(name, flavour, stages, totalSteps, curve, failure);
        }
    }
}
