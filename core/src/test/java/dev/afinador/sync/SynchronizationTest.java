package dev.afinador.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.Dataset;
import dev.afinador.fake.FakeAccount;
import dev.afinador.fake.FakeAccount.Call;
import dev.afinador.fake.World;
import dev.afinador.job.Job;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderId;
import dev.afinador.sync.Synchronization.Link;
import dev.afinador.work.TaskQueue.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SynchronizationTest {

    private final World world = new World();

    private Link link() {
        return world.synchronization.links().getFirst();
    }

    private void syncNow() {
        world.synchronization.freshen(null, true);
        world.queue.runFor(Duration.ofSeconds(1));
    }

    @Test
    void fresh_enough_is_answered_without_asking_anybody() {
        world.accepted("ventas");
        syncNow();
        int calls = world.account.count(Call.FIND_JOB);
        world.clock.advance(Duration.ofSeconds(8));
        List<String> tasks = world.queue.tasks();

        world.synchronization.freshen(null, false);

        assertThat(world.account.count(Call.FIND_JOB)).isEqualTo(calls);
        assertThat(world.syncs.get(World.PROVIDER).requestedAt()).isNull();
        assertThat(world.queue.tasks()).isEqualTo(tasks);
    }

    @Test
    void any_number_of_callers_ask_once() {
        for (int i = 0; i < 100; i++) {
            world.synchronization.freshen(null, false);
        }
        int before = world.account.count(Call.LIST_JOBS);

        world.queue.runFor(Duration.ofSeconds(1));

        assertThat(world.account.count(Call.LIST_JOBS) - before).isEqualTo(1);
        assertThat(link().stale()).isFalse();
    }

    @Test
    void refreshing_brings_a_sync_that_starts_afterwards_however_fresh_it_is() {
        syncNow();
        int before = world.account.count(Call.LIST_JOBS);

        syncNow();

        assertThat(world.account.count(Call.LIST_JOBS) - before).isEqualTo(1);
    }

    @Test
    void a_request_that_comes_while_a_sync_runs_brings_another_one() {
        world.synchronization.freshen(null, true);
        world.account.beforeNextAnswer(() -> {
            world.clock.advance(Duration.ofMillis(5));
            world.synchronization.freshen(null, true);
        });

        world.queue.runFor(Duration.ofSeconds(1));

        assertThat(world.account.count(Call.LIST_JOBS)).isEqualTo(2);
        assertThat(world.syncs.get(World.PROVIDER).requestedAt()).isNull();
    }

    @Test
    void a_provider_that_is_down_is_marked_stale_with_the_reason_and_breaks_nothing() {
        world.accepted("ventas");
        syncNow();
        assertThat(link().stale()).isFalse();
        world.account.failNext(Call.FIND_JOB, ProviderError.Kind.REFUSED);
        world.clock.advance(Duration.ofSeconds(11));

        world.queue.runOne();

        assertThat(link().stale()).isTrue();
        assertThat(link().state().errorCode()).isEqualTo("provider_refused");
        assertThat(world.synchronization.freshen(null, false)).hasSize(1);
    }

    @Test
    void after_a_failure_views_ask_no_sooner_than_the_freshness_bound() {
        world.accepted("ventas");
        for (int i = 0; i < 50; i++) {
            world.account.failNext(Call.FIND_JOB, ProviderError.Kind.REFUSED);
        }
        syncNow();
        int before = world.account.count(Call.FIND_JOB);

        for (int second = 0; second < 60; second++) {
            world.synchronization.freshen(null, false);
            world.queue.runFor(Duration.ofSeconds(1));
        }

        assertThat(world.account.count(Call.FIND_JOB) - before).isBetween(4, 9);
    }

    @Test
    void a_pause_that_the_provider_asked_for_is_kept_even_by_refresh() {
        world.accepted("ventas");
        world.account.failNext(
                Call.FIND_JOB,
                FakeAccount.error(
                        ProviderError.Kind.RATE_LIMITED,
                        world.clock.instant().plus(Duration.ofMinutes(10))));
        syncNow();
        int before = world.account.count(Call.FIND_JOB);

        for (int minute = 0; minute < 9; minute++) {
            world.synchronization.freshen(null, true);
            world.queue.runFor(Duration.ofMinutes(1));
        }

        assertThat(world.account.count(Call.FIND_JOB)).isEqualTo(before);
    }

    @Test
    void an_unstarted_sync_is_stale_only_where_jobs_live() {
        assertThat(link().stale()).isFalse();
        assertThat(link().live()).isFalse();
        Job job = world.accepted("ventas");
        assertThat(link().live()).isTrue();
        world.clock.advance(Duration.ofMinutes(5));
        assertThat(link().stale()).isTrue();
        world.remote(job).status = "failed";
        world.queue.runFor(Duration.ofMinutes(1));
        assertThat(link().live()).isFalse();
    }

    @Test
    void a_database_that_cannot_be_written_breaks_no_view() {
        world.accepted("ventas");
        SyncStore full =
                new SyncStore() {
                    @Override
                    public SyncState get(ProviderId provider) {
                        return world.syncs.get(provider);
                    }

                    @Override
                    public List<SyncState> list() {
                        return world.syncs.list();
                    }

                    @Override
                    public void requested(ProviderId provider, Instant at) {
                        throw new IllegalStateException("disk full");
                    }

                    @Override
                    public void started(ProviderId provider, Instant at) {
                        throw new IllegalStateException("disk full");
                    }

                    @Override
                    public void brought(ProviderId provider, Instant startedAt) {
                        throw new IllegalStateException("disk full");
                    }

                    @Override
                    public void succeeded(
                            ProviderId provider, Instant startedAt, Instant finishedAt) {
                        throw new IllegalStateException("disk full");
                    }

                    @Override
                    public void failed(
                            ProviderId provider, Instant finishedAt, ProviderError error) {
                        throw new IllegalStateException("disk full");
                    }

                    @Override
                    public void delete(ProviderId provider) {
                        throw new IllegalStateException("disk full");
                    }
                };
        Synchronization broken =
                new Synchronization(
                        full,
                        world.providers,
                        world.store,
                        world.queue,
                        world.clock,
                        world.settings);

        assertThat(broken.freshen(null, false)).hasSize(1);
        assertThat(broken.freshen(null, true)).hasSize(1);
    }

    @Test
    void only_the_provider_that_is_asked_for_is_freshened() {
        world.providers.insert(World.provider("p-2", "Otra"));

        world.synchronization.freshen(World.PROVIDER, true);

        assertThat(world.queue.tasks()).containsExactly("SYNC_PROVIDER " + World.PROVIDER);
    }

    @Test
    void a_sync_that_began_long_ago_and_never_ended_runs_no_more() {
        world.syncs.started(World.PROVIDER, world.clock.instant());
        assertThat(link().running()).isTrue();
        world.clock.advance(Duration.ofMinutes(20));
        assertThat(link().running()).isFalse();

        world.synchronization.freshen(null, false);

        assertThat(world.queue.dueOf(Kind.SYNC_PROVIDER, World.PROVIDER.value())).isPresent();
    }

    @Test
    void callers_that_wait_get_the_news_of_the_sync_they_share() throws Exception {
        SyncSettings patient =
                new SyncSettings(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        20);
        World shared = new World(patient);
        Dataset dataset = shared.dataset("ventas");
        Job job = shared.jobs.start(World.ask(dataset, "uno"), null);
        shared.queue.runFor(Duration.ofSeconds(1));
        shared.remote(job).status = "running";
        CountDownLatch asking = new CountDownLatch(8);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                answers.add(
                        threads.submit(() -> {
                            asking.countDown();
                            shared.synchronization.freshen(null, true);
                            return shared.job(job.id()).status().word();
                        }));
            }
            assertThat(asking.await(30, TimeUnit.SECONDS)).isTrue();
            // The queue's own thread: until all have their answer, whenever they came to ask.
            while (answers.stream().anyMatch(a -> !a.isDone())) {
                shared.queue.runOne();
                shared.synchronization.wake();
                Thread.onSpinWait();
            }
            for (Future<String> answer : answers) {
                assertThat(answer.get()).isEqualTo("running");
            }
        }
        assertThat(shared.account.count(Call.FIND_JOB)).isLessThanOrEqualTo(9);
    }
}
