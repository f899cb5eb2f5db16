package dev.afinador.sync;

import dev.afinador.job.JobStore;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.ProviderStore;
import dev.afinador.work.TaskQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the list asks before it answers: is what we know fresh enough, and if not, bring it, but do not wait for ever.
///
/// Any number of callers share one sync per provider (single flight): they ask for it by moving one durable time forward
/// and wait for the state of the link to show an end of a sync; a wake-up in memory makes that quick on the machine that
/// ran it, a look at the database four times a second makes it certain on the others.
public final class Synchronization {

    private static final Logger log = LoggerFactory.getLogger(Synchronization.class);
    private static final long LOOK_EVERY_MILLIS = 250;

    /// Even a very slow one ends before; an end that never came is of a process that was killed.
    private static final Duration LONGEST_SYNC = Duration.ofMinutes(15);

    /// No provider is left alone for longer (an hour at most, by the rules of the client).
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(61);

    private final SyncStore syncs;
    private final ProviderStore providers;
    private final JobStore jobs;
    private final TaskQueue tasks;
    private final InstantSource clock;
    private final SyncSettings settings;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /// When this machine last asked for a sync of a provider: one ask serves all who come before it is answered.
    private final Map<ProviderId, Instant> asked = new HashMap<>();

    public Synchronization(
            SyncStore syncs,
            ProviderStore providers,
            JobStore jobs,
            TaskQueue tasks,
            InstantSource clock,
            SyncSettings settings) {
        this.syncs = syncs;
        this.providers = providers;
        this.jobs = jobs;
        this.tasks = tasks;
        this.clock = clock;
        this.settings = settings;
    }

    /// How true our record of a provider's jobs is.
    ///
    /// @param live     whether the provider has jobs that can still change
    /// @param stale    what we show may differ from the provider's truth by more than the freshness bound
    /// @param running  a sync is under way
    public record Link(
            Provider provider, SyncState state, boolean live, boolean stale, boolean running) {}

    /// The link to every provider, by provider name. Asks nobody.
    public List<Link> links() {
        Instant now = clock.instant();
        Set<ProviderId> live = Set.copyOf(jobs.providersWithLiveJobs());
        Map<ProviderId, SyncState> states = new HashMap<>();
        syncs.list().forEach(s -> states.put(s.provider(), s));
        return providers.list().stream()
                .map(p ->
                        link(
                                p,
                                states.getOrDefault(p.id(), SyncState.never(p.id())),
                                live.contains(p.id()),
                                now))
                .toList();
    }

    /// The link to one provider. Asks nobody.
    public Link link(Provider provider) {
        return link(
                provider,
                syncs.get(provider.id()),
                jobs.providersWithLiveJobs().contains(provider.id()),
                clock.instant());
    }

    private Link link(Provider provider, SyncState state, boolean live, Instant now) {
        boolean running =
                state.startedAt() != null
                        && (state.finishedAt() == null
                                || state.finishedAt().isBefore(state.startedAt()))
                        && isWithin(LONGEST_SYNC, state.startedAt(), now);
        // With two intervals of room, a sync that is only just due does not make the page cry wolf.
        Duration bound =
                live
                        ? settings.freshness().plus(settings.interval())
                        : settings.idleFreshness().multipliedBy(2);
        boolean old = state.syncedAt() == null || !isWithin(bound, state.syncedAt(), now);
        boolean stale = state.errorCode() != null || (live && old);
        return new Link(provider, state, live, stale, running);
    }

    /// Makes our record at most as old as the settings say, or as new as now when forced, waiting for at most
    /// [SyncSettings#patience()]. Fresh enough, it returns at once. A provider that does not answer breaks nothing: its link
    /// then says so.
    ///
    /// @param only one provider, or null for all
    public List<Link> freshen(@Nullable ProviderId only, boolean force) {
        Instant now = clock.instant();
        Map<ProviderId, Instant> awaited = new HashMap<>();
        List<Link> links = links();
        for (Link link : links) {
            ProviderId id = link.provider().id();
            if (only != null && !only.equals(id)) {
                continue;
            }
            if (!force && (isFresh(link, now) || isHeldOff(link.state(), now))) {
                continue;
            }
            // One that is under way brings what this caller wants; asking would only add another
            // one behind it.
            if ((link.running() && !force) || ask(link.state(), now, force)) {
                awaited.put(id, now);
            }
        }
        if (awaited.isEmpty()) {
            return links;
        }
        await(awaited, force);
        return links();
    }

    private boolean isFresh(Link link, Instant now) {
        Instant syncedAt = link.state().syncedAt();
        Duration bound = link.live() ? settings.freshness() : settings.idleFreshness();
        return syncedAt != null
                && link.state().errorCode() == null
                && isWithin(bound, syncedAt, now);
    }

    /// Whether `at` is that close to now. A time far ahead was written before our clock was set back, and says nothing.
    private static boolean isWithin(Duration bound, Instant at, Instant now) {
        return Duration.between(at, now).abs().compareTo(bound) <= 0;
    }

    /// After a failure the regular sync tries again by itself with growing pauses; views ask in between, but no sooner than
    /// the freshness bound after the failure, however many they are.
    private boolean isHeldOff(SyncState state, Instant now) {
        Instant finished = state.finishedAt();
        return state.errorCode() != null
                && finished != null
                && isWithin(settings.freshness(), finished, now);
    }

    /// @return whether waiting for an answer makes sense
    private boolean ask(SyncState state, Instant now, boolean force) {
        Instant notBefore = state.retryNotBefore();
        if (notBefore != null
                && notBefore.isAfter(now)
                && isWithin(LONGEST_SILENCE, notBefore, now)) {
            return false; // the provider asked to be left alone
        }
        boolean first;
        lock.lock();
        try {
            Instant last = asked.get(state.provider());
            Instant finished = state.finishedAt();
            boolean answered = last == null || (finished != null && !finished.isBefore(last));
            boolean lost = last != null && !isWithin(settings.freshness(), last, now);
            first = force || answered || lost;
            if (first) {
                asked.put(state.provider(), now);
            }
        } finally {
            lock.unlock();
        }
        return !first || isScheduled(state.provider(), now);
    }

    /// What cannot be asked for (a full disk, say) breaks no view: what there is can be read all the same.
    private boolean isScheduled(ProviderId provider, Instant now) {
        try {
            syncs.requested(provider, now);
            tasks.schedule(TaskQueue.Kind.SYNC_PROVIDER, provider.value(), now);
            return true;
        } catch (RuntimeException e) {
            log.error("a sync of provider {} could not be asked for", provider, e);
            lock.lock();
            try {
                asked.remove(provider, now);
            } finally {
                lock.unlock();
            }
            return false;
        }
    }

    private void await(Map<ProviderId, Instant> awaited, boolean force) {
        long deadline = System.nanoTime() + settings.patience().toNanos();
        Set<ProviderId> open = new HashSet<>(awaited.keySet());
        lock.lock();
        try {
            while (true) {
                for (ProviderId id : new ArrayList<>(open)) {
                    if (isAnswered(syncs.get(id), awaited.get(id), force)) {
                        open.remove(id);
                    }
                }
                long left = deadline - System.nanoTime();
                if (open.isEmpty() || left <= 0) {
                    return;
                }
                long most = Math.min(left, TimeUnit.MILLISECONDS.toNanos(LOOK_EVERY_MILLIS));
                // Woken by hint or time, the truth is read again either way.
                long unused = changed.awaitNanos(most);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private boolean isAnswered(SyncState state, @Nullable Instant askedAt, boolean force) {
        Instant started = state.startedAt();
        Instant finished = state.finishedAt();
        Instant synced = state.syncedAt();
        if (askedAt == null) {
            return true;
        }
        Instant newEnough = force ? askedAt : askedAt.minus(settings.freshness());
        if (synced != null && !synced.isBefore(newEnough) && state.errorCode() == null) {
            return true; // the states are here, though the sync may go on with the rest
        }
        if (started == null || finished == null || finished.isBefore(started)) {
            return false;
        }
        // A forced one must have begun after it was asked for; otherwise the end of any sync will
        // do.
        return force ? !started.isBefore(askedAt) : !finished.isBefore(askedAt);
    }

    /// Hint that the state of a link changed on this machine.
    public void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
