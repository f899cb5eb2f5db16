package dev.afinador.job;

import dev.afinador.provider.RemoteJob;
import dev.afinador.work.Transactions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The one way to change a stored job: read, decide, write if nobody else wrote meanwhile, else decide again. Keeps the
/// timeline and tells listeners once the change is durable.
public final class JobChanges {

    private static final int TRIES = 20;

    private final JobStore store;
    private final Transactions transactions;
    private final JobListener listener;
    private final InstantSource clock;

    public JobChanges(
            JobStore store, Transactions transactions, JobListener listener, InstantSource clock) {
        this.store = store;
        this.transactions = transactions;
        this.listener = listener;
        this.clock = clock;
    }

    /// Changes the job; `alongside` runs in the same transaction as the write, and only if there is one.
    ///
    /// @param decision sees the stored job and gives what it shall be; may run several times; the same job back means no change
    /// @return the job as stored afterwards, or empty when it is gone
    public Optional<Job> change(JobId id, UnaryOperator<Job> decision, Runnable alongside) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Job before = store.find(id).orElse(null);
            if (before == null) {
                return Optional.empty();
            }
            Job after = decision.apply(before);
            if (after.equals(before)) {
                return Optional.of(before);
            }
            boolean stored =
                    transactions.inTransaction(() -> {
                        if (!store.update(after)) {
                            return false;
                        }
                        recordTransition(before, after);
                        alongside.run();
                        return true;
                    });
            if (stored) {
                listener.jobChanged(id);
                return store.find(id);
            }
        }
        throw new IllegalStateException(
                "job " + id + " was changed by others " + TRIES + " times in a row");
    }

    public Optional<Job> change(JobId id, UnaryOperator<Job> decision) {
        return change(id, decision, () -> {});
    }

    /// Brings what the provider said about a job into its record, with the JSON as it came.
    ///
    /// @param alongside runs in the same transaction as the write, and only if there is one
    /// @return the job as stored afterwards, or empty when it is gone
    public Optional<Job> bring(JobId id, RemoteJob remote, Instant askedAt, Runnable alongside) {
        return change(
                id,
                j -> RemoteUpdate.apply(j, remote, askedAt),
                () -> {
                    store.putRaw(Map.of(id, remote.raw()));
                    alongside.run();
                });
    }

    /// Tells listeners that something which belongs to the job (events, metrics, checkpoints) is new, though the job is not.
    public void touch(JobId id) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Job job = store.find(id).orElse(null);
            if (job == null || store.update(job)) {
                break;
            }
        }
        listener.jobChanged(id);
    }

    /// Stores a new job and what continues it in one transaction.
    ///
    /// @throws JobStore.RemoteIdTakenException when another job of this provider has its remote id
    public void insert(Job job, Runnable alongside) {
        transactions.runInTransaction(() -> {
            store.insert(job);
            store.addTransition(
                    job.id(),
                    new JobTransition(
                            job.createdAt(),
                            null,
                            job.status(),
                            job.phase(),
                            job.providerStatus()));
            alongside.run();
        });
        listener.jobChanged(job.id());
    }

    private void recordTransition(Job before, Job after) {
        if (before.status() == after.status()
                && before.phase() == after.phase()
                && Objects.equals(before.providerStatus(), after.providerStatus())) {
            return;
        }
        var at =
                after.status().isFinal() && after.finishedAt() != null
                        ? after.finishedAt()
                        : clock.instant();
        store.addTransition(
                after.id(),
                new JobTransition(
                        at,
                        before.status(),
                        after.status(),
                        after.phase(),
                        after.providerStatus()));
    }
}
