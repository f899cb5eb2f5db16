package dev.afinador.job;

import dev.afinador.provider.Backends;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.FineTuningBackend;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.ProviderStore;
import dev.afinador.provider.RemoteJob;
import dev.afinador.work.Backoff;
import dev.afinador.work.TaskQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Asks the provider to cancel a job until it says yes or no. The wish is durable in [Job#cancelRequestedAt()].
public final class Cancellation implements TaskQueue.Step {

    private static final Backoff BACKOFF =
            new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(2));

    private final JobStore jobs;
    private final JobChanges changes;
    private final ProviderStore providers;
    private final Backends backends;
    private final TaskQueue tasks;
    private final InstantSource clock;
    private final RandomGenerator random;

    public Cancellation(
            JobStore jobs,
            JobChanges changes,
            ProviderStore providers,
            Backends backends,
            TaskQueue tasks,
            InstantSource clock,
            RandomGenerator random) {
        this.jobs = jobs;
        this.changes = changes;
        this.providers = providers;
        this.backends = backends;
        this.tasks = tasks;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public TaskQueue.Next run(String instance) {
        return ScopedValue.where(CallJournal.JOB, instance)
                .call(() -> cancel(JobId.parse(instance)));
    }

    private TaskQueue.Next cancel(JobId id) {
        Job job = jobs.find(id).orElse(null);
        if (job == null || job.status().isFinal() || job.cancelRequestedAt() == null) {
            return new TaskQueue.Next.Done();
        }
        if (job.remoteId() == null) {
            // The submission finds out first whether there is anything to cancel.
            tasks.schedule(TaskQueue.Kind.SUBMIT_JOB, id.toString(), clock.instant());
            return new TaskQueue.Next.Done();
        }
        Provider provider = providers.find(job.providerId()).orElse(null);
        if (provider == null) {
            return new TaskQueue.Next.Done();
        }
        Instant askedAt = clock.instant();
        try {
            FineTuningBackend backend = backends.of(provider);
            RemoteJob remote = backend.cancel(job.remoteId());
            changes.change(
                    id,
                    j ->
                            RemoteUpdate.apply(j, remote, askedAt).toBuilder()
                                    .cancelRequestedAt(null)
                                    .build(),
                    () -> {
                        jobs.putRaw(Map.of(id, remote.raw()));
                        tasks.schedule(TaskQueue.Kind.FETCH_JOB, id.toString(), askedAt);
                    });
            return new TaskQueue.Next.Done();
        } catch (ProviderException e) {
            return refusedOrLater(id, e.error());
        }
    }

    private TaskQueue.Next refusedOrLater(JobId id, ProviderError error) {
        Instant now = clock.instant();
        return switch (error.kind()) {
            case BAD_REQUEST, NOT_FOUND -> { // most often it was over a moment before
                changes.change(
                        id,
                        j ->
                                j.toBuilder()
                                        .cancelRequestedAt(null)
                                        .trouble(
                                                new JobError(
                                                        "cancel_refused", error.message(), null))
                                        .build(),
                        () -> tasks.schedule(TaskQueue.Kind.FETCH_JOB, id.toString(), now));
                yield new TaskQueue.Next.Done();
            }
            case KEY_MISSING,
                    KEY_REJECTED,
                    FORBIDDEN,
                    TRAINING_NOT_AVAILABLE,
                    DNS,
                    REFUSED,
                    ENGINE_OFF,
                    TLS,
                    TIMEOUT,
                    CONNECTION_LOST,
                    RATE_LIMITED,
                    QUOTA,
                    SERVER_ERROR,
                    NOT_THIS_PROTOCOL -> {
                int failures =
                        changes.change(
                                        id,
                                        j ->
                                                j.toBuilder()
                                                        .submission(j.submission().failedOnceMore())
                                                        .trouble(
                                                                new JobError(
                                                                        error.stableCode(),
                                                                        error.message(),
                                                                        null))
                                                        .build())
                                .map(j -> j.submission().failures())
                                .orElse(1);
                Instant again = now.plus(BACKOFF.after(failures, random));
                Instant asked = error.retryNotBefore();
                yield new TaskQueue.Next.Again(
                        asked != null && asked.isAfter(again) ? asked : again);
            }
        };
    }
}
