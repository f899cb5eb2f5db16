package dev.afinador.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.fake.FakeAccount;
import dev.afinador.fake.FakeAccount.Call;
import dev.afinador.fake.World;
import dev.afinador.provider.ProviderError;
import dev.afinador.work.Refusal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CancellationTest {

    private final World world = new World();

    @Test
    void what_was_never_sent_is_cancelled_at_once_and_never_sent() {
        Job job = world.jobs.start(World.ask(world.dataset("ventas"), "uno"), null);

        Job cancelled = world.jobs.cancel(job.id());
        assertThat(cancelled.status()).isEqualTo(JobStatus.CANCELLED);

        world.queue.runFor(Duration.ofMinutes(1));
        assertThat(world.account.jobs()).isEmpty();
        assertThat(world.account.files()).isEmpty();
        assertThat(world.queue.tasks()).isEmpty();
    }

    @Test
    void the_wish_is_stored_before_the_provider_is_asked_and_kept_while_it_cannot_be() {
        Job job = world.accepted("ventas");
        for (int i = 0; i < 3; i++) {
            world.account.failNext(Call.CANCEL, ProviderError.Kind.REFUSED);
        }

        Job asked = world.jobs.cancel(job.id());
        assertThat(asked.cancelRequestedAt()).isEqualTo(world.clock.instant());
        assertThat(world.account.count(Call.CANCEL)).isZero();

        world.queue.runOne();
        assertThat(world.job(job.id()).trouble().code()).isEqualTo("provider_refused");
        assertThat(world.job(job.id()).cancelRequestedAt()).isNotNull();

        world.queue.runFor(Duration.ofMinutes(2));
        assertThat(world.remote(job).status).isEqualTo("cancelled");
        assertThat(world.job(job.id()).status()).isEqualTo(JobStatus.CANCELLED);
        assertThat(world.job(job.id()).trouble()).isNull();
    }

    @Test
    void a_second_wish_changes_nothing() {
        Job job = world.accepted("ventas");
        Job first = world.jobs.cancel(job.id());
        world.clock.advance(Duration.ofSeconds(1));

        assertThat(world.jobs.cancel(job.id())).isEqualTo(first);

        world.queue.runFor(Duration.ofMinutes(1));
        assertThat(world.account.count(Call.CANCEL)).isEqualTo(1);
    }

    @Test
    void a_job_that_was_over_a_moment_before_keeps_its_end() {
        Job job = world.accepted("ventas");
        world.jobs.cancel(job.id());
        world.remote(job).status = "succeeded";

        world.queue.runFor(Duration.ofMinutes(1));

        Job done = world.job(job.id());
        assertThat(done.status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(done.cancelRequestedAt()).isNull();
        assertThat(done.trouble()).isNull();
        assertThat(world.queue.tasks()).isEmpty();
    }

    @Test
    void a_provider_that_refuses_to_cancel_a_live_job_is_quoted() {
        Job job = world.accepted("ventas");
        world.account.failNext(Call.CANCEL, ProviderError.Kind.BAD_REQUEST);
        // Nothing else is read meanwhile.
        world.account.trouble(world.remote(job).id(), ProviderError.Kind.SERVER_ERROR);
        world.jobs.cancel(job.id());

        world.queue.runOne();

        assertThat(world.job(job.id()).trouble())
                .isEqualTo(new JobError("cancel_refused", "the provider's words", null));
        assertThat(world.job(job.id()).cancelRequestedAt()).isNull();
        assertThat(world.job(job.id()).status()).isEqualTo(JobStatus.PENDING);
    }

    @ParameterizedTest
    @EnumSource(
            value = JobStatus.class,
            names = {"SUCCEEDED", "FAILED", "CANCELLED"})
    void what_is_over_cannot_be_cancelled(JobStatus end) {
        Job job = world.accepted("ventas");
        world.remote(job).status = end.word();
        world.queue.runFor(Duration.ofMinutes(1));

        assertThatThrownBy(() -> world.jobs.cancel(job.id()))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.code()).isEqualTo("job_over"));
    }

    @Test
    void a_job_that_comes_into_being_after_the_wish_is_cancelled_then() {
        world.account.onCreate(FakeAccount.Create.LATE);
        Job job = world.jobs.start(World.ask(world.dataset("ventas"), "uno"), null);
        world.queue.runFor(Duration.ofMillis(1));

        Job asked = world.jobs.cancel(job.id());
        assertThat(asked.status())
                .as("the request may still take effect")
                .isEqualTo(JobStatus.PENDING);
        world.queue.runFor(Duration.ofMinutes(5));

        assertThat(world.account.jobs())
                .extracting(FakeAccount.Remote::isLive)
                .containsExactly(false);
        assertThat(world.job(job.id()).status()).isEqualTo(JobStatus.CANCELLED);
    }
}
