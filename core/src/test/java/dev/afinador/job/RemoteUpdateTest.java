package dev.afinador.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.provider.ProviderId;
import dev.afinador.provider.RemoteJob;
import dev.afinador.provider.RemoteJobId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteUpdateTest {

    private static final Instant T0 = Instant.parse("2026-11-23T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "validating_files,PENDING,VALIDATING",
        "queued,PENDING,QUEUED",
        "pending,PENDING,QUEUED",
        "running,RUNNING,",
        "pausing,RUNNING,",
        "paused,PAUSED,",
        "succeeded,SUCCEEDED,",
        "failed,FAILED,",
        "cancelled,CANCELLED,",
        "CANCELLED,CANCELLED,"
    })
    void each_word_of_the_provider_has_its_state(
            String word, JobStatus status, @Nullable JobPhase phase) {
        Job after = RemoteUpdate.apply(pending(), remote(word), T0);
        assertThat(after.status()).isEqualTo(status);
        assertThat(after.phase()).isEqualTo(phase);
        assertThat(after.providerStatus()).isEqualTo(word);
    }

    @Test
    void a_word_nobody_knows_is_kept_raw_and_leaves_the_job_alive() {
        Job running = RemoteUpdate.apply(pending(), remote("running"), T0);
        Job after = RemoteUpdate.apply(running, remote("safety_review"), T0.plusSeconds(1));
        assertThat(after.status()).isEqualTo(JobStatus.RUNNING);
        assertThat(after.providerStatus()).isEqualTo("safety_review");
    }

    @Test
    void an_answer_to_an_older_question_does_not_undo_a_newer_one() {
        Job succeeded = RemoteUpdate.apply(pending(), remote("succeeded"), T0.plusSeconds(5));
        Job after = RemoteUpdate.apply(succeeded, remote("running"), T0);
        assertThat(after).isEqualTo(succeeded);
    }

    @Test
    void a_paused_job_may_go_back_to_the_queue() {
        Job paused = RemoteUpdate.apply(pending(), remote("paused"), T0);
        Job after = RemoteUpdate.apply(paused, remote("queued"), T0.plusSeconds(1));
        assertThat(after.status()).isEqualTo(JobStatus.PENDING);
        assertThat(after.phase()).isEqualTo(JobPhase.QUEUED);
    }

    @Test
    void progress_by_steps_never_runs_backwards() {
        Job running = RemoteUpdate.apply(pending(), remote("running"), T0);
        Job at60 = RemoteUpdate.applySteps(running, 60, 100, T0, 1, T0.plusSeconds(60));
        Job at20 = RemoteUpdate.applySteps(at60, 20, 100, T0, 1, T0.plusSeconds(70));
        assertThat(at60.progress().percent()).isEqualTo(60);
        assertThat(at20.progress().percent()).isEqualTo(60);
        assertThat(at20.progress().step()).isEqualTo(60);
    }

    @Test
    void the_time_left_follows_from_the_pace_of_the_steps() {
        Job running = RemoteUpdate.apply(pending(), remote("running"), T0);
        Job after = RemoteUpdate.applySteps(running, 51, 101, T0, 1, T0.plusSeconds(100));
        assertThat(after.eta()).isEqualTo(T0.plusSeconds(200));
    }

    @Test
    void only_the_end_is_a_hundred_percent() {
        Job running = RemoteUpdate.apply(pending(), remote("running"), T0);
        Job last = RemoteUpdate.applySteps(running, 100, 100, T0, 1, T0.plusSeconds(9));
        assertThat(last.progress().percent()).isEqualTo(99);
        Job done = RemoteUpdate.apply(last, remote("succeeded"), T0.plusSeconds(10));
        assertThat(done.progress().percent()).isEqualTo(100);
        assertThat(done.eta()).isNull();
    }

    @Test
    void a_failed_job_says_why_even_when_the_provider_does_not() {
        Job after = RemoteUpdate.apply(pending(), remote("failed"), T0);
        assertThat(after.error()).isEqualTo(new JobError("training_failed", "", null));
        assertThat(after.finishedAt()).isEqualTo(T0);
    }

    @Test
    void a_job_that_was_over_before_anybody_looked_is_not_dated_by_the_looking() {
        Job adopted = job(Job.Origin.IMPORTED, JobStatus.CANCELLED, null);
        Job seenAgain = RemoteUpdate.apply(adopted, remote("cancelled"), T0);
        assertThat(seenAgain.startedAt()).isNull();
        assertThat(seenAgain.finishedAt()).isNull();
        var found = new JobTransition(T0, null, JobStatus.CANCELLED, null, "cancelled");
        assertThat(found.knownAt(seenAgain)).isNull();
    }

    @Test
    void the_steps_of_a_job_adopted_after_its_end_tell_that_it_trained_and_how_far_it_came() {
        Job adopted = job(Job.Origin.IMPORTED, JobStatus.CANCELLED, null);
        Job told = RemoteUpdate.applySteps(adopted, 120, 450, T0, 1, T0.plusSeconds(500));
        assertThat(told.startedAt()).isEqualTo(T0);
        assertThat(told.progress()).isEqualTo(new Progress(26, 120L, 450L, Progress.Kind.STEPS));
        assertThat(told.eta()).isNull();
        Job page = RemoteUpdate.applySteps(told, 60, 450, T0, 1, T0.plusSeconds(250));
        assertThat(page).isEqualTo(told);
    }

    @Test
    void an_answer_about_another_job_is_not_taken_for_ours() {
        Job running = RemoteUpdate.apply(pending(), remote("running"), T0);
        assertThat(RemoteUpdate.apply(running, remote("ftjob-2", "succeeded"), T0.plusSeconds(1)))
                .isEqualTo(running);
    }

    @ParameterizedTest
    @CsvSource({"succeeded,running", "failed,queued", "cancelled,paused"})
    void what_is_over_stays_over_whatever_an_old_copy_says(String end, String old) {
        Job over = RemoteUpdate.apply(pending(), remote(end), T0);
        assertThat(RemoteUpdate.apply(over, remote(old), T0.plusSeconds(30))).isEqualTo(over);
    }

    @Test
    void a_clock_that_was_set_back_does_not_make_every_answer_an_old_one() {
        Job running = RemoteUpdate.apply(pending(), remote("running"), T0);
        Instant setBack = T0.minusSeconds(3600);
        Job done = RemoteUpdate.apply(running, remote("succeeded"), setBack);
        assertThat(done.status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(done.syncedAt()).isEqualTo(setBack);
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807,9223372036854775807",
        "5,9223372036854775807",
        "9223372036854775807,1",
        "-5,10",
        "5,-10",
        "5,0"
    })
    void absurd_numbers_of_steps_break_nothing(long step, long total) {
        Job running = RemoteUpdate.apply(pending(), remote("running"), T0);
        Job after = RemoteUpdate.applySteps(running, step, total, T0, 0, T0.plusSeconds(60));
        Integer percent = after.progress().percent();
        assertThat(percent == null || (percent >= 0 && percent <= 99)).isTrue();
        assertThat(after.eta() == null || !after.eta().isBefore(T0)).isTrue();
    }

    @Test
    void times_that_run_backwards_give_no_forecast() {
        Job running = RemoteUpdate.apply(pending(), remote("running"), T0);
        Job after = RemoteUpdate.applySteps(running, 10, 100, T0.plusSeconds(60), 1, T0);
        assertThat(after.eta()).isNull();
        assertThat(after.progress().percent()).isEqualTo(10);
    }

    @Test
    void a_provider_that_leaves_the_model_out_does_not_erase_it() {
        Job job = RemoteUpdate.apply(pending(), remote("queued"), T0);
        RemoteJob r = remote("running");
        RemoteJob nameless =
                new RemoteJob(
                        r.id(),
                        r.status(),
                        "",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of(),
                        null,
                        null,
                        Map.of(),
                        null,
                        null,
                        null,
                        Map.of(),
                        "{}");
        assertThat(RemoteUpdate.apply(job, nameless, T0.plusSeconds(1)).resolvedModel())
                .isEqualTo("gpt-4.1-mini-2025-04-14");
    }

    private static Job pending() {
        return job(Job.Origin.CREATED, JobStatus.PENDING, JobPhase.SUBMITTING);
    }

    private static Job job(Job.Origin origin, JobStatus status, @Nullable JobPhase phase) {
        return new Job(
                new JobId(new UUID(1, 2)),
                "prueba",
                new ProviderId("p"),
                origin,
                null,
                status,
                null,
                phase,
                Progress.UNKNOWN,
                null,
                "gpt-4.1-mini",
                null,
                null,
                null,
                "supervised",
                Map.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                Submission.State.NOT_SENT,
                null,
                null,
                T0.minusSeconds(60),
                null,
                null,
                null,
                null,
                0);
    }

    private static RemoteJob remote(String status) {
        return remote("ftjob-1", status);
    }

    private static RemoteJob remote(String id, String status) {
        return new RemoteJob(
                new RemoteJobId(id),
                status,
                "gpt-4.1-mini-2025-04-14",
                T0.minusSeconds(50),
                null,
                null,
                null,
                "file-1",
                null,
                List.of(),
                null,
                null,
                Map.of(),
                "supervised",
                null,
                null,
                Map.of(),
                "{}");
    }
}
