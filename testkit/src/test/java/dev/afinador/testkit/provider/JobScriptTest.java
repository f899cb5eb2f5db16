package dev.afinador.testkit.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.testkit.SettableClock;
import dev.afinador.testkit.TrainingFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class JobScriptTest {
    private final SettableClock clock = SettableClock.at("2026-11-23T10:00:00Z");
    private final FakeProvider provider = FakeProvider.builder().clock(clock).start();
    private final Caller caller = new Caller(provider);

    @AfterEach
    void stop() {
        caller.close();
        provider.close();
    }

    private String create(JobScript script, String file) {
        return create(script, file, Map.of());
    }

    private String create(JobScript script, String file, Map<String, Object> more) {
        provider.scriptNext(script);
        return caller.createJob(caller.uploaded(file), more).json().get("id").asString();
    }

    private JsonNode look(String id) {
        return caller.get("/fine_tuning/jobs/" + id).json();
    }

    /// Statuses in the order they show while a job is advanced, each once per stay.
    private List<String> life(String id) {
        List<String> seen = new ArrayList<>(List.of(provider.job(id).status()));
        for (int i = 0; i < 60; i++) {
            provider.advance(id);
            String now = provider.job(id).status();
            if (!seen.getLast().equals(now)) {
                seen.add(now);
            }
        }
        return seen;
    }

    @Test
    void happy_jobs_pass_through_every_status_and_their_steps_only_grow() {
        String id = create(JobScript.happy(), TrainingFiles.chat(40));
        int last = 0;
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            JobSnapshot job = provider.job(id);
            if (!seen.contains(job.status())) {
                seen.add(job.status());
            }
            assertThat(job.step()).isGreaterThanOrEqualTo(last);
            last = job.step();
            provider.advance(id);
        }
        assertThat(seen).containsExactly("validating_files", "queued", "running", "succeeded");
        assertThat(last).isEqualTo(provider.job(id).totalSteps()).isEqualTo(120);
    }

    @Test
    void built_in_scripts_tell_the_lives_they_are_named_for() {
        String file = TrainingFiles.chat(12);
        assertThat(life(create(JobScript.failsValidation(), file)))
                .containsExactly("validating_files", "failed");
        assertThat(life(create(JobScript.failsTraining(), file)))
                .containsExactly("validating_files", "queued", "running", "failed");
        assertThat(life(create(JobScript.pausedThenResumed(), file)))
                .containsExactly(
                        "validating_files",
                        "queued",
                        "running",
                        "paused",
                        "queued",
                        "running",
                        "succeeded");
        assertThat(life(create(JobScript.unknownStatus(), file)))
                .containsExactly(
                        "validating_files", "queued", "running", "safety_review", "succeeded");
        assertThat(life(create(JobScript.azure(), file)))
                .containsExactly("pending", "running", "succeeded");
        assertThatThrownBy(() -> JobScript.named("nada", JobScript.builtIn()))
                .hasMessageContaining("happy");
    }

    @Test
    void files_are_judged_while_validating() {
        assertFails(
                TrainingFiles.tooFew(),
                "invalid_n_examples",
                "has 7 example(s), but must have at least 10");
        assertFails(
                TrainingFiles.chatWithoutRole(120, 100, 2),
                "invalid_training_file",
                "Example 100, message 2 Discriminator 'role' is missing");
        assertFails(
                TrainingFiles.foreignLines(12), "invalid_training_file", "Unexpected file format");
        assertFails(
                TrainingFiles.preferences(12),
                "invalid_training_file",
                "(provided method=supervised)");
        assertFails(TrainingFiles.chatWithBrokenLine(12, 3), "invalid_training_file", "Example 3");
        assertThat(life(create(JobScript.happy(), TrainingFiles.chatFromWindows(10))))
                .endsWith("succeeded");
        assertThat(
                        life(
                                create(
                                        JobScript.happy(),
                                        TrainingFiles.preferences(12),
                                        Map.of("method", Map.of("type", "dpo")))))
                .endsWith("succeeded");
    }

    private void assertFails(String file, String code, String message) {
        String id = create(JobScript.happy(), file);
        provider.finish(id);
        JsonNode job = look(id);
        assertThat(job.get("status").asString()).isEqualTo("failed");
        assertThat(job.at("/error/code").asString()).isEqualTo(code);
        assertThat(job.at("/error/param").asString()).isEqualTo("training_file");
        assertThat(job.at("/error/message").asString()).contains(message);
        assertThat(job.get("finished_at").isNull()).isTrue();
    }

    @Test
    void a_file_deleted_in_time_fails_the_job() {
        String id = create(JobScript.happy(), TrainingFiles.chat(10));
        caller.delete("/files/" + provider.job(id).trainingFile());
        provider.finish(id);
        assertThat(look(id).at("/error/code").asString()).isEqualTo("deleted_training_file");
    }

    @Test
    void scripts_by_the_clock_move_with_the_clock_alone() {
        String id =
                create(
                        JobScript.happy(Duration.ofMinutes(10), Duration.ofMinutes(100)),
                        TrainingFiles.chat(10));
        clock.advance(Duration.ofMinutes(5));
        assertThat(look(id).get("status").asString()).isEqualTo("queued");
        clock.advance(Duration.ofMinutes(55));
        JsonNode running = look(id);
        assertThat(running.get("status").asString()).isEqualTo("running");
        assertThat(provider.job(id).step()).isBetween(49, 50);
        assertThat(running.get("estimated_finish").asLong())
                .isEqualTo(clock.instant().plusSeconds(50 * 60 + 2).getEpochSecond());
        clock.advance(Duration.ofMinutes(200));
        JsonNode done = look(id);
        assertThat(done.get("status").asString()).isEqualTo("succeeded");
        assertThat(done.get("finished_at").asLong()).isLessThan(clock.instant().getEpochSecond());
    }

    @Test
    void jobs_that_wait_for_a_hand_ignore_the_ticker() {
        try (var ticking =
                        FakeProvider.builder()
                                .ticking(Duration.ofMillis(5))
                                .script(JobScript.staysQueued())
                                .start();
                var to = new Caller(ticking)) {
            String id =
                    to.createJob(to.uploaded(TrainingFiles.chat(10))).json().get("id").asString();
            String other = ticking.seedJob(JobSeed.in("running").script(JobScript.happy()));
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(ticking.job(other).status()).isEqualTo("succeeded"));
            assertThat(ticking.job(id).status()).isEqualTo("queued");
            ticking.advance(id);
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(ticking.job(id).status()).isEqualTo("succeeded"));
        }
    }

    @Test
    void cancel_pause_and_resume_work_where_the_status_allows_them() {
        String id = create(JobScript.happy(), TrainingFiles.chat(40));
        String path = "/fine_tuning/jobs/" + id;
        assertThat(caller.post(path + "/pause", "").status()).isEqualTo(400);
        provider.progress(id, 30);
        JsonNode paused = caller.post(path + "/pause", "").json();
        assertThat(paused.get("status").asString()).isEqualTo("paused");
        assertThat(caller.get(path + "/checkpoints").json().get("data")).isNotEmpty();
        JsonNode resumed = caller.post(path + "/resume", "").json();
        assertThat(resumed.get("status").asString()).isEqualTo("queued");
        assertThat(provider.job(id).step()).isEqualTo(30);
        assertThat(caller.post(path + "/resume", "").status()).isEqualTo(400);
        JsonNode cancelled = caller.post(path + "/cancel", "").json();
        assertThat(cancelled.get("status").asString()).isEqualTo("cancelled");
        assertThat(cancelled.get("finished_at").isNull()).isTrue();
        assertThat(caller.post(path + "/cancel", "").status()).isEqualTo(400);
    }

    @Test
    void a_resumed_job_trains_on_from_its_step() {
        String id = create(JobScript.happy(), TrainingFiles.chat(40));
        provider.progress(id, 60);
        caller.post("/fine_tuning/jobs/" + id + "/pause", "");
        caller.post("/fine_tuning/jobs/" + id + "/resume", "");
        int least = 60;
        while (!provider.job(id).status().equals("succeeded")) {
            provider.advance(id);
            assertThat(provider.job(id).step()).isGreaterThanOrEqualTo(least);
            least = provider.job(id).step();
        }
        assertThat(least).isEqualTo(120);
    }

    @Test
    void azure_answers_201_leaves_fields_out_and_says_auto_as_minus_one() {
        provider.script(JobScript.azure());
        String file = caller.uploaded(TrainingFiles.chat(10));
        assertThat(file).matches("file-[0-9a-f]{32}");
        assertThat(caller.get("/files/" + file).json().get("status").asString())
                .isEqualTo("pending");
        assertThat(caller.get("/files/" + file).json().get("status").asString())
                .isEqualTo("processed");
        var created = caller.createJob(file, Map.of("suffix", "ventas"));
        assertThat(created.status()).isEqualTo(201);
        JsonNode job = created.json();
        String id = job.get("id").asString();
        assertThat(created.header("Location")).endsWith(id);
        assertThat(job.get("status").asString()).isEqualTo("pending");
        assertThat(job.at("/hyperparameters/n_epochs").asInt()).isEqualTo(-1);
        for (String absent :
                List.of(
                        "organization_id",
                        "result_files",
                        "error",
                        "method",
                        "integrations",
                        "fine_tuned_model")) {
            assertThat(job.has(absent)).as(absent).isFalse();
        }
        provider.finish(id);
        assertThat(look(id).get("fine_tuned_model").asString())
                .isEqualTo("gpt-4o-mini-2024-07-18.ft-" + id.substring(6) + "-ventas");
        assertThat(caller.delete("/fine_tuning/jobs/" + id).status()).isEqualTo(204);
        assertThat(caller.get("/fine_tuning/jobs/" + id).status()).isEqualTo(404);
    }

    @Test
    void any_status_can_be_set_and_holds_until_the_job_is_advanced() {
        String id = create(JobScript.happy(), TrainingFiles.chat(10));
        provider.setStatus(id, "compressing");
        assertThat(look(id).get("status").asString()).isEqualTo("compressing");
        provider.setStatus(id, "running");
        assertThat(look(id).get("status").asString()).isEqualTo("running");
        provider.fail(id, new Failure("internal_error", "Se fue la luz", null));
        assertThat(look(id).at("/error/message").asString()).isEqualTo("Se fue la luz");
        String other = provider.seedJob(JobSeed.in("queued"));
        provider.setStatus(other, "succeeded");
        assertThat(look(other).get("fine_tuned_model").asString()).startsWith("ft:");
    }

    @Test
    void a_suffix_can_choose_the_script() {
        provider.scriptForSuffix("falla", JobScript.failsTraining());
        String file = caller.uploaded(TrainingFiles.chat(10));
        String bad = caller.createJob(file, Map.of("suffix", "falla")).json().get("id").asString();
        String good = caller.createJob(file, Map.of("suffix", "bien")).json().get("id").asString();
        provider.finishAll();
        assertThat(provider.job(bad).status()).isEqualTo("failed");
        assertThat(provider.job(good).status()).isEqualTo("succeeded");
    }
}
