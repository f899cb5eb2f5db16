package dev.afinador.sync;

import dev.afinador.job.Job;
import dev.afinador.job.JobId;
import dev.afinador.job.JobStore;
import dev.afinador.provider.Backends;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.FineTuningBackend;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.ProviderStore;
import dev.afinador.provider.RemoteJob;
import dev.afinador.work.TaskQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads one job at once, because a webhook spoke of it or something was just done to it.
public final class JobFetch implements TaskQueue.Step {

    private static final Logger log = LoggerFactory.getLogger(JobFetch.class);

    private static final Duration SHORTEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final Duration GIVE_UP = Duration.ofDays(3);

    private final JobStore jobs;
    private final JobReader reader;
    private final ProviderStore providers;
    private final Backends backends;
    private final InstantSource clock;

    public JobFetch(
            JobStore jobs,
            JobReader reader,
            ProviderStore providers,
            Backends backends,
            InstantSource clock) {
        this.jobs = jobs;
        this.reader = reader;
        this.providers = providers;
        this.backends = backends;
        this.clock = clock;
    }

    @Override
    public TaskQueue.Next run(String instance) {
        JobId id = JobId.parse(instance);
        Job job = jobs.find(id).orElse(null);
        Provider provider = job == null ? null : providers.find(job.providerId()).orElse(null);
        if (job == null || provider == null || job.remoteId() == null) {
            return new TaskQueue.Next.Done();
        }
        return ScopedValue.where(CallJournal.JOB, instance).call(() -> fetch(job, provider));
    }

    private TaskQueue.Next fetch(Job job, Provider provider) {
        try {
            FineTuningBackend backend = backends.of(provider);
            Instant askedAt = clock.instant();
            Optional<RemoteJob> remote =
                    backend.findJob(java.util.Objects.requireNonNull(job.remoteId()));
            if (remote.isEmpty()) {
                reader.storeMissing(job.id(), askedAt);
                return new TaskQueue.Next.Done();
            }
            reader.store(job.id(), remote.get(), askedAt)
                    .ifPresent(stored -> reader.readDetails(stored, backend));
        } catch (ProviderException e) {
            if (!job.status().isFinal()) {
                // The regular sync reads it soon anyway and reports the trouble with the link.
                log.info("job {}: could not be read at once: {}", job.id(), e.getMessage());
                return new TaskQueue.Next.Done();
            }
            return againOrNever(job, e.error().retryNotBefore());
        }
        return new TaskQueue.Next.Done();
    }

    /// An ended job is in no further sync, so its last events are asked for again, the more seldom the longer it is over. A
    /// provider that is gone for good is left alone in the end.
    private TaskQueue.Next againOrNever(Job job, @Nullable Instant asked) {
        Instant now = clock.instant();
        Instant over = job.finishedAt() == null ? now : job.finishedAt();
        Duration age = Duration.between(over, now);
        if (age.compareTo(GIVE_UP) > 0) {
            log.warn("job {}: its last events were never read", job.id());
            return new TaskQueue.Next.Done();
        }
        Duration pause = age.dividedBy(4);
        if (pause.compareTo(SHORTEST_PAUSE) < 0) {
            pause = SHORTEST_PAUSE;
        } else if (pause.compareTo(LONGEST_PAUSE) > 0) {
            pause = LONGEST_PAUSE;
        }
        Instant later = now.plus(pause);
        return new TaskQueue.Next.Again(asked != null && asked.isAfter(later) ? asked : later);
    }
}
