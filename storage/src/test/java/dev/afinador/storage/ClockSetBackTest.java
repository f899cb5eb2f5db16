package dev.afinador.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.work.TaskQueue.Kind;
import dev.afinador.work.TaskQueue.Next;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Work that was put off by a clock which was ahead does not wait until the clock is there again.
class ClockSetBackTest {

    @RegisterExtension static final StoreDatabase sqlite = StoreDatabase.sqlite();
    @RegisterExtension static final StoreDatabase postgres = StoreDatabase.postgres();

    @Test
    void waiting_work_follows_the_clock_on_sqlite() throws InterruptedException {
        workFollowsTheClock(sqlite);
    }

    @Test
    void waiting_work_follows_the_clock_on_postgres() throws InterruptedException {
        workFollowsTheClock(postgres);
    }

    private static void workFollowsTheClock(StoreDatabase database) throws InterruptedException {
        CountDownLatch early = new CountDownLatch(1);
        CountDownLatch late = new CountDownLatch(1);
        QueueNode node =
                new QueueNode(
                        database.another().get(),
                        "node",
                        Duration.ofMillis(50),
                        Duration.ofSeconds(1));
        try {
            node.start(
                    Map.of(
                            Kind.FETCH_JOB,
                            instance -> {
                                (instance.equals("soon") ? early : late).countDown();
                                return new Next.Done();
                            }));
            Instant now = Instant.now();
            node.queue().schedule(Kind.FETCH_JOB, "soon", now.plusSeconds(3_600));
            node.queue().schedule(Kind.FETCH_JOB, "later", now.plusSeconds(9_000));

            ((DbSchedulerTaskQueue) node.queue()).bringForward(Duration.ofHours(1));

            assertThat(early.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(late.getCount()).isEqualTo(1);
        } finally {
            node.stop();
        }
    }
}
