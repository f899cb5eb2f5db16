package dev.afinador.server.engine;

import dev.afinador.storage.DbSchedulerTaskQueue;
import dev.afinador.work.TaskQueue;
import java.time.Instant;

/// The engine's two queues as one: short work, and jobs that train.
final class EngineQueues implements AutoCloseable {

    private final DbSchedulerTaskQueue shortWork;
    private final DbSchedulerTaskQueue trainings;

    EngineQueues(DbSchedulerTaskQueue shortWork, DbSchedulerTaskQueue trainings) {
        this.shortWork = shortWork;
        this.trainings = trainings;
    }

    TaskQueue tasks() {
        return this::schedule;
    }

    private void schedule(TaskQueue.Kind kind, String instance, Instant notBefore) {
        switch (kind.queue()) {
            case ENGINE -> shortWork.schedule(kind, instance, notBefore);
            case TRAINING -> trainings.schedule(kind, instance, notBefore);
            case CONSOLE -> throw new IllegalArgumentException(kind + " is no work of the engine");
        }
    }

    void start() {
        shortWork.start();
        trainings.start();
    }

    @Override
    public void close() {
        trainings.close();
        shortWork.close();
    }
}
