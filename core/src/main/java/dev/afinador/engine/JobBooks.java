package dev.afinador.engine;

import dev.afinador.work.Transactions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Writes what happens to jobs: the new state, its events, the webhooks of an end and the work that follows are stored in one
/// transaction or not at all.
public final class JobBooks {

    private final EngineJobStore store;
    private final Transactions transactions;
    private final Webhooks webhooks;
    private final EngineListener listener;
    private final EngineIds ids;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    public JobBooks(
            EngineJobStore store,
            Transactions transactions,
            Webhooks webhooks,
            EngineListener listener,
            EngineIds ids,
            InstantSource clock) {
        this.store = store;
        this.transactions = transactions;
        this.webhooks = webhooks;
        this.listener = listener;
        this.ids = ids;
        this.clock = clock;
    }

    /// @param more what else belongs to the change; runs inside the transaction
    /// @return the job as it is stored now, or null when somebody else changed it meanwhile and nothing was written
    @Nullable EngineJob write(
            EngineJob job, EngineJob.State next, List<EngineEvent> events, Runnable more) {
        EngineJob wanted = job.with(next);
        boolean written =
                transactions.inTransaction(() -> {
                    if (!store.update(wanted)) {
                        return false;
                    }
                    store.addEvents(job.id(), events);
                    more.run();
                    if (next.status().isFinal() && !job.status().isFinal()) {
                        webhooks.jobEnded(wanted);
                    }
                    return true;
                });
        if (!written) {
            return null;
        }
        EngineJob stored = store.find(job.id()).orElse(wanted);
        tell(stored);
        return stored;
    }

    void tell(EngineJob job) {
        listener.changed(job);
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the next change of any job here, or for a while: changes on other machines are heard of by nobody.
    void awaitChange(long nanos) throws InterruptedException {
        lock.lock();
        try {
            if (changed.awaitNanos(nanos) > 0) {
                return; // something changed; which job it was, the caller looks up
            }
        } finally {
            lock.unlock();
        }
    }

    EngineEvent say(EngineEvent.Level level, String message) {
        return new EngineEvent(
                ids.event(), now(), level, EngineEvent.Type.MESSAGE, message, Map.of(), null);
    }

    EngineEvent say(String message) {
        return say(EngineEvent.Level.INFO, message);
    }

    EngineEvent sayOnce(String mark, String message) {
        return new EngineEvent(
                ids.event(),
                now(),
                EngineEvent.Level.INFO,
                EngineEvent.Type.MESSAGE,
                message,
                Map.of(),
                mark);
    }

    EngineEvent metrics(long step, String message, Map<String, Double> data) {
        return new EngineEvent(
                ids.event(),
                now(),
                EngineEvent.Level.INFO,
                EngineEvent.Type.METRICS,
                message,
                data,
                "metrics:" + step);
    }

    String checkpointId() {
        return ids.checkpoint();
    }

    String checkpointName(String base, @Nullable String suffix, long step) {
        return ids.checkpointModel(base, suffix, step);
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
