package dev.afinador.fake;

import dev.afinador.activation.Activation;
import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetId;
import dev.afinador.job.Checkpoint;
import dev.afinador.job.Job;
import dev.afinador.job.JobEvent;
import dev.afinador.job.JobId;
import dev.afinador.job.JobStore;
import dev.afinador.job.JobTransition;
import dev.afinador.job.Metric;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderId;
import dev.afinador.sync.SyncState;
import dev.afinador.work.Transactions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What all stores in memory share: one state, one transaction at a time, all of it or nothing.
public final class Memory implements Transactions {

    final Death death;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Tables committed = new Tables();
    private @Nullable Tables working;

    public Memory(Death death) {
        this.death = death;
    }

    record StoredJob(Job job, Instant changedAt) {}

    record Owned(ProviderId provider, String sha256) {}

    record Claim(JobId job, Instant at) {}

    /// @param wakeAt when to run again although the step is running; null for no such wish
    record Task(Instant due, boolean picked, @Nullable Instant wakeAt, int failures) {}

    /// What its maps hold is never changed, only replaced: a copy of the maps is a copy of all.
    static final class Tables {
        final Map<JobId, StoredJob> jobs = new LinkedHashMap<>();
        final Map<JobId, String> raw = new HashMap<>();
        final Map<JobId, List<JobEvent>> events = new HashMap<>();
        final Map<JobId, Map<String, Metric>> metrics = new HashMap<>();
        final Map<JobId, Map<String, Checkpoint>> checkpoints = new HashMap<>();
        final Map<JobId, List<JobTransition>> transitions = new HashMap<>();
        final Map<String, JobStore.UsedKey> usedKeys = new HashMap<>();
        final Map<String, Instant> usedKeysAt = new HashMap<>();
        final Map<Owned, String> uploads = new HashMap<>();
        final Map<Owned, Claim> claims = new HashMap<>();
        final Map<ProviderId, Provider> providers = new LinkedHashMap<>();
        final Map<String, byte[]> secrets = new HashMap<>();
        final Map<ProviderId, SyncState> syncs = new LinkedHashMap<>();
        final Map<DatasetId, Dataset> datasets = new LinkedHashMap<>();
        final List<Activation> activations = new ArrayList<>();
        final List<CallJournal.Call> calls = new ArrayList<>();
        final Map<String, Task> tasks = new LinkedHashMap<>();

        Tables copy() {
            Tables copy = new Tables();
            copy.jobs.putAll(jobs);
            copy.raw.putAll(raw);
            copy.events.putAll(events);
            copy.metrics.putAll(metrics);
            copy.checkpoints.putAll(checkpoints);
            copy.transitions.putAll(transitions);
            copy.usedKeys.putAll(usedKeys);
            copy.usedKeysAt.putAll(usedKeysAt);
            copy.uploads.putAll(uploads);
            copy.claims.putAll(claims);
            copy.providers.putAll(providers);
            copy.secrets.putAll(secrets);
            copy.syncs.putAll(syncs);
            copy.datasets.putAll(datasets);
            copy.activations.addAll(activations);
            copy.calls.addAll(calls);
            copy.tasks.putAll(tasks);
            return copy;
        }
    }

    @Override
    public <T> T inTransaction(Supplier<T> work) {
        lock.lock();
        try {
            if (working != null) {
                return work.get();
            }
            working = committed.copy();
            T result = work.get();
            death.moment("before a commit");
            committed = working;
            working = null;
            death.moment("after a commit");
            return result;
        } finally {
            if (lock.getHoldCount() == 1) {
                working = null; // whatever was not committed is gone
            }
            lock.unlock();
        }
    }

    /// A statement that changes something; a transaction of its own unless it joins one.
    <T> T write(Function<Tables, T> statement) {
        return inTransaction(() -> statement.apply(Objects.requireNonNull(working)));
    }

    /// Sees what is committed, and what the transaction under way on this thread has written.
    <T> T read(Function<Tables, T> statement) {
        Tables own = lock.isHeldByCurrentThread() ? working : null;
        return statement.apply(own == null ? committed : own);
    }
}
