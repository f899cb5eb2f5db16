package dev.afinador.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.afinador.work.TaskQueue;
import dev.afinador.work.TaskQueue.Kind;
import dev.afinador.work.TaskQueue.Next;
import dev.afinador.work.TaskQueue.Step;
import dev.afinador.work.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a [TaskQueue] must keep to, with one node and with two. Runs on the real clock: the queue's own waits are what is
/// tested.
public abstract class TaskQueueContract {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofHours(1);

    private final List<Node> nodes = new ArrayList<>();

    /// A process with a queue on the test's database, and connections of its own.
    public interface Node {
        TaskQueue queue();

        Transactions transactions();

        void start(Map<Kind, Step> steps);

        /// Ends as a process should.
        void stop();

        /// Ends as a killed process does: from now on nothing it does reaches the database.
        void die();
    }

    /// @param name         the node's stable name
    /// @param pollInterval how often it looks for work by itself
    /// @param heartbeat    how often it shows that it lives; it is taken for lost after a few missed ones
    protected abstract Node newNode(String name, Duration pollInterval, Duration heartbeat);

    private Node node(String name) {
        return node(name, Duration.ofMillis(200), Duration.ofSeconds(30));
    }

    private Node node(String name, Duration pollInterval, Duration heartbeat) {
        Node node = newNode(name, pollInterval, heartbeat);
        nodes.add(node);
        return node;
    }

    @AfterEach
    void stopNodes() {
        nodes.forEach(Node::stop);
    }

    private static Next done() {
        return new Next.Done();
    }

    @Test
    void a_task_runs_once_and_is_gone() {
        Node node = node("a");
        Queue<String> runs = new ConcurrentLinkedQueue<>();
        node.start(
                Map.of(
                        Kind.FETCH_JOB,
                        instance -> {
                            runs.add(instance);
                            return done();
                        }));

        node.queue().schedule(Kind.FETCH_JOB, "job ñ 1", Instant.now());
        await().atMost(SOON).until(() -> runs.size() == 1);
        // The same instance again is another run: nothing of the first is left.
        await().atMost(SOON)
                .until(() -> {
                    node.queue().schedule(Kind.FETCH_JOB, "job ñ 1", Instant.now());
                    return runs.size() >= 2;
                });
        assertThat(runs).containsOnly("job ñ 1");
    }

    @Test
    void what_was_scheduled_before_the_start_runs() {
        Node node = node("a");
        node.queue().schedule(Kind.PRUNE, "all", Instant.now());
        AtomicInteger runs = new AtomicInteger();

        node.start(Map.of(Kind.PRUNE, instance -> count(runs)));

        await().atMost(SOON).until(() -> runs.get() == 1);
    }

    private static Next count(AtomicInteger runs) {
        runs.incrementAndGet();
        return done();
    }

    @Test
    void due_work_starts_at_once_and_not_at_the_next_poll() {
        Node node = node("a", Duration.ofMinutes(2), Duration.ofSeconds(30));
        CountDownLatch ran = new CountDownLatch(1);
        node.start(
                Map.of(
                        Kind.SUBMIT_JOB,
                        instance -> {
                            ran.countDown();
                            return done();
                        }));

        node.transactions()
                .runInTransaction(
                        () -> node.queue().schedule(Kind.SUBMIT_JOB, "job-1", Instant.now()));

        await().atMost(SOON).until(() -> ran.getCount() == 0);
    }

    @Test
    void nothing_runs_of_what_was_rolled_back() {
        Node node = node("a");
        Queue<String> runs = new ConcurrentLinkedQueue<>();
        node.start(
                Map.of(
                        Kind.SUBMIT_JOB,
                        instance -> {
                            runs.add(instance);
                            return done();
                        }));

        assertThatThrownBy(() ->
                        node.transactions()
                                .runInTransaction(() -> {
                                    node.queue().schedule(Kind.SUBMIT_JOB, "never", Instant.now());
                                    throw new IllegalStateException("no");
                                }))
                .hasMessage("no");

        node.queue().schedule(Kind.SUBMIT_JOB, "marker", Instant.now());
        await().atMost(SOON).until(() -> runs.contains("marker"));
        assertThat(runs).doesNotContain("never");
    }

    @Test
    void nothing_runs_before_its_time_and_scheduling_again_brings_it_forward_but_never_back() {
        Node node = node("a");
        AtomicInteger runs = new AtomicInteger();
        node.start(Map.of(Kind.SYNC_PROVIDER, instance -> count(runs)));
        Instant now = Instant.now();

        node.queue().schedule(Kind.SYNC_PROVIDER, "openai", now.plus(LONG));
        node.queue().schedule(Kind.SYNC_PROVIDER, "marker", now);
        await().atMost(SOON).until(() -> runs.get() == 1);

        node.queue().schedule(Kind.SYNC_PROVIDER, "openai", now);
        node.queue().schedule(Kind.SYNC_PROVIDER, "openai", now.plus(LONG));
        await().atMost(SOON).until(() -> runs.get() == 2);
    }

    @Test
    void a_step_says_when_it_runs_again() {
        Node node = node("a");
        AtomicInteger runs = new AtomicInteger();
        node.start(
                Map.of(
                        Kind.SYNC_PROVIDER,
                        instance ->
                                runs.incrementAndGet() < 3
                                        ? new Next.Again(Instant.now())
                                        : new Next.Again(Instant.now().plus(LONG))));

        node.queue().schedule(Kind.SYNC_PROVIDER, "openai", Instant.now());

        await().atMost(SOON).until(() -> runs.get() == 3);
        // It waits for its hour, and can be brought forward from there.
        await().atMost(SOON)
                .until(() -> {
                    node.queue().schedule(Kind.SYNC_PROVIDER, "openai", Instant.now());
                    return runs.get() > 3;
                });
    }

    @Test
    void what_is_scheduled_while_it_runs_runs_again_afterwards() {
        Node node = node("a");
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch inStep = new CountDownLatch(1);
        CountDownLatch scheduled = new CountDownLatch(1);
        node.start(
                Map.of(
                        Kind.FETCH_JOB,
                        instance -> {
                            if (runs.incrementAndGet() == 1) {
                                inStep.countDown();
                                waitFor(scheduled);
                            }
                            return done();
                        }));
        node.queue().schedule(Kind.FETCH_JOB, "job-1", Instant.now());
        waitFor(inStep);

        node.queue().schedule(Kind.FETCH_JOB, "job-1", Instant.now());
        node.queue().schedule(Kind.FETCH_JOB, "job-1", Instant.now().plus(LONG));
        assertThat(runs.get()).isEqualTo(1);
        scheduled.countDown();

        await().atMost(SOON).until(() -> runs.get() == 2);
    }

    @Test
    void a_step_that_schedules_itself_runs_again() {
        Node node = node("a");
        AtomicInteger runs = new AtomicInteger();
        node.start(
                Map.of(
                        Kind.FETCH_JOB,
                        instance -> {
                            if (runs.incrementAndGet() < 3) {
                                node.queue().schedule(Kind.FETCH_JOB, instance, Instant.now());
                            }
                            return done();
                        }));

        node.queue().schedule(Kind.FETCH_JOB, "job-1", Instant.now());

        await().atMost(SOON).until(() -> runs.get() == 3);
    }

    @Test
    void no_hint_is_lost_between_the_last_look_of_a_step_and_its_end() throws Exception {
        Node node = node("a");
        AtomicInteger wanted = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        node.start(
                Map.of(
                        Kind.SYNC_PROVIDER,
                        instance -> {
                            seen.set(wanted.get());
                            return done();
                        }));

        Race.of(
                4,
                i -> {
                    for (int n = 0; n < 50; n++) {
                        wanted.incrementAndGet();
                        node.queue().schedule(Kind.SYNC_PROVIDER, "openai", Instant.now());
                    }
                    return i;
                });

        await().atMost(SOON).until(() -> seen.get() == 200);
    }

    @Test
    void a_step_that_throws_runs_again_later() {
        Node node = node("a");
        List<Instant> runs = new ArrayList<>();
        node.start(
                Map.of(
                        Kind.SUBMIT_JOB,
                        instance -> {
                            synchronized (runs) {
                                runs.add(Instant.now());
                                if (runs.size() == 1) {
                                    throw new IllegalStateException("the first try fails");
                                }
                            }
                            return done();
                        }));

        node.queue().schedule(Kind.SUBMIT_JOB, "job-1", Instant.now());

        await().atMost(SOON)
                .until(() -> {
                    synchronized (runs) {
                        return runs.size() == 2;
                    }
                });
        assertThat(Duration.between(runs.get(0), runs.get(1)))
                .isGreaterThan(Duration.ofMillis(400));
    }

    @Test
    void a_failing_step_that_is_wanted_now_does_not_wait_for_its_backoff() {
        Node node = node("a");
        AtomicInteger runs = new AtomicInteger();
        AtomicBoolean broken = new AtomicBoolean(true);
        node.start(
                Map.of(
                        Kind.SUBMIT_JOB,
                        instance -> {
                            runs.incrementAndGet();
                            if (broken.get()) {
                                throw new IllegalStateException("still broken");
                            }
                            return done();
                        }));
        node.queue().schedule(Kind.SUBMIT_JOB, "job-1", Instant.now());
        await().atMost(SOON).until(() -> runs.get() >= 1);

        broken.set(false);
        int before = runs.get();
        node.queue().schedule(Kind.SUBMIT_JOB, "job-1", Instant.now());

        await().atMost(SOON).until(() -> runs.get() > before);
    }

    @Test
    void tasks_of_a_kind_without_a_step_wait_for_a_node_that_has_it() {
        Node first = node("a");
        AtomicInteger fetched = new AtomicInteger();
        first.start(Map.of(Kind.FETCH_JOB, instance -> count(fetched)));
        first.queue().schedule(Kind.PRUNE, "all", Instant.now());
        first.queue().schedule(Kind.FETCH_JOB, "marker", Instant.now());
        await().atMost(SOON).until(() -> fetched.get() == 1);
        AtomicInteger pruned = new AtomicInteger();

        node("b").start(Map.of(Kind.PRUNE, instance -> count(pruned)));

        await().atMost(SOON).until(() -> pruned.get() == 1);
    }

    @Test
    void a_stop_lets_the_running_step_finish() throws Exception {
        Node node = node("a");
        CountDownLatch inStep = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicInteger finished = new AtomicInteger();
        node.start(
                Map.of(
                        Kind.SUBMIT_JOB,
                        instance -> {
                            inStep.countDown();
                            waitFor(mayEnd);
                            return count(finished);
                        }));
        node.queue().schedule(Kind.SUBMIT_JOB, "job-1", Instant.now());
        waitFor(inStep);

        Thread stop = Thread.startVirtualThread(node::stop);
        mayEnd.countDown();
        stop.join();

        assertThat(finished.get()).isEqualTo(1);
        AtomicInteger again = new AtomicInteger();
        AtomicInteger marker = new AtomicInteger();
        Node next = node("a");
        next.queue().schedule(Kind.FETCH_JOB, "marker", Instant.now());
        next.start(
                Map.of(
                        Kind.SUBMIT_JOB,
                        instance -> count(again),
                        Kind.FETCH_JOB,
                        instance -> count(marker)));
        await().atMost(SOON).until(() -> marker.get() == 1);
        assertThat(again.get()).isZero();
    }

    @Test
    void a_killed_node_goes_on_at_once_after_its_restart() {
        Node node = node("a");
        CountDownLatch inStep = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        try {
            node.start(
                    Map.of(
                            Kind.SUBMIT_JOB,
                            instance -> {
                                inStep.countDown();
                                waitFor(mayEnd);
                                return done();
                            }));
            node.queue().schedule(Kind.SUBMIT_JOB, "job-1", Instant.now());
            waitFor(inStep);
            node.die();

            AtomicInteger runs = new AtomicInteger();
            Node restarted = node("a");
            Instant start = Instant.now();
            restarted.start(Map.of(Kind.SUBMIT_JOB, instance -> count(runs)));

            await().atMost(SOON).until(() -> runs.get() == 1);
            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
        } finally {
            mayEnd.countDown();
        }
    }

    @Test
    void a_lost_nodes_step_is_repeated_by_another_and_a_live_nodes_is_not() {
        Duration often = Duration.ofMillis(500);
        Node lost = node("lost", Duration.ofMillis(200), often);
        Node live = node("live", Duration.ofMillis(200), often);
        CountDownLatch inStep = new CountDownLatch(1);
        CountDownLatch inLongStep = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicInteger longRuns = new AtomicInteger();
        Queue<String> repeated = new ConcurrentLinkedQueue<>();
        try {
            lost.start(
                    Map.of(
                            Kind.SUBMIT_JOB,
                            instance -> {
                                inStep.countDown();
                                waitFor(mayEnd);
                                return done();
                            }));
            lost.queue().schedule(Kind.SUBMIT_JOB, "job-1", Instant.now());
            waitFor(inStep);
            live.start(
                    Map.of(
                            Kind.SUBMIT_JOB,
                            instance -> {
                                repeated.add(instance);
                                return done();
                            },
                            Kind.SYNC_PROVIDER,
                            instance -> {
                                longRuns.incrementAndGet();
                                inLongStep.countDown();
                                waitFor(mayEnd);
                                return done();
                            }));
            live.queue().schedule(Kind.SYNC_PROVIDER, "openai", Instant.now());
            waitFor(inLongStep);
            lost.die();

            await().atMost(SOON).until(() -> repeated.contains("job-1"));
            assertThat(longRuns.get()).isEqualTo(1);
        } finally {
            mayEnd.countDown();
        }
    }

    /// How many tasks two nodes share in the test of that; fewer where one file takes all the writes.
    protected int manyTasks() {
        return 2_000;
    }

    @Test
    void of_two_nodes_with_thousands_of_tasks_each_task_is_done_once() {
        Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();
        Map<String, AtomicInteger> byNode = new ConcurrentHashMap<>();
        Node first = node("first");
        Node second = node("second");
        int tasks = manyTasks();
        first.transactions()
                .runInTransaction(() -> {
                    for (int i = 0; i < tasks; i++) {
                        first.queue().schedule(Kind.FETCH_JOB, "job-" + i, Instant.now());
                    }
                });
        for (Node node : List.of(first, second)) {
            String name = node == first ? "first" : "second";
            node.start(
                    Map.of(
                            Kind.FETCH_JOB,
                            instance -> {
                                runs.computeIfAbsent(instance, i -> new AtomicInteger())
                                        .incrementAndGet();
                                byNode.computeIfAbsent(name, i -> new AtomicInteger())
                                        .incrementAndGet();
                                return done();
                            }));
        }

        await().atMost(Duration.ofMinutes(2)).until(() -> runs.size() == tasks);
        first.stop();
        second.stop();

        assertThat(runs.values()).allSatisfy(count -> assertThat(count.get()).isEqualTo(1));
        assertThat(byNode).containsKeys("first", "second");
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("waited in vain");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
