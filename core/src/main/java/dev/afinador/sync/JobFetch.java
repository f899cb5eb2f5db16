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
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads one job at once, because a webhook spoke of it or something was just done to it.
public final class JobFetch implements TaskQueue.Step {

    private static final Logger log = LoggerFactory.getLogger(JobFetch.class);

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
            Instant asked = e.error().retryNotBefore();
            Instant later = clock.instant().plusSeconds(60);
            return new TaskQueue.Next.Again(asked != null && asked.isAfter(later) ? asked : later);
        }
        return new TaskQueue.Next.Done();
    }
}
