package dev.afinador.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.afinador.engine.EngineJobStore.MetadataFilter;
import dev.afinador.testkit.TrainingFiles;
import dev.afinador.work.TaskQueue.Kind;
import dev.afinador.work.TaskQueue.Next;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A job from its queue to its end, with child processes that behave and that do not.
class TrainingTest {

    private static final Training.Settings IMPATIENT =
            new Training.Settings(
                    Duration.ofMillis(1500), 3, 10, Duration.ofMillis(500), Duration.ofSeconds(5));

    @TempDir Path temp;
    private EngineRig rig;

    @BeforeEach
    void build() {
        rig = new EngineRig(temp);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private EngineJob train(EngineJob job) {
        return train(job, rig.training());
    }

    /// Does the task as often as it wants to be done again, as the queue would.
    private EngineJob train(EngineJob job, Training training) {
        for (int i = 0; i < 20; i++) {
            if (training.run(job.id()) instanceof Next.Done) {
                return rig.jobs.get(job.id());
            }
        }
        throw new AssertionError("the task never ends: " + rig.messages(job.id()));
    }

    private static List<Long> steps(int to) {
        return LongStream.rangeClosed(1, to).boxed().toList();
    }

    @Test
    void a_job_is_trained_and_everything_that_the_process_told_is_in_the_books_once()
            throws IOException {
        rig.script.steps(4, 5);
        EngineJob done = train(rig.queuedJob());

        assertThat(done.status()).isEqualTo(EngineJobStatus.SUCCEEDED);
        assertThat(done.state().fineTunedModel())
                .matches("ft:fake-nano:local:soporte:[A-Za-z0-9]{8}");
        assertThat(done.state().trainedTokens()).isEqualTo(400);
        assertThat(done.state().finishedAt()).isNotNull();
        assertThat(done.state().resolved()).containsEntry("n_epochs", "4");
        assertThat(done.state().estimatedFinish()).isNull();
        assertThat(rig.steps(done.id())).isEqualTo(steps(20));
        assertThat(rig.messages(done.id()))
                .containsExactly(
                        "Created fine-tuning job: " + done.id(),
                        "Validating training file: " + done.asked().trainingFile(),
                        "Files validated, moving job to queued state",
                        "Fine-tuning job started",
                        "Training begins on cpu (fp32, 2 threads)",
                        "12 training examples, 100 trained tokens per epoch",
                        "Checkpoint created at step 5",
                        "Checkpoint created at step 10",
                        "Checkpoint created at step 15",
                        "Checkpoint created at step 20",
                        "New fine-tuned model created: " + done.state().fineTunedModel(),
                        "The job has successfully completed");
    }

    @Test
    void the_last_three_checkpoints_are_kept_and_the_last_one_has_the_models_name()
            throws IOException {
        rig.script.steps(5, 2);
        EngineJob done = train(rig.queuedJob());

        List<EngineCheckpoint> kept = rig.jobs.checkpoints(done.id(), null, 10).elements();
        assertThat(kept).extracting(EngineCheckpoint::step).containsExactly(10L, 8L, 6L);
        assertThat(kept.getFirst().model()).isEqualTo(done.state().fineTunedModel());
        assertThat(kept.get(1).model())
                .matches("ft:fake-nano:local:soporte:[A-Za-z0-9]{8}:ckpt-step-8")
                .doesNotContain(done.state().fineTunedModel());
        assertThat(kept.getFirst().metrics()).containsKeys("step", "train_loss");
        for (EngineCheckpoint checkpoint : kept) {
            EngineModels.Loadable model = rig.models.load(checkpoint.model());
            assertThat(model.adapter()).isDirectory();
            assertThat(model.base()).isEqualTo(temp.resolve("models/fake-nano"));
        }
        try (var folders = Files.list(rig.folder.job(done.id()).resolve("checkpoints"))) {
            assertThat(folders.map(p -> p.getFileName().toString()))
                    .containsExactlyInAnyOrder("step-6", "step-8", "step-10");
        }
    }

    @Test
    void the_result_file_is_a_csv_with_a_line_per_step() throws IOException {
        rig.script.steps(1, 3);
        EngineJob done = train(rig.queuedJob());

        EngineFile file = rig.files.get(done.state().resultFile());
        assertThat(file.purpose()).isEqualTo("fine-tune-results");
        try (InputStream in = rig.files.open(file)) {
            String[] lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n");
            assertThat(lines[0])
                    .startsWith(
                            "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy");
            assertThat(lines).hasSize(4);
            assertThat(lines[1]).isEqualTo("1,2.72727,0.318182,,,,");
        }
    }

    @Test
    void what_only_a_training_needs_is_gone_after_it_and_the_upload_is_not() {
        EngineJob done = train(rig.queuedJob());

        assertThat(rig.folder.job(done.id()).resolve("training.jsonl")).doesNotExist();
        assertThat(rig.folder.file(done.asked().trainingFile())).exists();
    }

    @Test
    void deleting_the_training_file_does_not_pull_it_from_under_a_queued_job() {
        EngineJob job = rig.queuedJob();
        rig.files.delete(job.asked().trainingFile());

        assertThat(train(job).status()).isEqualTo(EngineJobStatus.SUCCEEDED);
    }

    @ParameterizedTest
    @CsvSource({"7, 1, 'status 1: native trouble of the fake kind'", "7, 137, SIGKILL"})
    void a_process_that_crashes_goes_on_from_its_last_checkpoint_with_no_step_twice_in_the_books(
            int step, int status, String told) {
        rig.script.steps(3, 5).crashAfter(step, 1, status);
        EngineJob done = train(rig.queuedJob());

        assertThat(done.status()).isEqualTo(EngineJobStatus.SUCCEEDED);
        assertThat(rig.steps(done.id())).isEqualTo(steps(15));
        assertThat(rig.messages(done.id()))
                .anyMatch(m ->
                        m.contains("ended unexpectedly")
                                && m.contains(told)
                                && m.contains("checkpoint of step 5"))
                .contains("Training goes on from step 5 on cpu (fp32, 2 threads)");
    }

    @Test
    void a_process_that_always_crashes_fails_its_job_and_says_why() {
        rig.script.steps(3, 5).crashAfter(7, 100, 137);
        EngineJob done = train(rig.queuedJob());

        assertThat(done.status()).isEqualTo(EngineJobStatus.FAILED);
        assertThat(done.state().failure().code()).isEqualTo("trainer_crashed");
        assertThat(done.state().failure().message())
                .contains("3 times", "checkpoint of step 5", "SIGKILL", "memory");
        assertThat(done.state().fineTunedModel()).isNull();
        assertThat(done.state().finishedAt()).isNull();
        assertThat(rig.jobs.checkpoints(done.id(), null, 5).elements())
                .extracting(EngineCheckpoint::step)
                .containsExactly(5L);
    }

    @Test
    void crashes_are_forgiven_once_the_next_checkpoint_is_reached() {
        // The step after which it crashes is the last before a checkpoint, so each try gets one
        // checkpoint further.
        rig.script.steps(6, 1).crashAfter(1, 1, 1);
        EngineJob done = train(rig.queuedJob());

        assertThat(done.status()).isEqualTo(EngineJobStatus.SUCCEEDED);
        assertThat(done.state().crashes()).isZero();
    }

    @Test
    void a_process_that_says_nothing_for_too_long_is_killed_and_counts_as_crashed() {
        rig.script.steps(2, 4).hangAfter(6);
        EngineJob job = rig.queuedJob();
        EngineJob done = train(job, rig.training(IMPATIENT));

        assertThat(done.status()).isEqualTo(EngineJobStatus.FAILED);
        assertThat(done.state().failure().message()).contains("said nothing");
        assertThat(EngineRig.lives(rig.pidOf(job.id()))).isFalse();
    }

    @Test
    void garbage_on_every_channel_hurts_nothing() throws IOException {
        rig.script.steps(2, 4).garbage().crashAfter(6, 1, 1);
        EngineJob done = train(rig.queuedJob());

        assertThat(done.status()).isEqualTo(EngineJobStatus.SUCCEEDED);
        assertThat(rig.steps(done.id())).isEqualTo(steps(8));
        assertThat(Files.size(rig.folder.job(done.id()).resolve("trainer.log")))
                .isLessThanOrEqualTo(3L << 20);
    }

    @Test
    void a_failure_that_the_process_tells_is_the_jobs_failure_word_by_word() {
        rig.script.fail("invalid_training_file", "The answer has no assistant message.", 12);
        EngineJob done = train(rig.queuedJob());

        assertThat(done.status()).isEqualTo(EngineJobStatus.FAILED);
        assertThat(done.state().failure())
                .isEqualTo(
                        new EngineJob.Failure(
                                "invalid_training_file",
                                "The answer has no assistant message. (line 12)",
                                "training_file"));
    }

    @Test
    void a_paused_job_keeps_its_checkpoint_and_goes_on_from_it_when_resumed() {
        rig.script.steps(3, 4).waitAfter(6);
        EngineJob job = rig.queuedJob();
        CompletableFuture<EngineJob> training = CompletableFuture.supplyAsync(() -> train(job));
        await().until(() -> rig.steps(job.id()).contains(6L));

        EngineJob asked = rig.jobs.pause(job.id());
        assertThat(asked.status()).isEqualTo(EngineJobStatus.RUNNING);
        EngineJob paused = training.join();

        assertThat(paused.status()).isEqualTo(EngineJobStatus.PAUSED);
        assertThat(rig.jobs.checkpoints(job.id(), null, 5).elements().getFirst().step())
                .isEqualTo(6);
        rig.script.open();
        rig.tasks.scheduled.clear();
        rig.jobs.resume(job.id());
        assertThat(rig.tasks.scheduled)
                .containsExactly(new EngineRig.Tasks.Task(Kind.TRAIN, job.id()));

        EngineJob done = train(job);
        assertThat(done.status()).isEqualTo(EngineJobStatus.SUCCEEDED);
        assertThat(rig.steps(job.id())).isEqualTo(steps(12));
        assertThat(rig.messages(job.id()))
                .contains(
                        "Pausing at the next checkpoint.",
                        "Job paused at step 6",
                        "Fine-tuning job resumed",
                        "Training goes on from step 6 on cpu (fp32, 2 threads)");
    }

    @Test
    void a_cancelled_job_ends_its_process_even_one_that_does_not_listen() {
        rig.script.steps(3, 4).waitAfter(6).deaf();
        EngineJob job = rig.queuedJob();
        CompletableFuture<EngineJob> training =
                CompletableFuture.supplyAsync(() -> train(job, rig.training(IMPATIENT_BUT_QUIET)));
        await().until(() -> rig.steps(job.id()).contains(6L));
        long pid = rig.pidOf(job.id());

        assertThat(rig.jobs.cancel(job.id()).status()).isEqualTo(EngineJobStatus.CANCELLED);
        EngineJob done = training.join();

        assertThat(done.status()).isEqualTo(EngineJobStatus.CANCELLED);
        assertThat(done.state().finishedAt()).isNull();
        await().until(() -> !EngineRig.lives(pid));
    }

    private static final Training.Settings IMPATIENT_BUT_QUIET =
            new Training.Settings(
                    Duration.ofMinutes(5), 3, 10, Duration.ofMillis(300), Duration.ofSeconds(5));

    @Test
    void a_job_that_was_cancelled_in_the_queue_is_never_started() {
        EngineJob job = rig.queuedJob();
        rig.jobs.cancel(job.id());

        assertThat(train(job).status()).isEqualTo(EngineJobStatus.CANCELLED);
        assertThat(rig.folder.job(job.id()).resolve("run.json")).doesNotExist();
    }

    @Test
    void a_server_that_stops_lets_the_process_make_a_checkpoint_and_the_next_one_goes_on() {
        rig.script.steps(3, 4).waitAfter(6);
        EngineJob job = rig.queuedJob();
        Training first = rig.training();
        CompletableFuture<Next> running = CompletableFuture.supplyAsync(() -> first.run(job.id()));
        await().until(() -> rig.steps(job.id()).contains(6L));

        first.stop();
        assertThat(running.join()).isInstanceOf(Next.Again.class);
        assertThat(rig.jobs.get(job.id()).status()).isEqualTo(EngineJobStatus.RUNNING);
        assertThat(first.run(job.id()))
                .as("starts nothing any more")
                .isInstanceOf(Next.Again.class);

        rig.script.open();
        assertThat(train(job).status()).isEqualTo(EngineJobStatus.SUCCEEDED);
        assertThat(rig.steps(job.id())).isEqualTo(steps(12));
        assertThat(rig.messages(job.id())).noneMatch(m -> m.contains("unexpectedly"));
    }

    @Test
    void a_process_that_a_killed_server_left_behind_is_ended_before_another_one_starts()
            throws Exception {
        rig.script.steps(3, 4).waitAfter(6).deaf();
        EngineJob job = rig.queuedJob();
        Training killed = rig.training();
        Thread server = Thread.ofPlatform().daemon().start(() -> killed.run(job.id()));
        await().until(() -> rig.steps(job.id()).contains(6L));
        long left = rig.pidOf(job.id());
        // The thread lives on as a killed server's would not; it notices that the job has been
        // taken over and lets go.
        rig.script.open();

        EngineJob done = train(job);

        assertThat(done.status()).isEqualTo(EngineJobStatus.SUCCEEDED);
        assertThat(EngineRig.lives(left)).isFalse();
        assertThat(rig.steps(job.id())).isEqualTo(steps(12));
        server.join(10_000);
    }

    @Test
    void an_end_that_was_written_before_the_server_was_killed_is_found_without_training_again()
            throws IOException {
        EngineJob job = rig.queuedJob();
        // The state that a server leaves which was killed right after its child had finished.
        EngineJob running =
                job.with(job.change().status(EngineJobStatus.RUNNING).attempt(1).starts(1).done());
        rig.books.write(job, running.state(), List.of(), () -> {});
        Files.writeString(
                rig.folder.job(job.id()).resolve("log.jsonl"),
                "{\"at\":1,\"kind\":\"resolved\",\"hyperparameters\":{},\"total_steps\":2}\n"
                        + "{\"at\":1,\"kind\":\"metrics\",\"step\":2,\"train_loss\":0.5}\n"
                        + "{\"at\":1,\"kind\":\"succeeded\",\"step\":2,\"folder\":\"checkpoints/step-2\",\"trained_tokens\":9}\n",
                StandardOpenOption.CREATE);

        EngineJob done = train(job);

        assertThat(done.status()).isEqualTo(EngineJobStatus.SUCCEEDED);
        assertThat(rig.folder.job(job.id()).resolve("run.json")).doesNotExist();
        assertThat(rig.jobs.checkpoints(job.id(), null, 5).elements().getFirst().model())
                .isEqualTo(done.state().fineTunedModel());
    }

    @Test
    void a_job_that_takes_its_server_down_again_and_again_fails_in_the_end() {
        EngineJob job = rig.queuedJob();
        EngineJob worn =
                job.with(
                        job.change().status(EngineJobStatus.RUNNING).attempt(10).starts(10).done());
        rig.books.write(job, worn.state(), List.of(), () -> {});

        EngineJob done = train(job);

        assertThat(done.status()).isEqualTo(EngineJobStatus.FAILED);
        assertThat(done.state().failure().code()).isEqualTo("trainer_crashed");
        assertThat(done.state().failure().message()).contains("10 times", "memory");
    }

    @Test
    void a_base_model_that_went_away_fails_the_job_by_name() throws IOException {
        EngineJob job = rig.queuedJob();
        Files.delete(temp.resolve("models/fake-nano/config.json"));

        EngineJob done = train(job);

        assertThat(done.status()).isEqualTo(EngineJobStatus.FAILED);
        assertThat(done.state().failure().code()).isEqualTo("model_not_available");
        assertThat(done.state().failure().message()).contains("fake-nano");
    }

    @Test
    void training_goes_on_from_an_earlier_result() throws IOException {
        EngineJob first = train(rig.queuedJob());
        EngineJob second =
                rig.createJob(
                        rig.upload(TrainingFiles.chat(12)).id(),
                        first.state().fineTunedModel(),
                        "supervised");
        rig.validation().run(second.id());
        EngineJob done = train(second);

        assertThat(done.status()).isEqualTo(EngineJobStatus.SUCCEEDED);
        assertThat(done.state().fineTunedModel()).startsWith("ft:fake-nano:local:soporte:");
        assertThat(Files.readString(rig.folder.job(second.id()).resolve("run.json")))
                .contains("jobs/" + first.id() + "/checkpoints/step-12");
    }

    @Test
    void every_job_of_a_list_has_its_own_result() {
        EngineJob one = train(rig.queuedJob());
        EngineJob two = train(rig.queuedJob());

        assertThat(rig.jobs.list(null, 10, new MetadataFilter.Everything()).elements())
                .extracting(EngineJob::id)
                .containsExactly(two.id(), one.id());
        assertThat(rig.models.list())
                .extracting(EngineModels.Model::name)
                .startsWith(EngineRig.BASE)
                .contains(one.state().fineTunedModel(), two.state().fineTunedModel());
    }
}
