package dev.afinador.sync;

import dev.afinador.access.SessionStore;
import dev.afinador.job.JobStore;
import dev.afinador.provider.CallJournal;
import dev.afinador.work.TaskQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Forgets, once an hour, what retention no longer covers.
public final class Pruning implements TaskQueue.Step {

    private static final Duration EVERY = Duration.ofHours(1);

    private final CallJournal journal;
    private final JobStore jobs;
    private final WebhookDeliveries deliveries;
    private final SessionStore sessions;
    private final InstantSource clock;
    private final Retention retention;

    /// @param jobCalls        journal entries that belong to a job
    /// @param bulkCalls       journal entries of calls about many jobs at once
    /// @param idempotencyKeys how long a repeated start still gives the first job
    /// @param webhookIds      how long a repeated delivery is known
    public record Retention(
            Duration jobCalls, Duration bulkCalls, Duration idempotencyKeys, Duration webhookIds) {}

    public Pruning(
            CallJournal journal,
            JobStore jobs,
            WebhookDeliveries deliveries,
            SessionStore sessions,
            InstantSource clock,
            Retention retention) {
        this.journal = journal;
        this.jobs = jobs;
        this.deliveries = deliveries;
        this.sessions = sessions;
        this.clock = clock;
        this.retention = retention;
    }

    @Override
    public TaskQueue.Next run(String instance) {
        Instant now = clock.instant();
        journal.prune(now.minus(retention.jobCalls()), now.minus(retention.bulkCalls()));
        jobs.pruneUsedKeys(now.minus(retention.idempotencyKeys()));
        deliveries.prune(now.minus(retention.webhookIds()));
        sessions.prune(now);
        return new TaskQueue.Next.Again(now.plus(EVERY));
    }
}
