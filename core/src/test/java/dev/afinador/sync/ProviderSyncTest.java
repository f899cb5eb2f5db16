package dev.afinador.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.Dataset;
import dev.afinador.fake.FakeAccount;
import dev.afinador.fake.FakeAccount.Call;
import dev.afinador.fake.FakeAccount.Remote;
import dev.afinador.fake.World;
import dev.afinador.job.Job;
import dev.afinador.job.JobEvent;
import dev.afinador.job.JobId;
import dev.afinador.job.JobStatus;
import dev.afinador.job.Metric;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.work.TaskQueue.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProviderSyncTest {

    private static final Duration ONE_SYNC = Duration.ofSeconds(12);

    private final World world = new World();

    private List<Job> accepted(int count) {
        Dataset dataset = world.dataset("ventas");
        List<Job> jobs =
                IntStream.range(0, count)
                        .mapToObj(i -> world.jobs.start(World.ask(dataset, "job-" + i), null))
                        .toList();
        world.queue.runFor(Duration.ofSeconds(5));
        return jobs;
    }

    @Test
    void calls_follow_the_number_of_live_jobs() {
        List<Job> jobs = accepted(150);
        world.queue.runFor(Duration.ofMinutes(1));
        int lists = world.account.count(Call.LIST_JOBS);
        int singles = world.account.count(Call.FIND_JOB);
        int rounds = 6;

        world.queue.runFor(Duration.ofSeconds(10L * rounds));

        assertThat(world.account.count(Call.LIST_JOBS) - lists)
                .as("two pages cover 150 jobs")
                .isBetween(2 * rounds, 2 * (rounds + 3));
        assertThat(world.account.count(Call.FIND_JOB)).isEqualTo(singles);
        assertThat(jobs)
                .allSatisfy(job ->
                        assertThat(world.job(job.id()).syncedAt())
                                .isAfter(world.clock.instant().minusSeconds(15)));
    }

    @Test
    void few_jobs_are_asked_for_one_by_one() {
        accepted(2);
        int lists = world.account.count(Call.LIST_JOBS);
        int singles = world.account.count(Call.FIND_JOB);

        world.queue.runFor(ONE_SYNC);

        assertThat(world.account.count(Call.LIST_JOBS)).isEqualTo(lists);
        assertThat(world.account.count(Call.FIND_JOB) - singles).isBetween(2, 4);
    }

    @Test
    void no_live_jobs_cost_no_calls() {
        Job job = accepted(1).getFirst();
        world.remote(job).status = "succeeded";
        world.queue.runFor(Duration.ofMinutes(1));
        assertThat(world.job(job.id()).status()).isEqualTo(JobStatus.SUCCEEDED);
        int singles = world.account.count(Call.FIND_JOB);

        world.queue.runFor(Duration.ofHours(3));

        assertThat(world.account.count(Call.FIND_JOB)).isEqualTo(singles);
        assertThat(world.queue.tasks()).isEmpty();
    }

    @Test
    void an_old_live_job_behind_many_foreign_ones_is_found_singly() {
        List<Job> jobs = accepted(3);
        for (int i = 0; i < 350; i++) {
            world.clock.advance(Duration.ofMillis(1));
            world.account.foreign("gpt-4.1-mini", null);
        }
        jobs.forEach(job -> world.remote(job).status = "running");

        world.queue.runFor(ONE_SYNC);

        assertThat(jobs)
                .allSatisfy(job ->
                        assertThat(world.job(job.id()).status()).isEqualTo(JobStatus.RUNNING));
    }

    @Test
    void shuffled_and_growing_pages_lose_nobody() {
        List<Job> jobs = accepted(130);
        world.account.shufflePages(new Random(5));
        jobs.forEach(job -> world.remote(job).status = "running");
        for (int i = 0; i < 5; i++) {
            world.account.beforeNextAnswer(() -> world.account.foreign("gpt-4.1-mini", null));
            world.queue.runFor(Duration.ofSeconds(3));
        }

        world.queue.runFor(ONE_SYNC);

        assertThat(jobs)
                .allSatisfy(job ->
                        assertThat(world.job(job.id()).status()).isEqualTo(JobStatus.RUNNING));
    }

    @Test
    void a_server_that_gives_the_first_page_again_and_again_ends_no_sync() {
        List<Job> jobs = accepted(110);
        world.account.ignoreAfter();
        jobs.forEach(job -> world.remote(job).status = "running");
        int lists = world.account.count(Call.LIST_JOBS);

        world.queue.runFor(ONE_SYNC);

        assertThat(jobs)
                .allSatisfy(job ->
                        assertThat(world.job(job.id()).status()).isEqualTo(JobStatus.RUNNING));
        assertThat(world.account.count(Call.LIST_JOBS) - lists).isLessThan(12);
    }

    @ParameterizedTest
    @EnumSource(
            value = ProviderError.Kind.class,
            names = {"SERVER_ERROR", "BAD_REQUEST", "NOT_FOUND", "NOT_THIS_PROTOCOL"})
    void one_job_that_the_provider_stumbles_over_stops_no_other(ProviderError.Kind kind) {
        List<Job> jobs = accepted(2);
        world.account.trouble(remoteId(jobs.get(0)), kind);
        jobs.forEach(job -> world.remote(job).status = "running");

        world.queue.runFor(ONE_SYNC);

        assertThat(world.job(jobs.get(1).id()).status()).isEqualTo(JobStatus.RUNNING);
        assertThat(world.syncs.get(World.PROVIDER).errorCode())
                .isEqualTo(FakeAccount.error(kind, null).stableCode());
    }

    private RemoteJobId remoteId(Job job) {
        return world.remote(job).id();
    }

    @Test
    void one_job_that_cannot_be_taken_over_stops_no_other() {
        List<Job> jobs = accepted(4);
        jobs.forEach(job -> world.remote(job).status = "running");
        // Beyond what a duration can hold: our own arithmetic fails over it.
        world.remote(jobs.get(1)).estimatedFinish = Instant.MAX;

        world.queue.runFor(ONE_SYNC);

        for (int other : new int[] {0, 2, 3}) {
            assertThat(world.job(jobs.get(other).id()).status()).isEqualTo(JobStatus.RUNNING);
        }
        assertThat(world.syncs.get(World.PROVIDER).errorCode()).isNull();
    }

    @Test
    void a_word_that_nobody_knows_keeps_the_job_alive_and_in_the_sync() {
        Job job = accepted(1).getFirst();
        world.remote(job).status = "safety_review";
        world.queue.runFor(ONE_SYNC);
        assertThat(world.job(job.id()).providerStatus()).isEqualTo("safety_review");
        assertThat(world.job(job.id()).status().isFinal()).isFalse();

        world.remote(job).status = "succeeded";
        world.queue.runFor(ONE_SYNC);

        assertThat(world.job(job.id()).status()).isEqualTo(JobStatus.SUCCEEDED);
    }

    @Test
    void a_job_that_the_provider_does_not_know_is_marked_until_it_is_back() {
        Job job = accepted(1).getFirst();
        Remote remote = world.remote(job);
        world.account.hide(remote.id());
        world.queue.runFor(ONE_SYNC);
        Instant since = world.job(job.id()).missingSince();
        assertThat(since).isNotNull();
        assertThat(world.job(job.id()).status()).isEqualTo(JobStatus.PENDING);
        world.queue.runFor(ONE_SYNC);
        assertThat(world.job(job.id()).missingSince()).isEqualTo(since);

        world.account.show(remote.id());
        world.queue.runFor(ONE_SYNC);

        assertThat(world.job(job.id()).missingSince()).isNull();
    }

    @Test
    void a_provider_that_asks_for_quiet_gets_it_and_a_person_cannot_break_it() {
        accepted(1);
        world.account.failNext(
                Call.FIND_JOB,
                FakeAccount.error(
                        ProviderError.Kind.RATE_LIMITED,
                        world.clock.instant().plus(Duration.ofMinutes(30))));
        world.queue.runFor(ONE_SYNC);
        int calls = world.account.count(Call.FIND_JOB);

        world.queue.runFor(Duration.ofMinutes(10));
        assertThat(world.account.count(Call.FIND_JOB)).isEqualTo(calls);

        world.queue.runFor(Duration.ofMinutes(30));
        assertThat(world.account.count(Call.FIND_JOB)).isGreaterThan(calls);
        assertThat(world.syncs.get(World.PROVIDER).errorCode()).isNull();
    }

    @Test
    void failures_are_tried_again_with_growing_pauses_and_forgotten_when_it_goes_well() {
        accepted(1);
        for (int i = 0; i < 8; i++) {
            world.account.failNext(Call.FIND_JOB, ProviderError.Kind.REFUSED);
        }
        int before = world.account.count(Call.FIND_JOB);
        world.queue.runFor(Duration.ofMinutes(3));
        assertThat(world.account.count(Call.FIND_JOB) - before).isBetween(4, 8);
        assertThat(world.syncs.get(World.PROVIDER).failures()).isGreaterThan(3);

        world.queue.runFor(Duration.ofMinutes(30));

        assertThat(world.syncs.get(World.PROVIDER).failures()).isZero();
        assertThat(world.syncs.get(World.PROVIDER).errorCode()).isNull();
    }

    @Test
    void progress_by_events_only_goes_forward() {
        Job job = accepted(1).getFirst();
        Remote remote = world.remote(job);
        remote.status = "running";
        List<Integer> seen = new ArrayList<>();
        int[] steps = {10, 30, 20, 60, 50, 90, 10};
        for (int i = 0; i < steps.length; i++) {
            remote.say(
                    "e" + i,
                    world.clock.instant(),
                    "Step " + steps[i],
                    Map.of("step", (double) steps[i], "total_steps", 100.0, "train_loss", 1.0));
            world.queue.runFor(ONE_SYNC);
            seen.add(world.job(job.id()).progress().percent());
        }

        assertThat(seen).containsExactly(10, 30, 30, 60, 60, 90, 90);
        assertThat(world.store.metrics(job.id()))
                .extracting(Metric::step)
                .containsExactly(10L, 20L, 30L, 50L, 60L, 90L);
    }

    @Test
    void events_of_many_jobs_are_read_in_turns() {
        List<Job> jobs = accepted(60);
        for (Job job : jobs) {
            world.remote(job).status = "running";
            world.remote(job).say("first", world.clock.instant(), "Hello", Map.of());
        }

        world.queue.runFor(Duration.ofMinutes(1));
        jobs.forEach(j -> world.remote(j).say("second", world.clock.instant(), "Hi", Map.of()));
        world.queue.runFor(Duration.ofMinutes(1));

        assertThat(jobs)
                .allSatisfy(job ->
                        assertThat(world.store.events(job.id(), null, 10))
                                .extracting(JobEvent::id)
                                .containsExactly("second", "first"));
    }

    @Test
    void the_providers_json_follows_even_when_nothing_else_changed() {
        List<Job> jobs = accepted(4);
        world.queue.runFor(ONE_SYNC);
        Job before = world.job(jobs.getFirst().id());
        world.remote(jobs.getFirst()).raw = "{\"new\": true}";

        world.queue.runFor(ONE_SYNC);

        assertThat(world.store.raw(before.id())).contains("{\"new\": true}");
        assertThat(world.job(before.id()).version()).isEqualTo(before.version());
    }

    @Test
    void a_job_that_ends_is_read_to_its_last_event() {
        List<Job> jobs = accepted(4);
        Job job = jobs.getFirst();
        Remote remote = world.remote(job);
        for (int i = 1; i <= 250; i++) {
            remote.say(
                    "e" + i,
                    world.clock.instant().plusMillis(i),
                    "Step " + i,
                    Map.of("step", (double) i, "total_steps", 250.0, "train_loss", 1.0 / i));
        }
        remote.checkpoint("c-1", 250);
        remote.status = "succeeded";

        world.queue.runFor(ONE_SYNC);

        assertThat(world.store.events(job.id(), null, 500)).hasSize(250);
        assertThat(world.store.metrics(job.id())).hasSize(250);
        assertThat(world.store.checkpoints(job.id())).hasSize(1);
        assertThat(world.job(job.id()).progress().percent()).isEqualTo(100);
    }

    @Test
    void the_last_events_of_an_ended_job_are_asked_for_again_but_not_for_ever() {
        List<Job> jobs = accepted(4);
        Job job = jobs.getFirst();
        world.remote(job).status = "failed";
        world.account.trouble(remoteId(job), ProviderError.Kind.REFUSED);
        world.queue.runFor(Duration.ofMinutes(2));
        assertThat(world.job(job.id()).status()).isEqualTo(JobStatus.FAILED);
        int before = world.account.count(Call.FIND_JOB);

        world.queue.runFor(Duration.ofDays(4));

        assertThat(world.account.count(Call.FIND_JOB) - before).isBetween(20, 120);
        assertThat(world.queue.dueOf(Kind.FETCH_JOB, job.id().toString())).isEmpty();
    }

    @Test
    void a_clock_that_is_set_back_stops_neither_the_news_nor_spins_the_sync() {
        List<Job> jobs = accepted(4);
        world.synchronization.freshen(null, true);
        world.queue.runFor(Duration.ofSeconds(1));
        world.synchronization.freshen(null, true); // asked for in what will be the future
        world.clock.advance(Duration.ofHours(-1));
        jobs.forEach(job -> world.remote(job).status = "running");
        int lists = world.account.count(Call.LIST_JOBS);

        // Somebody looks: what we have was brought in the future, and is not taken for fresh.
        world.synchronization.freshen(null, false);
        world.queue.runFor(Duration.ofSeconds(25));

        assertThat(jobs)
                .allSatisfy(job ->
                        assertThat(world.job(job.id()).status()).isEqualTo(JobStatus.RUNNING));
        assertThat(world.account.count(Call.LIST_JOBS) - lists).isBetween(2, 6);
        assertThat(world.synchronization.links().getFirst().stale()).isFalse();
    }

    @Test
    void a_sync_of_an_idle_provider_that_was_cut_off_is_ended_by_the_next_run() {
        World idle = new World();
        idle.synchronization.freshen(null, true);
        idle.death.at(momentOf(idle, "before LIST_JOBS"));
        idle.live(Duration.ofSeconds(5));

        assertThat(idle.syncs.get(World.PROVIDER).finishedAt()).isNotNull();
        assertThat(idle.synchronization.links().getFirst().running()).isFalse();
        assertThat(idle.queue.tasks()).isEmpty();
    }

    /// The number of the first such moment that is to come, found in a world that runs likewise.
    private static int momentOf(World like, String words) {
        World twin = new World(like.settings);
        twin.synchronization.freshen(null, true);
        twin.queue.runFor(Duration.ofSeconds(5));
        return twin.death.moments().indexOf(words) + 1;
    }

    @ParameterizedTest
    @CsvSource({"1,SUCCEEDED", "3,SUCCEEDED", "1,FAILED", "3,FAILED"})
    void a_death_at_any_moment_of_a_jobs_life_changes_nothing_of_the_end(int count, JobStatus end) {
        World undisturbed = life(count, end, 0);
        int moments = undisturbed.death.moments().size();

        for (int moment = 1; moment <= moments; moment++) {
            World world = life(count, end, moment);
            for (Job job : world.store.list(dev.afinador.job.JobQuery.newest(10))) {
                checkEnd(world, job.id(), end, moment);
            }
        }
    }

    private static void checkEnd(World world, JobId id, JobStatus end, int moment) {
        Job job = world.job(id);
        assertThat(job.status()).as("killed at %d", moment).isEqualTo(end);
        assertThat(job.progress().step()).as("killed at %d", moment).isEqualTo(120);
        assertThat(job.progress().percent()).isEqualTo(end == JobStatus.SUCCEEDED ? 100 : 99);
        assertThat(job.progress().totalSteps()).as("killed at %d", moment).isEqualTo(120);
        assertThat(job.eta()).isNull();
        assertThat(world.store.events(id, null, 500))
                .as("killed at %d", moment)
                .extracting(JobEvent::id)
                .hasSize(120)
                .doesNotHaveDuplicates();
        assertThat(world.store.metrics(id)).as("killed at %d", moment).hasSize(120);
        assertThat(world.store.checkpoints(id))
                .as("killed at %d", moment)
                .hasSize(end == JobStatus.SUCCEEDED ? 1 : 0);
        assertThat(world.store.transitions(id).stream().map(t -> t.to()).distinct())
                .containsExactly(JobStatus.PENDING, JobStatus.RUNNING, end);
        assertThat(world.queue.tasks()).as("killed at %d", moment).isEmpty();
        assertThat(world.syncs.get(World.PROVIDER).errorCode()).isNull();
    }

    /// Jobs that run and succeed while we watch, and die once.
    private static World life(int count, JobStatus end, int death) {
        World world = new World();
        Dataset dataset = world.dataset("ventas");
        for (int i = 0; i < count; i++) {
            Job unused = world.jobs.start(World.ask(dataset, "job-" + i), null);
        }
        world.queue.runFor(Duration.ofSeconds(3));
        List<Remote> remotes = world.account.jobs();
        int soFar = world.death.moments().size();
        if (death > 0) {
            world.death.at(soFar + death);
        }
        for (int step = 1; step <= 120; step++) {
            for (Remote remote : remotes) {
                remote.status = "running";
                remote.say(
                        "e" + step,
                        world.clock.instant(),
                        "Step " + step,
                        Map.of("step", (double) step, "total_steps", 120.0, "train_loss", 0.5));
            }
            if (step == 110 || step == 120) { // more than a page, then a few
                world.live(Duration.ofSeconds(15));
            }
        }
        remotes.forEach(r -> {
            r.checkpoint("c", 120);
            r.status = end.word();
        });
        world.live(Duration.ofMinutes(3));
        return world;
    }
}
