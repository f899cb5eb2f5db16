package dev.afinador.storage;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.afinador.work.Backoff;
import dev.afinador.work.TaskQueue;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/// Durable background work on db-scheduler's table: db-scheduler claims what is due, keeps heartbeats and finds the work of
/// lost machines; what becomes of a task before and after its step is decided here, in transactions of ours.
///
/// db-scheduler will not move an execution that is running. [#schedule] then leaves a note in `task_wakeup`, and the end of
/// the step reads it. Both lock the task's row first, so no note is written after it was looked for.
public final class DbSchedulerTaskQueue implements TaskQueue, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DbSchedulerTaskQueue.class);
    private static final Backoff BACKOFF =
            new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));
    private static final int MISSED_HEARTBEATS = 4;
    private static final Duration STOP_WITHIN = Duration.ofSeconds(5);
    private static final Duration LOOK_AT_THE_CLOCK = Duration.ofSeconds(5);

    /// db-scheduler cuts longer names off.
    private static final int LONGEST_NAME = 50;

    /// db-scheduler deletes tasks whose kind it does not know after a while; ours may belong to another machine's kinds.
    private static final Duration NEVER = Duration.ofDays(36_500);

    private final Database database;
    private final Queue queue;
    private final InstantSource clock;
    private final String node;
    private final ExecutorService workers;
    private final Scheduler scheduler;
    private final ClockWatch watch;
    private final ScheduledExecutorService watchman =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("clock-watch").factory());

    /// @param queue        whose work this is: tasks of other queues are neither seen nor taken in
    /// @param node         names this machine and stays the same across restarts, at most 50 characters; no two processes
    ///                     of one name may run at a time
    /// @param steps        what to do, by kind; tasks of other kinds are left to other nodes
    /// @param threads      how many steps run at a time
    /// @param pollInterval how often to look for work that is due; what is scheduled here for now starts without waiting
    /// @param heartbeat    how often running steps show that they live; after four missed ones they run elsewhere
    public DbSchedulerTaskQueue(
            Database database,
            Queue queue,
            String node,
            Map<Kind, Step> steps,
            InstantSource clock,
            int threads,
            Duration pollInterval,
            Duration heartbeat) {
        if (node.isBlank() || node.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("a node's name has 1 to 50 characters");
        }
        for (Kind kind : steps.keySet()) {
            if (kind.queue() != queue) {
                throw new IllegalArgumentException(kind + " is no work of the queue " + queue);
            }
        }
        this.database = database;
        this.queue = queue;
        this.node = node;
        this.clock = clock;
        this.watch = new ClockWatch(clock);
        this.workers =
                Executors.newFixedThreadPool(
                        threads, Thread.ofVirtual().name("work-", 0).factory());
        List<Task<?>> tasks = new ArrayList<>();
        steps.forEach((kind, step) -> tasks.add(task(kind, step)));
        this.scheduler =
                database.dialect()
                        .configure(
                                Scheduler.create(database.writers(), tasks)
                                        .tableName(table(queue))
                                        .schedulerName(new SchedulerName.Fixed(node))
                                        .executorService(workers)
                                        .threads(threads)
                                        .pollingInterval(pollInterval)
                                        .heartbeatInterval(heartbeat)
                                        .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                                        .deleteUnresolvedAfter(NEVER)
                                        .shutdownMaxWait(STOP_WITHIN)
                                        .failureLogging(
                                                LogLevel.OFF, false) // said once, in failed()
                                        .clock(clock::instant))
                        .build();
    }

    @Override
    public void schedule(Kind kind, String instance, Instant notBefore) {
        if (kind.queue() != queue) {
            throw new IllegalArgumentException(kind + " is no work of the queue " + queue);
        }
        database.inTransaction(() -> {
            while (!scheduleOnce(kind, instance, notBefore)) {
                log.trace("{} {} ended while it was being scheduled", kind, instance);
            }
            if (!notBefore.isAfter(clock.instant())) {
                database.afterCommit(this::lookForWork);
            }
            return true;
        });
    }

    /// @return false when the task was there and then was not: it ended meanwhile
    private boolean scheduleOnce(Kind kind, String instance, Instant notBefore) {
        Values task = task(kind.word(), instance).time("at", notBefore);
        int inserted =
                database.write(
                                sql(
                                        """
                                        INSERT INTO {tasks} (task_name, task_instance, execution_time, picked, version)
                                        VALUES (:name, :instance, :at, FALSE, 1)
                                        ON CONFLICT (task_name, task_instance) DO NOTHING
                                        """),
                                task)
                        .update();
        if (inserted == 1) {
            return true;
        }
        Row row = lock(kind.word(), instance).orElse(null);
        if (row == null) {
            return false;
        }
        if (row.picked()) {
            database.write(
                            sql(
                                    """
                                    INSERT INTO {wakeup} (task_name, task_instance, wake_at)
                                    VALUES (:name, :instance, :at)
                                    ON CONFLICT (task_name, task_instance) DO UPDATE SET wake_at = excluded.wake_at
                                     WHERE excluded.wake_at < {wakeup}.wake_at
                                    """),
                            task)
                    .update();
        } else {
            // The version stays: a machine that has just read this row may still claim it.
            database.write(
                            sql(
                                    """
                                    UPDATE {tasks} SET execution_time = :at
                                     WHERE task_name = :name AND task_instance = :instance AND execution_time > :at
                                    """),
                            task)
                    .update();
        }
        return true;
    }

    /// Begins to work. What this node's name still holds is of a process that was killed, and is done at once.
    public void start() {
        releaseOwn();
        scheduler.start();
        var unused =
                watchman.scheduleWithFixedDelay(
                        this::followTheClock,
                        LOOK_AT_THE_CLOCK.toMillis(),
                        LOOK_AT_THE_CLOCK.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void followTheClock() {
        Duration setBack = watch.setBack();
        if (!setBack.isZero()) {
            log.warn(
                    "the clock was set back by {} s: waiting work follows it", setBack.toSeconds());
            try {
                bringForward(setBack);
            } catch (DataAccessException e) {
                log.warn("work that waits may begin late by as much", e);
            }
        }
    }

    /// Everything that waits for its time is due that much earlier.
    void bringForward(Duration by) {
        database.runInTransaction(() -> {
            Values values = Values.none().number("by", by.toMillis()).time("now", clock.instant());
            int tasks =
                    database.write(
                                    sql(
                                            """
                                            UPDATE {tasks} SET execution_time = execution_time - :by
                                             WHERE picked = FALSE AND execution_time > :now
                                            """),
                                    values)
                            .update();
            int notes =
                    database.write(
                                    sql(
                                            "UPDATE {wakeup} SET wake_at = wake_at - :by WHERE wake_at > :now"),
                                    values)
                            .update();
            log.debug("{} tasks and {} notes brought forward", tasks, notes);
            database.afterCommit(this::lookForWork);
        });
    }

    /// Claims no more, lets steps finish for a while, then interrupts them. What was claimed and did not start is released;
    /// a step that does not heed the interrupt stays this node's until its heartbeats are missed.
    @Override
    public void close() {
        watchman.shutdownNow();
        scheduler.stop();
        if (workers.isTerminated()) {
            try {
                releaseOwn();
            } catch (DataAccessException e) {
                log.warn("claimed tasks stay claimed until this node starts again", e);
            }
        }
    }

    private void releaseOwn() {
        int released =
                database.write(
                                sql(
                                        """
                                        UPDATE {tasks}
                                           SET picked = FALSE, picked_by = NULL, last_heartbeat = NULL, version = version + 1
                                         WHERE picked = TRUE AND picked_by = :node
                                        """),
                                Values.of("node", node))
                        .update();
        if (released > 0) {
            log.info("{} tasks that were cut off will run again", released);
        }
    }

    private Task<?> task(Kind kind, Step step) {
        return Tasks.custom(kind.word(), Void.class)
                .onFailure((complete, operations) ->
                        failed(kind, complete.getExecution(), complete.getCause().orElse(null)))
                .onDeadExecution((complete, operations) -> revive(complete.getExecution()))
                .execute((instance, context) -> {
                    Next next = step.run(instance.getId());
                    return (complete, operations) -> finished(complete.getExecution(), next);
                });
    }

    private void finished(Execution execution, Next next) {
        Instant due =
                switch (next) {
                    case Next.Done() -> null;
                    case Next.Again(Instant notBefore) -> notBefore;
                };
        end(execution, due, 0);
    }

    private void failed(Kind kind, Execution execution, @Nullable Throwable cause) {
        int failures = execution.consecutiveFailures + 1;
        Instant due = clock.instant().plus(BACKOFF.after(failures, ThreadLocalRandom.current()));
        log.warn(
                "{} {} failed, {} times in a row; again not before {}",
                kind.word(),
                execution.taskInstance.getId(),
                failures,
                due,
                cause);
        end(execution, due, failures);
    }

    /// The end of a step, in one transaction with the note that may have come in while it ran.
    ///
    /// @param due when the step itself wants to run again; null for never
    private void end(Execution execution, @Nullable Instant due, int failures) {
        String name = execution.taskInstance.getTaskName();
        String instance = execution.taskInstance.getId();
        database.inTransaction(() -> {
            if (!stillOurs(execution)) {
                log.warn("{} {} ended here after it was given to another node", name, instance);
                return false;
            }
            Instant next = earliest(due, takeNote(name, instance));
            if (next == null) {
                database.write(
                                sql(
                                        """
                                        DELETE FROM {tasks}
                                         WHERE task_name = :name AND task_instance = :instance
                                        """),
                                task(name, instance))
                        .update();
                return true;
            }
            Values values =
                    task(name, instance)
                            .time("at", next)
                            .time("now", clock.instant())
                            .number("failures", failures);
            String text =
                    failures == 0
                            ? """
                            UPDATE {tasks}
                               SET picked = FALSE, picked_by = NULL, last_heartbeat = NULL, version = version + 1,
                                   execution_time = :at, consecutive_failures = 0, last_success = :now
                             WHERE task_name = :name AND task_instance = :instance
                            """
                            : """
                            UPDATE {tasks}
                               SET picked = FALSE, picked_by = NULL, last_heartbeat = NULL, version = version + 1,
                                   execution_time = :at, consecutive_failures = :failures, last_failure = :now
                             WHERE task_name = :name AND task_instance = :instance
                            """;
            database.write(sql(text), values).update();
            if (!next.isAfter(clock.instant())) {
                database.afterCommit(this::lookForWork);
            }
            return true;
        });
    }

    private void revive(Execution execution) {
        String name = execution.taskInstance.getTaskName();
        String instance = execution.taskInstance.getId();
        database.inTransaction(() -> {
            if (!stillOurs(execution)) {
                return false; // it ended, or another node revived it
            }
            log.info("{} {} was lost by {} and runs again", name, instance, execution.pickedBy);
            database.write(
                            sql(
                                    """
                                    UPDATE {tasks}
                                       SET picked = FALSE, picked_by = NULL, last_heartbeat = NULL, version = version + 1
                                     WHERE task_name = :name AND task_instance = :instance
                                    """),
                            task(name, instance))
                    .update();
            database.afterCommit(this::lookForWork);
            return true;
        });
    }

    /// Whether the row is still the execution that was claimed; locks it.
    private boolean stillOurs(Execution execution) {
        return lock(execution.taskInstance.getTaskName(), execution.taskInstance.getId())
                .filter(row -> row.picked() && row.version() == execution.version)
                .isPresent();
    }

    private record Row(boolean picked, long version) {}

    private Optional<Row> lock(String name, String instance) {
        return database.write(
                        "SELECT picked, version FROM "
                                + table(queue)
                                + " WHERE task_name = :name AND task_instance = :instance "
                                + database.dialect().forUpdate(),
                        task(name, instance))
                .query((row, i) -> new Row(row.getBoolean("picked"), row.getLong("version")))
                .optional();
    }

    private @Nullable Instant takeNote(String name, String instance) {
        return database.write(
                        sql(
                                """
                                DELETE FROM {wakeup} WHERE task_name = :name AND task_instance = :instance
                                RETURNING wake_at
                                """),
                        task(name, instance))
                .query(DbSchedulerTaskQueue::wakeAt)
                .optional()
                .orElse(null);
    }

    private static Instant wakeAt(ResultSet row, int number) throws SQLException {
        return Rows.instant(row, "wake_at");
    }

    private static @Nullable Instant earliest(@Nullable Instant a, @Nullable Instant b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return a.isBefore(b) ? a : b;
    }

    private static String table(Queue queue) {
        return switch (queue) {
            case CONSOLE -> "scheduled_tasks";
            case ENGINE -> "engine_task";
            case TRAINING -> "training_task";
        };
    }

    private static String wakeupTable(Queue queue) {
        return switch (queue) {
            case CONSOLE -> "task_wakeup";
            case ENGINE -> "engine_task_wakeup";
            case TRAINING -> "training_task_wakeup";
        };
    }

    /// The statement for the tables of this queue.
    private String sql(String text) {
        return text.replace("{tasks}", table(queue)).replace("{wakeup}", wakeupTable(queue));
    }

    private static Values task(String name, String instance) {
        return Values.of("name", name).text("instance", instance);
    }

    /// A hint: without it the work is found at the next poll.
    private void lookForWork() {
        scheduler.triggerCheckForDueExecutions();
    }
}
