package dev.afinador.sync;

import dev.afinador.job.Job;
import dev.afinador.job.JobId;
import dev.afinador.job.JobListener;
import dev.afinador.job.JobStatus;
import dev.afinador.job.JobStore;
import dev.afinador.provider.Backends;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.FineTuningBackend;
import dev.afinador.provider.Page;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.ProviderStore;
import dev.afinador.provider.RemoteJob;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.work.Backoff;
import dev.afinador.work.TaskQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Syncs all live jobs of one provider. The task queue runs at most one of these per provider across all machines, so the
/// calls upstream depend on how many jobs live, never on how many people look.
public final class ProviderSync implements TaskQueue.Step {

    private static final Logger log = LoggerFactory.getLogger(ProviderSync.class);
    private static final Backoff BACKOFF =
            new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(5));
    private static final int PAGE = 100;

    /// Up to this many jobs are cheaper to ask for one by one than by a page of a hundred.
    private static final int FEW = 2;

    private static final int MOST_PAGES = 100;

    private final JobStore jobs;
    private final JobReader reader;
    private final SyncStore syncs;
    private final ProviderStore providers;
    private final Backends backends;
    private final JobListener listener;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final SyncSettings settings;

    /// When this machine last read a job's events, to go round fairly. A hint: losing it costs one extra read.
    private final Map<JobId, Instant> eventsReadAt = new ConcurrentHashMap<>();

    public ProviderSync(
            JobStore jobs,
            JobReader reader,
            SyncStore syncs,
            ProviderStore providers,
            Backends backends,
            JobListener listener,
            InstantSource clock,
            RandomGenerator random,
            SyncSettings settings) {
        this.jobs = jobs;
        this.reader = reader;
        this.syncs = syncs;
        this.providers = providers;
        this.backends = backends;
        this.listener = listener;
        this.clock = clock;
        this.random = random;
        this.settings = settings;
    }

    @Override
    public TaskQueue.Next run(String instance) {
        ProviderId id = new ProviderId(instance);
        Provider provider = providers.find(id).orElse(null);
        if (provider == null) {
            return new TaskQueue.Next.Done();
        }
        List<Job> live = jobs.live(id);
        Instant startedAt = clock.instant();
        SyncState before = syncs.get(id);
        if (live.isEmpty() && !isRequested(before)) {
            return new TaskQueue.Next.Done();
        }
        syncs.started(id, startedAt);
        listener.syncChanged(id);
        Instant next;
        try {
            sync(provider, live);
            syncs.succeeded(id, startedAt, clock.instant());
            next = startedAt.plus(settings.interval());
        } catch (ProviderException e) {
            log.warn("sync of provider {} failed: {}", id, e.getMessage());
            syncs.failed(id, clock.instant(), e.error());
            next = clock.instant().plus(BACKOFF.after(before.failures() + 1, random));
            Instant asked = e.error().retryNotBefore();
            next = asked != null && asked.isAfter(next) ? asked : next;
        }
        listener.syncChanged(id);
        SyncState after = syncs.get(id);
        if (isRequested(after)) {
            Instant soon = clock.instant();
            Instant asked = after.retryNotBefore();
            return new TaskQueue.Next.Again(asked != null && asked.isAfter(soon) ? asked : soon);
        }
        return jobs.live(id).isEmpty() ? new TaskQueue.Next.Done() : new TaskQueue.Next.Again(next);
    }

    /// Somebody asked for a sync that starts after the last one did.
    private static boolean isRequested(SyncState state) {
        Instant requested = state.requestedAt();
        Instant started = state.startedAt();
        return requested != null && (started == null || requested.isAfter(started));
    }

    private void sync(Provider provider, List<Job> live) {
        FineTuningBackend backend = backends.of(provider);
        if (live.isEmpty()) {
            backend.listJobs(null, 1, null); // proves key and connection; there is nothing to bring
            return;
        }
        Map<JobId, Job> before = new HashMap<>();
        live.forEach(j -> before.put(j.id(), j));
        List<Job> moved = new ArrayList<>();
        List<Job> running = new ArrayList<>();
        for (Job job : bring(live, backend)) {
            Job old = before.get(job.id());
            if (job.status().isFinal()) {
                eventsReadAt.remove(job.id());
            } else if (old == null || hasMoved(old, job)) {
                moved.add(job);
            } else if (job.status() == JobStatus.RUNNING) {
                running.add(job);
            }
        }
        running.sort(
                Comparator.comparing((Job j) -> eventsReadAt.getOrDefault(j.id(), Instant.EPOCH)));
        moved.addAll(running.subList(0, Math.min(running.size(), settings.eventReads())));
        for (Job job : moved) {
            reader.readDetails(job, backend);
            eventsReadAt.put(job.id(), clock.instant());
        }
    }

    /// Whether there may be news beside the state itself: a provider has events for each of its own words.
    private static boolean hasMoved(Job before, Job now) {
        return before.syncedAt() == null
                || before.status() != now.status()
                || !Objects.equals(before.providerStatus(), now.providerStatus());
    }

    /// Brings the state of every live job: pages of a hundred, newest first, while a page covers some of them, and the
    /// stragglers one by one when that takes fewer calls.
    private List<Job> bring(List<Job> live, FineTuningBackend backend) {
        Map<RemoteJobId, Job> missing = new HashMap<>();
        live.forEach(j -> {
            if (j.remoteId() != null) {
                missing.put(j.remoteId(), j);
            }
        });
        List<Job> brought = new ArrayList<>();
        String after = null;
        for (int i = 0; i < MOST_PAGES && missing.size() > FEW; i++) {
            Instant askedAt = clock.instant();
            Page<RemoteJob> page = backend.listJobs(after, PAGE, null);
            int covered = 0;
            List<JobId> unchanged = new ArrayList<>();
            for (RemoteJob remote : page.data()) {
                Job job = missing.remove(remote.id());
                if (job == null) {
                    continue;
                }
                covered++;
                if (JobReader.isNews(job, remote, askedAt)) {
                    reader.storeAndFollowUp(job.id(), remote, askedAt).ifPresent(brought::add);
                } else {
                    unchanged.add(job.id());
                    brought.add(job);
                }
            }
            jobs.markSynced(unchanged, askedAt);
            if (!page.hasMore() || page.data().isEmpty() || covered == 0) {
                break;
            }
            after = page.data().getLast().id().value();
        }
        for (Map.Entry<RemoteJobId, Job> straggler : missing.entrySet()) {
            JobId id = straggler.getValue().id();
            ScopedValue.where(CallJournal.JOB, id.toString())
                    .run(() -> bringOne(id, straggler.getKey(), backend).ifPresent(brought::add));
        }
        return brought;
    }

    private Optional<Job> bringOne(JobId id, RemoteJobId remoteId, FineTuningBackend backend) {
        Instant askedAt = clock.instant();
        Optional<RemoteJob> remote = backend.findJob(remoteId);
        if (remote.isEmpty()) {
            reader.storeMissing(id, askedAt);
            return Optional.empty();
        }
        return reader.storeAndFollowUp(id, remote.get(), askedAt);
    }
}
