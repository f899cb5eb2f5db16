package dev.afinador.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.Dataset;
import dev.afinador.fake.FakeAccount;
import dev.afinador.fake.FakeAccount.Call;
import dev.afinador.fake.FakeAccount.Create;
import dev.afinador.fake.World;
import dev.afinador.provider.ProviderError;
import dev.afinador.work.TaskQueue.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubmissionTest {

    private static final Duration MOMENT = Duration.ofMillis(1);

    private final World world = new World();

    private Job start(Dataset dataset, String suffix) {
        return world.jobs.start(World.ask(dataset, suffix), null);
    }

    @Test
    void an_accepted_job_has_the_providers_id_json_and_a_timeline() {
        Job job = start(world.dataset("ventas"), "uno");
        assertThat(job.phase()).isEqualTo(JobPhase.PREPARING);

        world.queue.runFor(MOMENT);

        Job accepted = world.job(job.id());
        FakeAccount.Remote remote = world.account.jobs().getFirst();
        assertThat(accepted.remoteId()).isEqualTo(remote.id());
        assertThat(accepted.submission().outcome()).isEqualTo(Submission.Outcome.ACCEPTED);
        assertThat(accepted.trainingFile()).isEqualTo("file-1");
        assertThat(remote.metadata()).isEqualTo(Map.of(Submission.MARKER, job.id().toString()));
        assertThat(world.store.raw(job.id())).contains("{}");
        assertThat(world.store.transitions(job.id()))
                .extracting(JobTransition::phase)
                .containsExactly(
                        JobPhase.PREPARING,
                        JobPhase.UPLOADING,
                        JobPhase.SUBMITTING,
                        JobPhase.QUEUED);
        assertThat(world.told).contains("job " + job.id());
    }

    @Test
    void jobs_of_one_dataset_that_start_together_upload_it_once() {
        Dataset dataset = world.dataset("ventas");
        List<Job> jobs = IntStream.range(0, 20).mapToObj(i -> start(dataset, "job-" + i)).toList();

        world.queue.runFor(Duration.ofSeconds(5));

        assertThat(world.account.count(Call.UPLOAD)).isEqualTo(1);
        assertThat(world.account.jobs()).hasSize(20);
        assertThat(jobs)
                .allSatisfy(
                        job -> assertThat(world.job(job.id()).trainingFile()).isEqualTo("file-1"));
    }

    @Test
    void a_job_that_comes_while_another_uploads_waits_for_that_upload() {
        Dataset dataset = world.dataset("ventas");
        Job first = start(dataset, "uno");
        Job second = start(dataset, "dos");
        // The second job's step runs while the first one's upload is on its way.
        world.account.beforeNextAnswer(() ->
                world.account.beforeNextAnswer(() -> assertThat(world.queue.runOne()).isTrue()));

        world.queue.runFor(Duration.ofSeconds(2));

        assertThat(world.account.count(Call.UPLOAD)).isEqualTo(1);
        assertThat(world.job(first.id()).trainingFile()).isEqualTo("file-1");
        assertThat(world.job(second.id()).trainingFile()).isEqualTo("file-1");
        assertThat(world.account.jobs()).hasSize(2);
    }

    @Test
    void an_upload_that_fails_is_taken_over_by_the_next_job() {
        Dataset dataset = world.dataset("ventas");
        Job first = start(dataset, "uno");
        Job second = start(dataset, "dos");
        world.account.failNext(
                Call.UPLOAD,
                FakeAccount.error(
                        ProviderError.Kind.RATE_LIMITED,
                        world.clock.instant().plus(Duration.ofMinutes(30))));

        world.queue.runFor(Duration.ofMinutes(1));

        assertThat(world.job(second.id()).remoteId()).isNotNull();
        assertThat(world.job(first.id()).trouble())
                .extracting(JobError::code)
                .isEqualTo("provider_rate_limited");
        world.queue.runFor(Duration.ofMinutes(31));
        assertThat(world.job(first.id()).remoteId()).isNotNull();
        assertThat(world.account.files()).hasSize(1);
    }

    @Test
    void an_upload_whose_answer_was_lost_is_found_again() {
        world.account.loseUploadAnswers();
        Job job = start(world.dataset("ventas"), "uno");

        world.queue.runFor(Duration.ofMinutes(1));

        assertThat(world.job(job.id()).trainingFile()).isEqualTo("file-1");
        assertThat(world.account.count(Call.UPLOAD)).isEqualTo(1);
    }

    @Test
    void a_provider_that_lists_no_files_gets_the_upload_all_the_same() {
        world.account.failNext(Call.LIST_FILES, ProviderError.Kind.NOT_FOUND);
        Job job = start(world.dataset("ventas"), "uno");

        world.queue.runFor(MOMENT);

        assertThat(world.job(job.id()).remoteId()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"error", "deleted", "deleting"})
    void a_file_that_became_unusable_at_the_provider_is_uploaded_anew(String status) {
        Dataset dataset = world.dataset("ventas");
        start(dataset, "uno");
        world.queue.runFor(MOMENT);
        world.account.setFileStatus("file-1", status);

        Job job = start(dataset, "dos");
        world.queue.runFor(MOMENT);

        assertThat(world.job(job.id()).trainingFile()).isEqualTo("file-2");
    }

    @Test
    void a_file_that_is_gone_at_the_provider_is_uploaded_anew() {
        Dataset dataset = world.dataset("ventas");
        start(dataset, "uno");
        world.queue.runFor(MOMENT);
        world.account.removeFile(f -> true);

        Job job = start(dataset, "dos");
        world.queue.runFor(MOMENT);

        assertThat(world.account.count(Call.UPLOAD)).isEqualTo(2);
        assertThat(world.job(job.id()).remoteId()).isNotNull();
    }

    @Test
    void a_file_that_the_provider_still_checks_is_waited_for() {
        Dataset dataset = world.dataset("ventas");
        start(dataset, "uno");
        world.queue.runFor(MOMENT);
        world.account.setFileStatus("file-1", "pending");
        Job job = start(dataset, "dos");

        world.queue.runFor(Duration.ofSeconds(10));
        assertThat(world.job(job.id()).remoteId()).isNull();
        assertThat(world.job(job.id()).trouble()).isNull();

        world.account.setFileStatus("file-1", "processed");
        world.queue.runFor(Duration.ofSeconds(10));
        assertThat(world.job(job.id()).remoteId()).isNotNull();
    }

    @Test
    void a_training_file_that_is_gone_from_our_disk_fails_the_job() {
        Dataset dataset = world.dataset("ventas");
        world.disk.clear();
        Job job = start(dataset, "uno");

        world.queue.runFor(MOMENT);

        assertThat(world.job(job.id()).status()).isEqualTo(JobStatus.FAILED);
        assertThat(world.job(job.id()).error())
                .isEqualTo(new JobError("dataset_missing", "", "training_file"));
        assertThat(world.queue.tasks()).isEmpty();
    }

    @Test
    void a_request_that_was_lost_is_sent_again_only_when_it_can_have_no_effect_any_more() {
        world.account.onCreate(Create.REQUEST_LOST);
        Job job = start(world.dataset("ventas"), "uno");

        world.queue.runFor(World.SETTLE.minus(Duration.ofSeconds(1)));
        assertThat(world.account.count(Call.CREATE)).isEqualTo(1);
        assertThat(world.job(job.id()).trouble())
                .extracting(JobError::code)
                .isEqualTo("outcome_unknown");

        world.queue.runFor(Duration.ofSeconds(2));
        assertThat(world.account.count(Call.CREATE)).isEqualTo(2);
        assertThat(world.job(job.id()).remoteId()).isNotNull();
        assertThat(world.job(job.id()).trouble()).isNull();
    }

    @Test
    void a_clock_that_is_set_back_while_the_outcome_is_unknown_delays_no_longer_than_that_takes() {
        world.account.onCreate(Create.REQUEST_LOST);
        Job job = start(world.dataset("ventas"), "uno");
        world.queue.runFor(MOMENT);
        world.clock.advance(Duration.ofHours(-3));
        world.queue.schedule(Kind.SUBMIT_JOB, job.id().toString(), world.clock.instant());

        world.queue.runFor(World.SETTLE.plusSeconds(20));

        assertThat(world.account.count(Call.CREATE)).isEqualTo(2);
        assertThat(world.job(job.id()).remoteId()).isNotNull();
    }

    @Test
    void a_late_job_is_adopted_and_not_made_again() {
        world.account.onCreate(Create.LATE);
        Job job = start(world.dataset("ventas"), "uno");

        world.queue.runFor(Duration.ofMinutes(5));

        assertThat(world.account.jobs()).hasSize(1);
        assertThat(world.job(job.id()).remoteId()).isEqualTo(world.account.jobs().getFirst().id());
    }

    @Test
    void of_a_doubled_request_the_first_job_is_adopted_and_the_other_cancelled() {
        world.account.onCreate(Create.DOUBLED);
        world.account.shufflePages(new Random(3));
        Job job = start(world.dataset("ventas"), "uno");

        world.queue.runFor(Duration.ofMinutes(1));

        assertThat(world.account.jobs())
                .extracting(r -> r.id().value(), FakeAccount.Remote::isLive)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("ftjob-1", true),
                        org.assertj.core.groups.Tuple.tuple("ftjob-2", false));
        assertThat(world.job(job.id()).remoteId().value()).isEqualTo("ftjob-1");
    }

    @Test
    void a_duplicate_that_is_over_already_does_not_keep_the_first_from_adoption() {
        world.account.onCreate(Create.DOUBLED);
        Job job = start(world.dataset("ventas"), "uno");
        world.queue.runFor(MOMENT);
        world.account.failNext(Call.CANCEL, ProviderError.Kind.BAD_REQUEST);

        world.queue.runFor(Duration.ofMinutes(1));

        assertThat(world.job(job.id()).remoteId().value()).isEqualTo("ftjob-1");
    }

    @Test
    void without_a_marker_jobs_alike_are_told_apart_by_who_holds_them() {
        world.account.dropMetadata();
        Dataset dataset = world.dataset("ventas");
        world.account.onCreate(
                Create.ANSWER_LOST, Create.ANSWER_LOST, Create.ANSWER_LOST, Create.ANSWER_LOST);
        List<Job> jobs = IntStream.range(0, 4).mapToObj(i -> start(dataset, "igual")).toList();

        world.queue.runFor(Duration.ofMinutes(10));

        assertThat(world.account.jobs()).hasSize(4);
        assertThat(jobs.stream().map(j -> world.job(j.id()).remoteId()))
                .doesNotContainNull()
                .doesNotHaveDuplicates();
    }

    @Test
    void a_foreign_job_of_another_file_is_never_adopted() {
        world.account.dropMetadata();
        world.account.onCreate(Create.REQUEST_LOST);
        Job job = start(world.dataset("ventas"), "uno");
        FakeAccount.Remote foreign = world.account.foreign("gpt-4.1-mini", "file-77");

        world.queue.runFor(Duration.ofMinutes(5));

        assertThat(world.job(job.id()).remoteId()).isNotEqualTo(foreign.id());
        assertThat(world.account.jobs()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = ProviderError.Kind.class,
            names = {"BAD_REQUEST"},
            mode = EnumSource.Mode.EXCLUDE)
    void trouble_before_the_creation_is_told_and_tried_again(ProviderError.Kind kind) {
        world.account.failNext(Call.UPLOAD, kind);
        Job job = start(world.dataset("ventas"), "uno");

        world.queue.runFor(MOMENT);
        assertThat(world.job(job.id()).trouble().code())
                .isEqualTo(FakeAccount.error(kind, null).stableCode());
        assertThat(world.job(job.id()).status()).isEqualTo(JobStatus.PENDING);

        world.queue.runFor(Duration.ofMinutes(1));
        assertThat(world.job(job.id()).remoteId()).isNotNull();
        assertThat(world.job(job.id()).trouble()).isNull();
    }

    @Test
    void a_pause_that_the_provider_asked_for_is_kept() {
        world.account.onCreate(Create.TRY_LATER);
        Job job = start(world.dataset("ventas"), "uno");

        world.queue.runFor(Duration.ofMinutes(59));
        assertThat(world.account.count(Call.CREATE)).isEqualTo(1);
        assertThat(world.job(job.id()).submission().outcome())
                .isEqualTo(Submission.Outcome.NOT_CREATED);

        world.queue.runFor(Duration.ofMinutes(2));
        assertThat(world.job(job.id()).remoteId()).isNotNull();
    }

    @Test
    void a_refused_job_has_failed_with_the_providers_words() {
        world.account.onCreate(Create.REJECTED);
        Job job = start(world.dataset("ventas"), "uno");

        world.queue.runFor(MOMENT);

        Job failed = world.job(job.id());
        assertThat(failed.status()).isEqualTo(JobStatus.FAILED);
        assertThat(failed.error())
                .isEqualTo(new JobError("provider_bad_request", "the provider's words", null));
        assertThat(failed.submission().outcome()).isEqualTo(Submission.Outcome.NOT_CREATED);
        assertThat(world.queue.tasks()).isEmpty();
    }

    @Test
    void a_job_that_is_cancelled_while_its_file_is_on_its_way_stays_cancelled() {
        Job job = start(world.dataset("ventas"), "uno");
        whileUploading(() -> world.jobs.cancel(job.id()));

        world.queue.runFor(Duration.ofMinutes(5));

        Job cancelled = world.job(job.id());
        assertThat(cancelled.status()).isEqualTo(JobStatus.CANCELLED);
        assertThat(cancelled.phase()).isNull();
        assertThat(cancelled.trouble()).isNull();
        assertThat(world.account.jobs()).isEmpty();
        assertThat(world.queue.tasks()).isEmpty();
    }

    @Test
    void a_job_that_is_cancelled_while_its_upload_fails_shows_no_trouble() {
        Job job = start(world.dataset("ventas"), "uno");
        world.account.loseUploadAnswers();
        world.account.beforeNextAnswer(() -> world.jobs.cancel(job.id())); // the list of files

        world.queue.runFor(Duration.ofMinutes(5));

        Job cancelled = world.job(job.id());
        assertThat(cancelled.status()).isEqualTo(JobStatus.CANCELLED);
        assertThat(cancelled.trouble()).isNull();
        assertThat(cancelled.phase()).isNull();
        assertThat(world.queue.tasks()).isEmpty();
    }

    @Test
    void a_job_that_is_deleted_while_its_file_is_on_its_way_leaves_nothing_to_do() {
        Job job = start(world.dataset("ventas"), "uno");
        whileUploading(() -> {
            world.jobs.cancel(job.id());
            world.jobs.forget(job.id());
        });

        world.queue.runFor(Duration.ofMinutes(5));

        assertThat(world.store.find(job.id())).isEmpty();
        assertThat(world.account.jobs()).isEmpty();
        assertThat(world.queue.tasks()).isEmpty();
    }

    private void whileUploading(Runnable happening) {
        // The first answer is that of the list of files, the second that of the upload.
        world.account.beforeNextAnswer(() -> world.account.beforeNextAnswer(happening));
    }

    @Test
    void a_job_that_is_cancelled_while_its_creation_is_on_its_way_is_cancelled_there() {
        Job job = start(world.dataset("ventas"), "uno");
        whileUploading(() -> world.account.beforeNextAnswer(() -> world.jobs.cancel(job.id())));

        world.queue.runFor(Duration.ofMinutes(1));

        assertThat(world.job(job.id()).status()).isEqualTo(JobStatus.CANCELLED);
        assertThat(world.account.jobs())
                .extracting(FakeAccount.Remote::isLive)
                .containsExactly(false);
    }

    @Test
    void a_job_that_is_cancelled_while_the_provider_says_later_does_not_wait_for_later() {
        world.account.onCreate(Create.TRY_LATER);
        Job job = start(world.dataset("ventas"), "uno");
        whileUploading(() -> world.account.beforeNextAnswer(() -> world.jobs.cancel(job.id())));

        world.queue.runFor(Duration.ofSeconds(30));

        assertThat(world.job(job.id()).status()).isEqualTo(JobStatus.CANCELLED);
        assertThat(world.queue.tasks()).isEmpty();
    }
}
