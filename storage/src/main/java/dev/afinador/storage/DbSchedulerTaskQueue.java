package dev.afinador.storage;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceException;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.afinador.work.Backoff;
import dev.afinador.work.TaskQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// Background work on db-scheduler: a row per task, picked by one machine at a time, with heartbeats.
///
/// A schedule that meets a running step leaves a note (`task_wakeup`) that the end of the step finds in its own transaction;
/// the task's row is locked by both, so that no note is missed.
public final class DbSchedulerTaskQueue implements TaskQueue, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DbSchedulerTaskQueue.class);

    private static final Backoff AFTER_EXCEPTION =
            new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final int MISSED_HEARTBEATS = 4;
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

    private final Database db;
    private final String node;
    private final InstantSource clock;
    private final Map<Kind, Task<Void>> tasks = new EnumMap<>(Kind.class);
    private final Scheduler scheduler;

    /// @param node         name of this machine, the same after a restart, different from all others
    /// @param threads      most steps at a time
    /// @param pollInterval how often due tasks are looked for; what is due at once is run at once by the machine that scheduled it
    public DbSchedulerTaskQueue(
            Database db,
            String node,
            Map<Kind, Step> steps,
            InstantSource clock,
            int threads,
            Duration pollInterval) {
        this.db = db;
        this.node = node;
        this.clock = clock;
        for (Kind kind : Kind.values()) {
            Step step = steps.get(kind);
            if (step == null) {
                throw new IllegalArgumentException("no step for " + kind);
            }
            tasks.put(kind, task(kind, step));
        }
        List<Task<?>> known = new ArrayList<>(tasks.values());
        this.scheduler =
                new SchedulerBuilder(db.writingDataSource(), known)
                        .schedulerName(new SchedulerName.Fixed(node))
                        .jdbcCustomization(db.dialect().taskDialect())
                        .executorService(Executors.newVirtualThreadPerTaskExecutor())
                        .threads(threads)
                        .pollingInterval(pollInterval)
                        .heartbeatInterval(HEARTBEAT)
                        .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                        .shutdownMaxWait(STOP_PATIENCE)
                        .clock(clock::instant)
                        .failureLogging(LogLevel.OFF, false) // the failure handler says it once
                        .build();
    }

    /// Begins to run tasks. What this node had picked before it was killed is free again at once: a node's name belongs to one
    /// data folder, and a data folder to one process.
    public void start() {
        int freed =
                db.write()
                        .sql(
                                """
                                UPDATE scheduled_tasks
                                   SET picked = :no, picked_by = NULL, last_heartbeat = NULL, version = version + 1
                                 WHERE picked = :yes AND picked_by = :node\
                                """)
                        .param("no", false)
                        .param("yes", true)
                        .param("node", node)
                        .update();
        if (freed > 0) {
            log.info("{} tasks go on that were under way when this node last stopped", freed);
        }
        scheduler.start();
    }

    @Override
    public void schedule(Kind kind, String instance, Instant notBefore) {
        db.runInTransaction(() -> scheduleInTransaction(kind, instance, notBefore));
    }

    private void scheduleInTransaction(Kind kind, String instance, Instant notBefore) {
        TaskInstance<Void> task = new TaskInstance<>(kind.word(), instance, null);
        if (!scheduler.scheduleIfNotExists(task, notBefore)) {
            Optional<State> there = lock(kind, instance);
            if (there.isEmpty()) { // it ended between the two statements
                boolean unused = scheduler.scheduleIfNotExists(task, notBefore);
            } else if (there.get().picked()) {
                noteWakeup(kind, instance, notBefore);
            } else if (there.get().dueAt().isAfter(notBefore)) {
                try {
                    boolean unused = scheduler.reschedule(task, notBefore);
                } catch (TaskInstanceException e) {
                    throw new IllegalStateException(
                            "a locked task changed: " + kind + " " + instance, e);
                }
            }
        }
        if (!notBefore.isAfter(clock.instant())) {
            TransactionSynchronizationManager.registerSynchronization(
                    new TransactionSynchronization() {
                        @Override
                        public void afterCommit() {
                            scheduler.triggerCheckForDueExecutions();
                        }
                    });
        }
    }

    private record State(boolean picked, Instant dueAt) {}

    private Optional<State> lock(Kind kind, String instance) {
        return db.write()
                .sql(
                        "SELECT picked, execution_time FROM scheduled_tasks"
                                + " WHERE task_name = :name AND task_instance = :instance"
                                + db.dialect().lockRow())
                .param("name", kind.word())
                .param("instance", instance)
                .query((row, i) ->
                        new State(
                                row.getBoolean("picked"),
                                row.getTimestamp("execution_time").toInstant()))
                .optional();
    }

    private void noteWakeup(Kind kind, String instance, Instant at) {
        int unused =
                db.write()
                        .sql(
                                """
                                INSERT INTO task_wakeup (task_name, task_instance, wake_at) VALUES (:name, :instance, :at)
                                ON CONFLICT (task_name, task_instance) DO UPDATE SET wake_at = excluded.wake_at
                                 WHERE task_wakeup.wake_at > excluded.wake_at\
                                """)
                        .param("name", kind.word())
                        .param("instance", instance)
                        .param("at", at.toEpochMilli())
                        .update();
    }

    private @Nullable Instant takeWakeup(Kind kind, String instance) {
        return db.write()
                .sql(
                        "DELETE FROM task_wakeup WHERE task_name = :name AND task_instance = :instance RETURNING wake_at")
                .param("name", kind.word())
                .param("instance", instance)
                .query((row, i) -> Instant.ofEpochMilli(row.getLong("wake_at")))
                .optional()
                .orElse(null);
    }

    private Task<Void> task(Kind kind, Step step) {
        return Tasks.custom(kind.word(), Void.class)
                .onFailure((complete, operations) -> failed(kind, complete, operations))
                .onDeadExecutionRevive()
                .execute((instance, context) -> {
                    Next next = step.run(instance.getId());
                    return (complete, operations) ->
                            end(kind, instance.getId(), next, complete, operations);
                });
    }

    private void end(
            Kind kind,
            String instance,
            Next next,
            ExecutionComplete complete,
            ExecutionOperations<Void> operations) {
        boolean soon =
                db.inTransaction(() -> {
                    Optional<State> unused = lock(kind, instance);
                    Instant wakeAt = takeWakeup(kind, instance);
                    Instant again =
                            switch (next) {
                                case Next.Done() -> wakeAt;
                                case Next.Again(Instant notBefore) ->
                                        wakeAt != null && wakeAt.isBefore(notBefore)
                                                ? wakeAt
                                                : notBefore;
                            };
                    if (again == null) {
                        operations.remove();
                        return false;
                    }
                    operations.reschedule(complete, again);
                    return !again.isAfter(clock.instant());
                });
        if (soon) {
            scheduler.triggerCheckForDueExecutions();
        }
    }

    private void failed(
            Kind kind, ExecutionComplete complete, ExecutionOperations<Void> operations) {
        String instance = complete.getExecution().taskInstance.getId();
        int failures = complete.getExecution().consecutiveFailures + 1;
        log.warn(
                "step {} {} failed for the {}. time, it runs again",
                kind.word(),
                instance,
                failures,
                complete.getCause().orElse(null));
        db.runInTransaction(() -> {
            Optional<State> locked = lock(kind, instance);
            Instant wakeup = takeWakeup(kind, instance); // it runs again in any case
            operations.reschedule(
                    complete,
                    clock.instant()
                            .plus(AFTER_EXCEPTION.after(failures, ThreadLocalRandom.current())));
        });
    }

    /// Claims no more tasks, lets the running ones end, or leaves them to be repeated.
    @Override
    public void close() {
        scheduler.stop();
    }
}
