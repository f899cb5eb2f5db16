package dev.afinador.job;

import dev.afinador.provider.RemoteJob;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the provider says about a job, brought into our record of it. Pure.
public final class RemoteUpdate {

    private static final Map<String, State> STATES =
            Map.ofEntries(
                    // OpenAI, openai-fine-tuning.openapi.yaml, FineTuningJob.status
                    Map.entry(
                            "validating_files", new State(JobStatus.PENDING, JobPhase.VALIDATING)),
                    Map.entry("queued", new State(JobStatus.PENDING, JobPhase.QUEUED)),
                    Map.entry("running", new State(JobStatus.RUNNING, null)),
                    Map.entry("paused", new State(JobStatus.PAUSED, null)),
                    Map.entry("succeeded", new State(JobStatus.SUCCEEDED, null)),
                    Map.entry("failed", new State(JobStatus.FAILED, null)),
                    Map.entry("cancelled", new State(JobStatus.CANCELLED, null)),
                    // Azure, fine-tuning REST reference
                    Map.entry("created", new State(JobStatus.PENDING, JobPhase.VALIDATING)),
                    Map.entry("pending", new State(JobStatus.PENDING, JobPhase.QUEUED)),
                    Map.entry("pausing", new State(JobStatus.RUNNING, null)),
                    Map.entry("resuming", new State(JobStatus.PAUSED, null)),
                    Map.entry("canceled", new State(JobStatus.CANCELLED, null)));

    /// No call to a provider takes longer, waiting in line included: an answer that seems older than that in comparison to our
    /// record is not old, but our clock was set back.
    public static final Duration LONGEST_CALL = Duration.ofMinutes(2);

    /// What would take longer is no forecast but an odd number.
    private static final Duration LONGEST_TRAINING = Duration.ofDays(365);

    private RemoteUpdate() {}

    /// Whether the answer to a question asked at `askedAt` is older than what the record already holds.
    ///
    /// @param syncedAt when the question was asked whose answer made the record what it is
    public static boolean isOutdated(@Nullable Instant syncedAt, Instant askedAt) {
        return syncedAt != null
                && syncedAt.isAfter(askedAt)
                && !syncedAt.isAfter(askedAt.plus(LONGEST_CALL));
    }

    /// @param phase only of pending jobs
    record State(JobStatus status, @Nullable JobPhase phase) {}

    /// Whether we know what a provider's word means.
    public static boolean knows(String providerStatus) {
        return STATES.containsKey(providerStatus.toLowerCase(Locale.ROOT));
    }

    /// The record as it is after the provider said `remote` in an answer to a question asked at `askedAt`.
    ///
    /// An answer to an older question than the one that made the record is ignored, so that a slow list never undoes
    /// what a webhook brought. A word we do not know leaves the state as it was: the job stays alive. What is over stays over:
    /// a provider that tells of an ended job as if it lived has answered from an old copy.
    public static Job apply(Job job, RemoteJob remote, Instant askedAt) {
        if (isOutdated(job.syncedAt(), askedAt)
                || (job.remoteId() != null && !job.remoteId().equals(remote.id()))) {
            return job;
        }
        State state =
                STATES.getOrDefault(
                        remote.status().toLowerCase(Locale.ROOT),
                        new State(
                                job.status(),
                                job.status() == JobStatus.PENDING ? JobPhase.QUEUED : null));
        if (job.status().isFinal() && !state.status().isFinal()) {
            return job;
        }
        Job.Builder next =
                job.toBuilder()
                        .remoteId(remote.id())
                        .status(state.status())
                        .phase(state.phase())
                        .providerStatus(remote.status())
                        .resolvedModel(
                                remote.model().isBlank() ? job.resolvedModel() : remote.model())
                        .trainingFile(firstKnown(remote.trainingFile(), job.trainingFile()))
                        .validationFile(firstKnown(remote.validationFile(), job.validationFile()))
                        .fineTunedModel(firstKnown(remote.fineTunedModel(), job.fineTunedModel()))
                        .trainedTokens(firstKnown(remote.trainedTokens(), job.trainedTokens()))
                        .resultFiles(
                                remote.resultFiles().isEmpty()
                                        ? job.resultFiles()
                                        : remote.resultFiles())
                        .seed(firstKnown(remote.seed(), job.seed()))
                        .suffix(firstKnown(remote.suffix(), job.suffix()))
                        .method(coalesce(remote.methodType(), job.method()))
                        .submission(accepted(job.submission()))
                        .submittedAt(
                                coalesce(job.submittedAt(), coalesce(remote.createdAt(), askedAt)))
                        .missingSince(null)
                        .trouble(null)
                        .syncedAt(askedAt);
        if (!remote.hyperparameters().isEmpty()) {
            next.hyperparameters(remote.hyperparameters());
        }
        boolean lived = !job.status().isFinal();
        if (job.startedAt() == null && lived && hasStarted(state.status())) {
            next.startedAt(askedAt);
        }
        next.error(state.status() == JobStatus.FAILED ? failure(remote, job.error()) : null);
        if (state.status().isFinal()) {
            // who saw it end may date it; of a job that was over before, only the provider can
            Instant end = remote.finishedAt() == null && lived ? askedAt : remote.finishedAt();
            next.finishedAt(firstKnown(job.finishedAt(), end)).eta(null).cancelRequestedAt(null);
            if (state.status() == JobStatus.SUCCEEDED) {
                Progress before = job.progress();
                next.progress(
                        new Progress(
                                100,
                                before.totalSteps(),
                                before.totalSteps(),
                                Progress.Kind.STEPS));
            }
        } else {
            next.finishedAt(null);
            if (state.status() == JobStatus.RUNNING) {
                estimate(job, remote, askedAt, next);
            } else {
                next.eta(null);
            }
        }
        return next.build();
    }

    /// The record after metrics came in: progress by steps and the time that is left at the pace so far.
    ///
    /// @param firstStepAt when the first step that we know of was reported
    public static Job applySteps(
            Job job,
            long step,
            long totalSteps,
            Instant firstStepAt,
            long firstStep,
            Instant stepAt) {
        if (step < 0 || totalSteps <= 0) {
            return job;
        }
        if (job.status().isFinal()) {
            return trained(job, step, totalSteps, firstStepAt);
        }
        int percent = percent(step, totalSteps);
        Progress now =
                job.progress().kind() == Progress.Kind.ESTIMATE
                        // a count beats a guess, but what was shown is not taken back
                        ? new Progress(
                                Math.max(
                                        percent,
                                        job.progress().percent() == null
                                                ? 0
                                                : job.progress().percent()),
                                step,
                                totalSteps,
                                Progress.Kind.STEPS)
                        : job.progress()
                                .furthest(
                                        new Progress(
                                                percent, step, totalSteps, Progress.Kind.STEPS));
        Job.Builder next = job.toBuilder().progress(now);
        if (firstStep >= 0 && step > firstStep && job.status() == JobStatus.RUNNING) {
            double millisPerStep =
                    (double) Duration.between(firstStepAt, stepAt).toMillis() / (step - firstStep);
            double left = millisPerStep * Math.max(0, totalSteps - step);
            next.eta(
                    left >= 0 && left <= LONGEST_TRAINING.toMillis()
                            ? stepAt.plusMillis(Math.round(left))
                            : null);
        }
        if (job.startedAt() == null || firstStepAt.isBefore(job.startedAt())) {
            next.startedAt(firstStepAt);
        }
        return next.build();
    }

    /// A job that was over when it was adopted: its steps tell that it trained, since when, and how far it came.
    private static Job trained(Job job, long step, long totalSteps, Instant firstStepAt) {
        if (job.origin() != Job.Origin.IMPORTED) {
            return job;
        }
        boolean earlier = job.startedAt() == null || firstStepAt.isBefore(job.startedAt());
        return job.toBuilder()
                .startedAt(earlier ? firstStepAt : job.startedAt())
                .progress(
                        job.status() == JobStatus.SUCCEEDED
                                ? job.progress()
                                : job.progress()
                                        .furthest(
                                                new Progress(
                                                        percent(step, totalSteps),
                                                        step,
                                                        totalSteps,
                                                        Progress.Kind.STEPS)))
                .build();
    }

    private static int percent(long step, long totalSteps) {
        return (int) Math.min(99, 100.0 * Math.min(step, totalSteps) / totalSteps);
    }

    private static void estimate(Job job, RemoteJob remote, Instant now, Job.Builder next) {
        Instant finish = remote.estimatedFinish();
        Instant start = coalesce(job.startedAt(), now);
        if (finish == null || !finish.isAfter(now)) {
            return;
        }
        next.eta(finish);
        if (job.progress().kind() == Progress.Kind.STEPS) {
            return;
        }
        long whole = Duration.between(start, finish).toMillis();
        int percent =
                whole <= 0
                        ? 0
                        : (int)
                                Math.clamp(
                                        100 * Duration.between(start, now).toMillis() / whole,
                                        0,
                                        99);
        next.progress(
                job.progress().furthest(new Progress(percent, null, null, Progress.Kind.ESTIMATE)));
    }

    private static boolean hasStarted(JobStatus status) {
        return switch (status) {
            case PENDING, FAILED, CANCELLED -> false;
            case RUNNING, PAUSED, SUCCEEDED -> true;
        };
    }

    private static Submission.State accepted(Submission.State state) {
        return new Submission.State(
                Submission.Outcome.ACCEPTED,
                state.attempts(),
                state.firstSentAt(),
                state.lastSentAt(),
                0);
    }

    private static JobError failure(RemoteJob remote, @Nullable JobError known) {
        RemoteJob.RemoteFailure error = remote.error();
        if (error == null) {
            return known == null ? new JobError("training_failed", "", null) : known;
        }
        return new JobError(
                coalesce(error.code(), "training_failed"),
                coalesce(error.message(), ""),
                error.param());
    }

    private static <T> @Nullable T firstKnown(@Nullable T first, @Nullable T second) {
        return first == null ? second : first;
    }

    private static <T> T coalesce(@Nullable T first, T second) {
        return first == null ? second : first;
    }
}
