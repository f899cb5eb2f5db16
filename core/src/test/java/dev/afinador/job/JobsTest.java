package dev.afinador.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.dataset.Dataset;
import dev.afinador.fake.Death;
import dev.afinador.fake.FakeAccount;
import dev.afinador.fake.FakeAccount.Call;
import dev.afinador.fake.World;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.RemoteJob;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.work.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobsTest {

    private final World world = new World();

    private static void assertRefused(String code, ThrowingCallable deed) {
        assertThatThrownBy(deed)
                .isInstanceOfSatisfying(Refusal.class, r -> assertThat(r.code()).isEqualTo(code));
    }

    private static void assertViolates(String field, String rule, ThrowingCallable deed) {
        assertThatThrownBy(deed)
                .isInstanceOfSatisfying(
                        Refusal.class,
                        r ->
                                assertThat(r.violations())
                                        .extracting(
                                                Refusal.Violation::field, Refusal.Violation::code)
                                        .contains(
                                                org.assertj.core.groups.Tuple.tuple(field, rule)));
    }

    @Test
    void a_started_job_is_durable_together_with_the_task_that_brings_it_to_the_provider() {
        Dataset dataset = world.dataset("ventas");
        int before = world.death.moments().size();
        world.death.at(before + 1); // before the commit

        assertThatThrownBy(() -> world.jobs.start(World.ask(dataset, "uno"), null))
                .isInstanceOf(Death.Killed.class);
        world.restart();
        assertThat(world.store.list(JobQuery.newest(5))).isEmpty();
        assertThat(world.queue.tasks()).isEmpty();

        Job job = world.jobs.start(World.ask(dataset, "uno"), null);
        assertThat(world.job(job.id())).isEqualTo(job);
        assertThat(world.queue.tasks()).containsExactly("SUBMIT_JOB " + job.id());
    }

    @Test
    void one_key_with_one_request_is_one_job_and_with_another_request_a_refusal() {
        Dataset dataset = world.dataset("ventas");
        Job job = world.jobs.start(World.ask(dataset, "uno"), "k");

        assertThat(world.jobs.start(World.ask(dataset, "uno"), "k").id()).isEqualTo(job.id());
        assertThat(world.jobs.start(World.ask(dataset, "uno"), "k2").id()).isNotEqualTo(job.id());
        assertRefused(
                "idempotency_key_reused", () -> world.jobs.start(World.ask(dataset, "dos"), "k"));
        assertThat(world.store.list(JobQuery.newest(5))).hasSize(2);
    }

    @Test
    void no_name_and_the_name_null_are_two_requests() {
        Dataset dataset = world.dataset("ventas");
        StartJob nameless = World.ask(dataset, null);
        StartJob named =
                new StartJob(
                        "null",
                        nameless.datasetId(),
                        null,
                        nameless.baseModel(),
                        null,
                        null,
                        null,
                        Map.of(),
                        null);
        world.jobs.start(nameless, "k");

        assertRefused("idempotency_key_reused", () -> world.jobs.start(named, "k"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   "})
    void a_blank_key_is_refused(String key) {
        Dataset dataset = world.dataset("ventas");
        assertThatThrownBy(() -> world.jobs.start(World.ask(dataset, "uno"), key))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> world.jobs.start(World.ask(dataset, "uno"), "k".repeat(256)))
                .isInstanceOf(Refusal.class);
        assertThat(world.store.list(JobQuery.newest(5))).isEmpty();
    }

    @Test
    void a_provider_or_dataset_that_goes_while_the_job_is_made_is_told_as_unknown() {
        Dataset dataset = world.dataset("ventas");
        StartJob ask = World.ask(dataset, "uno");
        // Deleted right after it was looked at, before the job refers to it.
        world.providers.whenListed(
                () -> world.datasets.delete(dataset.id(), world.clock.instant()));

        assertViolates("dataset_id", "unknown", () -> world.jobs.start(ask, "k"));

        assertThat(world.store.list(JobQuery.newest(5))).isEmpty();
        assertThat(world.store.findUsedKey("k")).isEmpty();
        assertThat(world.queue.tasks()).isEmpty();
    }

    @Test
    void with_several_providers_it_must_be_said_which_one_pays() {
        Dataset dataset = world.dataset("ventas");
        world.providers.insert(World.provider("p-2", "Otra"));

        assertViolates(
                "provider_id", "required", () -> world.jobs.start(World.ask(dataset, "uno"), null));
    }

    @Test
    void a_job_is_found_by_our_id_and_by_the_providers() {
        Job job = world.accepted("ventas");

        assertThat(world.jobs.get(job.id().toString()).id()).isEqualTo(job.id());
        assertThat(world.jobs.get(job.remoteId().value()).id()).isEqualTo(job.id());
        assertRefused("job_unknown", () -> world.jobs.get(UUID.randomUUID().toString()));
        assertRefused("job_unknown", () -> world.jobs.get("ftjob-none"));
        assertRefused("job_unknown", () -> world.jobs.get(" "));
        assertRefused("job_unknown", () -> world.jobs.get("x".repeat(5000)));
    }

    @Test
    void pause_and_resume_take_the_providers_answer_over() {
        Job job = world.accepted("ventas");
        world.remote(job).status = "running";
        world.queue.runFor(Duration.ofSeconds(12));

        assertThat(world.jobs.pause(job.id()).status()).isEqualTo(JobStatus.PAUSED);
        assertThat(world.jobs.resume(job.id()).status()).isEqualTo(JobStatus.PENDING);
        assertThat(world.store.transitions(job.id()))
                .extracting(JobTransition::to)
                .contains(JobStatus.RUNNING, JobStatus.PAUSED);
    }

    @Test
    void what_a_provider_refuses_is_told_in_its_words_and_changes_nothing() {
        Job job = world.accepted("ventas");
        world.account.failNext(Call.PAUSE, ProviderError.Kind.BAD_REQUEST);
        assertRefused("provider_refused", () -> world.jobs.pause(job.id()));
        world.account.failNext(Call.PAUSE, ProviderError.Kind.KEY_REJECTED);
        assertThatThrownBy(() -> world.jobs.pause(job.id())).isInstanceOf(ProviderException.class);
        assertThat(world.job(job.id()).status()).isEqualTo(JobStatus.PENDING);
    }

    @Test
    void only_what_is_at_the_provider_and_lives_can_be_paused() {
        Job unsent = world.jobs.start(World.ask(world.dataset("ventas"), "uno"), null);
        assertRefused("job_not_at_provider", () -> world.jobs.pause(unsent.id()));
        world.jobs.cancel(unsent.id());
        assertRefused("job_over", () -> world.jobs.resume(unsent.id()));
    }

    @Test
    void only_what_is_over_is_forgotten() {
        Job job = world.accepted("ventas");
        assertRefused("job_not_over", () -> world.jobs.forget(job.id()));
        world.jobs.cancel(job.id());
        world.queue.runFor(Duration.ofSeconds(5));

        world.jobs.forget(job.id());

        assertThat(world.store.find(job.id())).isEmpty();
        assertRefused("job_unknown", () -> world.jobs.forget(job.id()));
    }

    @Test
    void jobs_started_elsewhere_are_listed_without_ours_and_adopted_once() {
        Job ours = world.accepted("ventas");
        world.clock.advance(Duration.ofMinutes(1));
        FakeAccount.Remote foreign = world.account.foreign("gpt-4.1-mini", "file-77");
        foreign.status = "running";
        foreign.raw = "{\"id\": \"foreign\"}";

        assertThat(world.jobs.startedElsewhere(World.PROVIDER))
                .extracting(RemoteJob::id)
                .containsExactly(foreign.id());
        Job adopted = world.jobs.adopt(World.PROVIDER, List.of(foreign.id())).getFirst();
        Job again = world.jobs.adopt(World.PROVIDER, List.of(foreign.id())).getFirst();

        assertThat(again).isEqualTo(adopted);
        assertThat(adopted.origin()).isEqualTo(Job.Origin.IMPORTED);
        assertThat(adopted.status()).isEqualTo(JobStatus.RUNNING);
        assertThat(world.store.raw(adopted.id())).contains("{\"id\": \"foreign\"}");
        assertThat(world.jobs.startedElsewhere(World.PROVIDER)).isEmpty();
        foreign.status = "succeeded";
        world.queue.runFor(Duration.ofMinutes(1));
        assertThat(world.job(adopted.id()).status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(world.job(ours.id()).status()).isEqualTo(JobStatus.PENDING);
    }

    @Test
    void of_several_to_adopt_those_before_an_unknown_one_are_there() {
        FakeAccount.Remote foreign = world.account.foreign("gpt-4.1-mini", null);

        assertRefused(
                "remote_job_unknown",
                () ->
                        world.jobs.adopt(
                                World.PROVIDER,
                                List.of(foreign.id(), new RemoteJobId("ftjob-none"))));

        assertThat(world.store.findByRemoteId(World.PROVIDER, foreign.id())).isPresent();
    }

    @ParameterizedTest
    @EnumSource(
            value = ProviderError.Kind.class,
            names = {"KEY_REJECTED", "REFUSED"})
    void a_better_key_lets_what_waited_go_on_at_once(ProviderError.Kind kind) {
        for (int i = 0; i < 12; i++) {
            world.account.failNext(Call.LIST_FILES, kind);
        }
        Job job = world.jobs.start(World.ask(world.dataset("ventas"), "uno"), null);
        world.queue.runFor(Duration.ofMinutes(25)); // the pauses are minutes by now
        world.account.forgive();

        world.jobs.tryAgain(World.PROVIDER);
        world.queue.runFor(Duration.ofSeconds(1));

        assertThat(world.job(job.id()).remoteId()).isNotNull();
    }

    @Test
    void a_change_that_others_keep_making_first_is_decided_anew_each_time() {
        Job job = world.accepted("ventas");
        int[] tries = {0};

        Job after =
                world.changes
                        .change(
                                job.id(),
                                j -> {
                                    if (tries[0]++ < 3) { // somebody else is faster
                                        world.store.update(
                                                world.job(j.id()).toBuilder()
                                                        .name("theirs " + tries[0])
                                                        .build());
                                    }
                                    return j.toBuilder().suffix("of " + j.name()).build();
                                })
                        .orElseThrow();

        assertThat(after.suffix()).as("decided on what is there").isEqualTo("of theirs 3");
        assertThat(after.name()).isEqualTo("theirs 3");
    }
}
