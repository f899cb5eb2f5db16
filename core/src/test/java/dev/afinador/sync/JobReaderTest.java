package dev.afinador.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.fake.FakeAccount.Call;
import dev.afinador.fake.FakeAccount.Remote;
import dev.afinador.fake.World;
import dev.afinador.job.Job;
import dev.afinador.job.JobEvent;
import dev.afinador.job.Metric;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobReaderTest {

    private final World world = new World();
    private Job job;
    private Remote remote;

    @BeforeEach
    void startOne() {
        job = world.accepted("ventas");
        remote = world.remote(job);
        remote.status = "running";
        world.queue.runFor(Duration.ofSeconds(12));
        job = world.job(job.id());
    }

    private void read() {
        world.reader.readDetails(job, world.account);
        job = world.job(job.id());
    }

    private void say(String id, Map<String, Double> metrics) {
        remote.say(id, world.clock.instant(), "Line " + id, metrics);
    }

    @Test
    void only_what_is_new_is_read() {
        for (int i = 0; i < 450; i++) {
            say("e" + i, Map.of());
        }
        int before = world.account.count(Call.LIST_EVENTS);
        read();
        assertThat(world.account.count(Call.LIST_EVENTS) - before).isEqualTo(5);
        say("e450", Map.of());

        read();

        assertThat(world.account.count(Call.LIST_EVENTS) - before).isEqualTo(6);
        assertThat(world.store.events(job.id(), null, 500))
                .hasSize(451)
                .extracting(JobEvent::id)
                .startsWith("e450", "e449")
                .endsWith("e0");
    }

    @Test
    void news_tell_whoever_listens_and_no_news_tell_nobody() {
        world.told.clear();
        read();
        assertThat(world.told).isEmpty();
        long version = job.version();

        say("e1", Map.of());
        read();

        assertThat(world.told).contains("job " + job.id());
        assertThat(job.version()).isGreaterThan(version);
    }

    @Test
    void a_server_that_gives_the_first_page_again_and_again_is_asked_twice() {
        for (int i = 0; i < 150; i++) {
            say("e" + i, Map.of());
        }
        world.account.ignoreAfter();
        int before = world.account.count(Call.LIST_EVENTS);

        read();

        assertThat(world.account.count(Call.LIST_EVENTS) - before).isEqualTo(2);
        assertThat(world.store.events(job.id(), null, 500)).hasSize(100);
    }

    @Test
    void huge_events_are_read_up_to_a_bound() {
        String line = "x".repeat(100_000);
        for (int i = 0; i < 400; i++) {
            remote.say("e" + i, world.clock.instant(), line, Map.of());
        }
        int before = world.account.count(Call.LIST_EVENTS);

        read();

        assertThat(world.account.count(Call.LIST_EVENTS) - before).isEqualTo(1);
        assertThat(world.store.events(job.id(), null, 1)).isNotEmpty();
    }

    @Test
    void every_number_is_kept_under_its_own_name_and_step() {
        say("e1", Map.of("step", 1.0, "total_steps", 10.0, "train_loss", 2.5, "valid.loss", 3.0));
        say("e2", Map.of("step", 2.0, "total_steps", 10.0, "train_loss", Double.NaN));
        say("e3", Map.of("train_loss", 9.0)); // of no step

        read();

        assertThat(world.store.metrics(job.id()))
                .extracting(Metric::name, Metric::step, Metric::value)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("train_loss", 1L, 2.5),
                        org.assertj.core.groups.Tuple.tuple("valid.loss", 1L, 3.0));
        assertThat(job.progress().step()).isEqualTo(2);
    }

    @Test
    void numbers_that_are_no_steps_are_no_progress() {
        say("e1", Map.of("step", 1e300, "total_steps", 1e301, "train_loss", 2.5));
        say("e2", Map.of("step", -4.0, "total_steps", 10.0, "train_loss", 2.5));
        say("e3", Map.of("step", 4.0, "total_steps", Double.POSITIVE_INFINITY, "train_loss", 2.5));

        read();

        assertThat(job.progress().percent()).isNull();
        assertThat(world.store.events(job.id(), null, 9)).hasSize(3);
    }

    @Test
    void the_time_left_follows_from_the_pace() {
        Instant t0 = world.clock.instant();
        remote.say("e1", t0, "Step 1", Map.of("step", 1.0, "total_steps", 11.0, "train_loss", 1.0));
        read();
        remote.say(
                "e2",
                t0.plusSeconds(50),
                "Step 6",
                Map.of("step", 6.0, "total_steps", 11.0, "train_loss", 1.0));

        read();

        assertThat(job.eta()).isEqualTo(t0.plusSeconds(100));
    }

    @Test
    void checkpoints_are_read_when_an_event_speaks_of_one() {
        remote.checkpoint("c1", 10);
        say("e1", Map.of());
        read();
        assertThat(world.account.count(Call.LIST_CHECKPOINTS)).isZero();
        remote.say("e2", world.clock.instant(), "Checkpoint created at step 10", Map.of());

        read();

        assertThat(world.store.checkpoints(job.id())).hasSize(1);
    }

    @Test
    void a_checkpoint_that_the_provider_dropped_is_offered_no_more() {
        remote.checkpoint("c1", 10);
        remote.say("e1", world.clock.instant(), "Checkpoint created at step 10", Map.of());
        read();
        remote.checkpoint("c2", 20);
        remote.dropCheckpoint("c1");
        remote.say("e2", world.clock.instant(), "Checkpoint created at step 20", Map.of());

        read();

        assertThat(world.store.checkpoints(job.id())).extracting(c -> c.id()).containsExactly("c2");
    }

    @ParameterizedTest
    @EnumSource(
            value = ProviderError.Kind.class,
            names = {"NOT_FOUND", "NOT_THIS_PROTOCOL", "BAD_REQUEST"})
    void a_provider_without_events_is_no_worse_for_it(ProviderError.Kind kind) {
        world.account.failNext(Call.LIST_EVENTS, kind);
        read();
        assertThat(world.store.events(job.id(), null, 5)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ProviderError.Kind.class,
            names = {"REFUSED", "RATE_LIMITED", "SERVER_ERROR"})
    void trouble_with_the_link_is_passed_on(ProviderError.Kind kind) {
        world.account.failNext(Call.LIST_EVENTS, kind);
        assertThatThrownBy(this::read).isInstanceOf(ProviderException.class);
    }
}
