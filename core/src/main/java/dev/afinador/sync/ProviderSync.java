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
import dev.afinador.provider.ProviderError;
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
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
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

    /// Room for a task that begins a little late and for a provider that is slower than last time.
    private static final Duration AHEAD = Duration.ofSeconds(2);

    private final JobStore jobs;
    private final JobReader reader;
    private final SyncStore syncs;
    private final ProviderStore providers;
    private final Backends backends;
    private final JobListener listener;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final SyncSettings settings;

    /// When this machine last read the events of each provider's running jobs, to go round fairly. A hint: losing it costs one
    /// extra read.
    private final Map<ProviderId, Map<JobId, Instant>> eventsReadAt = new ConcurrentHashMap<>();

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
        if (live.isEmpty() && before.requestedAt() == null && !wasCutOff(before)) {
            return new TaskQueue.Next.Done();
        }
        syncs.started(id, startedAt);
        listener.syncChanged(id);
        Instant next;
        try {
            FineTuningBackend backend = backends.of(provider);
            List<Job> running = bringStates(id, live, backend);
            Duration took = Duration.between(startedAt, clock.instant());
            // Whoever waits for states need not wait for events.
            syncs.brought(id, startedAt);
            listener.syncChanged(id);
            next = startedAt.plus(untilNext(took));
            readEvents(id, running, backend, next);
            syncs.succeeded(id, startedAt, clock.instant());
        } catch (ProviderException e) {
            log.warn("sync of provider {} failed: {}", id, e.getMessage());
            syncs.failed(id, clock.instant(), e.error());
            next = clock.instant().plus(BACKOFF.after(before.failures() + 1, random));
            Instant asked = e.error().retryNotBefore();
            next = asked != null && asked.isAfter(next) ? asked : next;
        }
        listener.syncChanged(id);
        SyncState after = syncs.get(id);
        if (after.requestedAt() != null) {
            Instant soon = clock.instant();
            Instant asked = after.retryNotBefore();
            return new TaskQueue.Next.Again(asked != null && asked.isAfter(soon) ? asked : soon);
        }
        return jobs.live(id).isEmpty() ? new TaskQueue.Next.Done() : new TaskQueue.Next.Again(next);
    }

    /// A sync that began and never ended: its process was killed. Who waits for it shall see an end.
    private static boolean wasCutOff(SyncState state) {
        Instant started = state.startedAt();
        Instant finished = state.finishedAt();
        return started != null && (finished == null || finished.isBefore(started));
    }

    /// Where regular syncs are what keeps the list fresh, the next one begins early enough to end before what the last one
    /// brought is too old, so that nobody who looks has to wait for it.
    private Duration untilNext(Duration took) {
        if (settings.interval().compareTo(settings.freshness()) > 0) {
            return settings.interval();
        }
        Duration early = settings.freshness().minus(took).minus(AHEAD);
        Duration least = settings.interval().dividedBy(2);
        Duration wanted = early.compareTo(least) < 0 ? least : early;
        return wanted.compareTo(settings.interval()) < 0 ? wanted : settings.interval();
    }

    /// @return the running jobs whose events are to be read, the longest unread first
    private List<Job> bringStates(ProviderId id, List<Job> live, FineTuningBackend backend) {
        if (live.isEmpty()) {
            eventsReadAt.remove(id);
            // Proves key and connection; there is nothing to bring.
            Page<RemoteJob> unused = backend.listJobs(null, 1, null);
            return List.of();
        }
        List<Job> running =
                bring(live, backend).stream()
                        .filter(j -> j.status() == JobStatus.RUNNING)
                        .collect(Collectors.toCollection(ArrayList::new));
        Map<JobId, Instant> readAt =
                eventsReadAt.computeIfAbsent(id, p -> new ConcurrentHashMap<>());
        readAt.keySet().retainAll(running.stream().map(Job::id).collect(Collectors.toSet()));
        running.sort(Comparator.comparing((Job j) -> readAt.getOrDefault(j.id(), Instant.EPOCH)));
        return running.subList(0, Math.min(running.size(), settings.eventReads()));
    }

    /// As many as there is time for until the next sync, but one at least: the others are the longest unread then.
    private void readEvents(
            ProviderId id, List<Job> running, FineTuningBackend backend, Instant until) {
        for (Job job : running) {
            try {
                reader.readDetails(job, backend);
            } catch (ProviderException e) {
                if (!isAboutOneJob(e.error())) {
                    throw e;
                }
                log.warn("job {}: its events could not be read: {}", job.id(), e.getMessage());
            } catch (RuntimeException e) {
                log.error("job {}: its events could not be taken over", job.id(), e);
            }
            eventsReadAt
                    .computeIfAbsent(id, p -> new ConcurrentHashMap<>())
                    .put(job.id(), clock.instant());
            if (!clock.instant().isBefore(until)) {
                return;
            }
        }
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
            Map<JobId, String> unchanged = new HashMap<>();
            for (RemoteJob remote : page.data()) {
                Job job = missing.remove(remote.id());
                if (job == null) {
                    continue;
                }
                covered++;
                try {
                    if (JobReader.isNews(job, remote, askedAt)) {
                        reader.storeAndFollowUp(job, remote, askedAt).ifPresent(brought::add);
                    } else {
                        unchanged.put(job.id(), remote.raw());
                        brought.add(job);
                    }
                } catch (RuntimeException e) { // whatever is odd about it, the others go on
                    log.error("job {}: its state could not be taken over", job.id(), e);
                }
            }
            jobs.markSynced(unchanged.keySet(), askedAt);
            jobs.putRaw(unchanged);
            if (!page.hasMore() || page.data().isEmpty() || covered == 0) {
                break;
            }
            after = page.data().getLast().id().value();
        }
        ProviderException failure = null;
        for (Map.Entry<RemoteJobId, Job> straggler : missing.entrySet()) {
            Job job = straggler.getValue();
            try {
                ScopedValue.where(CallJournal.JOB, job.id().toString())
                        .run(() ->
                                bringOne(job, straggler.getKey(), backend).ifPresent(brought::add));
            } catch (ProviderException e) {
                if (!isAboutOneJob(e.error())) {
                    throw e;
                }
                failure = e; // the others are brought first, then it is said
            } catch (RuntimeException e) {
                log.error("job {}: its state could not be taken over", job.id(), e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return brought;
    }

    /// Trouble that another job's call need not meet, as opposed to trouble with the link.
    private static boolean isAboutOneJob(ProviderError error) {
        return switch (error.kind()) {
            case SERVER_ERROR, BAD_REQUEST, NOT_FOUND, NOT_THIS_PROTOCOL -> true;
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
                    QUOTA ->
                    false;
        };
    }

    private Optional<Job> bringOne(Job job, RemoteJobId remoteId, FineTuningBackend backend) {
        Instant askedAt = clock.instant();
        Optional<RemoteJob> remote = backend.findJob(remoteId);
        if (remote.isEmpty()) {
            reader.storeMissing(job.id(), askedAt);
            return Optional.empty();
        }
        return reader.storeAndFollowUp(job, remote.get(), askedAt);
    }
}
