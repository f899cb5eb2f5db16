package dev.afinador.server.live;

import dev.afinador.job.Job;
import dev.afinador.job.JobId;
import dev.afinador.job.JobListener;
import dev.afinador.job.JobStore;
import dev.afinador.provider.ProviderId;
import dev.afinador.sync.Synchronization;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells listeners on this machine of every change, whichever machine made it. The guarantee is a look at the database once
/// a second (while anybody listens); a change made here is a hint that makes the look come at once.
public final class LiveHub implements JobListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LiveHub.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /// Changes are stamped before they are committed, so a look goes back this far and drops what it has told already.
    private static final Duration OVERLAP = Duration.ofSeconds(5);

    private static final int REMEMBERED = 4096;

    private final JobStore jobs;
    private final Synchronization synchronization;
    private final InstantSource clock;
    private final List<Consumer<LiveEvent>> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition hinted = lock.newCondition();
    private final Thread thread;
    private boolean hint;
    private volatile boolean closed;

    /// Version of each job as last told, so that overlapping looks tell it once.
    private final Map<JobId, Long> told =
            new LinkedHashMap<>(256, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<JobId, Long> eldest) {
                    return size() > REMEMBERED;
                }
            };

    public LiveHub(JobStore jobs, Synchronization synchronization, InstantSource clock) {
        this.jobs = jobs;
        this.synchronization = synchronization;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("live-hub").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /// Calls the listener for every change from now on, one at a time, on the hub's thread: it must be quick.
    ///
    /// @return call it to stop listening
    public Runnable listen(Consumer<LiveEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void jobChanged(JobId id) {
        wake();
    }

    @Override
    public void syncChanged(ProviderId provider) {
        synchronization.wake();
        wake();
    }

    private void wake() {
        lock.lock();
        try {
            hint = true;
            hinted.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        Instant since = clock.instant();
        List<LinkState> lastLinks = List.of();
        while (!closed) {
            awaitHint();
            if (listeners.isEmpty()) {
                since = clock.instant();
                continue;
            }
            try {
                Instant lookedAt = clock.instant();
                // After a clock was set back, changes are stamped earlier than the last look.
                Instant from = lookedAt.isBefore(since) ? lookedAt : since;
                tellJobs(from.minus(OVERLAP));
                since = lookedAt;
                List<Synchronization.Link> now = synchronization.links();
                List<LinkState> nowLinks = now.stream().map(LinkState::of).toList();
                if (!nowLinks.equals(lastLinks)) {
                    lastLinks = nowLinks;
                    tell(new LiveEvent.LinksChanged(now));
                }
            } catch (RuntimeException e) {
                if (!closed) {
                    log.warn("live changes could not be read, trying again", e);
                }
            }
        }
    }

    /// What of a link is worth telling: time passing is not, nor that a sync began where all is well. It would be told to
    /// everybody every few seconds, and be over by then.
    private record LinkState(
            ProviderId id,
            String name,
            Object syncedAt,
            Object error,
            boolean stale,
            boolean running) {
        static LinkState of(Synchronization.Link link) {
            return new LinkState(
                    link.provider().id(),
                    link.provider().name(),
                    Objects.requireNonNullElse(link.state().syncedAt(), ""),
                    Objects.requireNonNullElse(link.state().errorCode(), ""),
                    link.stale(),
                    link.running() && (link.stale() || link.state().syncedAt() == null));
        }
    }

    private void awaitHint() {
        lock.lock();
        try {
            if (!hint) {
                // Woken or not, the database is looked at.
                boolean unused = hinted.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
            }
            hint = false;
        } catch (InterruptedException e) {
            closed = true;
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void tellJobs(Instant since) {
        Instant from = since;
        while (true) {
            List<JobStore.Changed> changes = jobs.changedSince(from, 500);
            List<Job> fresh = new ArrayList<>();
            for (JobStore.Changed change : changes) {
                Long version = told.put(change.job().id(), change.job().version());
                if (version == null || version < change.job().version()) {
                    fresh.add(change.job());
                }
            }
            fresh.forEach(job -> tell(new LiveEvent.JobChanged(job)));
            if (changes.size() < 500 || changes.getLast().changedAt().equals(from)) {
                return;
            }
            from = changes.getLast().changedAt();
        }
    }

    private void tell(LiveEvent event) {
        for (Consumer<LiveEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                log.warn("a listener of live changes failed", e);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
