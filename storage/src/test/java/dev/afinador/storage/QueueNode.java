package dev.afinador.storage;

import dev.afinador.testkit.store.TaskQueueContract;
import dev.afinador.work.TaskQueue;
import dev.afinador.work.Transactions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/// A process of the task queue's tests: connections and a queue of its own.
final class QueueNode implements TaskQueueContract.Node {

    private final Database database;
    private final String name;
    private final Duration pollInterval;
    private final Duration heartbeat;
    private DbSchedulerTaskQueue queue;

    QueueNode(Database database, String name, Duration pollInterval, Duration heartbeat) {
        this.database = database;
        this.name = name;
        this.pollInterval = pollInterval;
        this.heartbeat = heartbeat;
        this.queue = queue(Map.of()); // takes work in, and has no hands until it is started
    }

    private DbSchedulerTaskQueue queue(Map<TaskQueue.Kind, TaskQueue.Step> steps) {
        return new DbSchedulerTaskQueue(
                database,
                TaskQueue.Queue.CONSOLE,
                name,
                steps,
                InstantSource.system(),
                8,
                pollInterval,
                heartbeat);
    }

    @Override
    public TaskQueue queue() {
        return queue;
    }

    @Override
    public Transactions transactions() {
        return database;
    }

    @Override
    public void start(Map<TaskQueue.Kind, TaskQueue.Step> steps) {
        queue = queue(steps);
        queue.start();
    }

    @Override
    public void stop() {
        queue.close();
        database.close();
    }

    @Override
    public void die() {
        database.close();
    }
}
