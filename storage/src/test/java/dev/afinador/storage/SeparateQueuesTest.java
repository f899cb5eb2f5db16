package dev.afinador.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.afinador.work.TaskQueue.Kind;
import dev.afinador.work.TaskQueue.Next;
import dev.afinador.work.TaskQueue.Queue;
import dev.afinador.work.TaskQueue.Step;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A machine with one role leaves the work of the others alone, even the very first time that it sees the table.
class SeparateQueuesTest {

    @RegisterExtension static final StoreDatabase postgres = StoreDatabase.postgres();
    @RegisterExtension static final StoreDatabase sqlite = StoreDatabase.sqlite();

    enum Where {
        SQLITE,
        POSTGRES
    }

    private static DbSchedulerTaskQueue queue(
            Where where, Queue queue, Map<Kind, Step> steps, int threads) {
        return new DbSchedulerTaskQueue(
                (where == Where.SQLITE ? sqlite : postgres).database(),
                queue,
                "machine-" + queue,
                steps,
                InstantSource.system(),
                threads,
                Duration.ofMillis(100),
                Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @EnumSource
    void each_queue_does_its_own_work_and_none_of_the_others(Where where) {
        var done = new CopyOnWriteArrayList<String>();
        Step note =
                instance -> {
                    done.add(instance);
                    return new Next.Done();
                };
        try (var console = queue(where, Queue.CONSOLE, Map.of(Kind.PRUNE, note), 2);
                var engine = queue(where, Queue.ENGINE, Map.of(Kind.TIDY_ENGINE, note), 2);
                var training = queue(where, Queue.TRAINING, Map.of(Kind.TRAIN, note), 1)) {
            training.schedule(Kind.TRAIN, "ftjob-1", java.time.Instant.EPOCH);
            engine.schedule(Kind.TIDY_ENGINE, "all", java.time.Instant.EPOCH);
            console.start();
            engine.start();
            await().until(() -> done.contains("all"));
            assertThat(done).containsExactly("all");

            training.start();
            await().until(() -> done.contains("ftjob-1"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void with_one_thread_one_task_runs_at_a_time_and_the_oldest_first(Where where) {
        var order = new CopyOnWriteArrayList<String>();
        var atOnce = new AtomicInteger();
        var most = new AtomicInteger();
        var goOn = new CountDownLatch(1);
        Step train =
                instance -> {
                    most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    order.add(instance);
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    atOnce.decrementAndGet();
                    return new Next.Done();
                };
        try (var training = queue(where, Queue.TRAINING, Map.of(Kind.TRAIN, train), 1)) {
            training.start();
            for (int i = 1; i <= 4; i++) {
                training.schedule(
                        Kind.TRAIN, "ftjob-" + i, java.time.Instant.ofEpochSecond(1_000 + i));
            }
            await().until(() -> order.size() == 1);
            goOn.countDown();
            await().until(() -> order.size() == 4);
        }
        assertThat(most).hasValue(1);
        assertThat(order).containsExactly("ftjob-1", "ftjob-2", "ftjob-3", "ftjob-4");
    }

    @Test
    void work_of_another_queue_is_not_taken_in() {
        try (var console = queue(Where.SQLITE, Queue.CONSOLE, Map.of(), 1)) {
            assertThatThrownBy(
                            () -> console.schedule(Kind.TRAIN, "ftjob-1", java.time.Instant.EPOCH))
                    .hasMessageContaining("TRAIN");
        }
    }
}
