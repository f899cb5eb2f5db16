package dev.afinador.testkit.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.testkit.TrainingFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ControlApiTest {
    private final FakeProvider provider =
            FakeProviderMain.start("--key", "sk-test-2", "--script", "stays_queued");
    private final Caller caller = new Caller(provider);
    private final Caller control = new Caller(provider.controlUrl().toString(), "");

    @AfterEach
    void stop() {
        caller.close();
        control.close();
        provider.close();
    }

    @Test
    void state_tells_jobs_counters_and_faults() {
        String id =
                caller.createJob(caller.uploaded(TrainingFiles.chat(10)))
                        .json()
                        .get("id")
                        .asString();
        control.post(
                "/faults", "{\"endpoint\":\"GET /models\",\"fault\":\"cut_before\",\"times\":1}");
        JsonNode state = control.get("/state").json();
        assertThat(state.at("/jobs/0/id").asString()).isEqualTo(id);
        assertThat(state.at("/jobs/0/script").asString()).isEqualTo("stays_queued");
        assertThat(state.get("counters").get("POST /fine_tuning/jobs").asInt()).isEqualTo(1);
        assertThat(state.at("/faults/0").asString()).startsWith("GET /models Cut");
    }

    @Test
    void jobs_are_advanced_moved_failed_and_forgotten() {
        String id = provider.seedJob(JobSeed.in("queued").script(JobScript.happy()));
        String job = "/jobs/" + id;
        assertThat(control.post(job + "/advance", "{\"times\":2}").json().get("status").asString())
                .isEqualTo("running");
        assertThat(control.post(job + "/progress", "{\"step\":42}").json().get("step").asInt())
                .isEqualTo(42);
        assertThat(
                        control.post(job + "/status", "{\"status\":\"paused\"}")
                                .json()
                                .get("status")
                                .asString())
                .isEqualTo("paused");
        JsonNode failed =
                control.post(
                                job + "/status",
                                "{\"status\":\"failed\",\"error\":{\"code\":\"x\",\"message\":\"m\"}}")
                        .json();
        assertThat(failed.get("error_code").asString()).isEqualTo("x");
        control.delete(job);
        assertThat(control.get(job).status()).isEqualTo(404);
    }

    @Test
    void jobs_are_seeded_and_everything_is_reset() {
        assertThat(control.post("/jobs", "{\"count\":5,\"status\":\"running\"}").json().get("ids"))
                .hasSize(5);
        control.post("/finish", "");
        assertThat(provider.jobs()).allMatch(job -> job.status().equals("succeeded"));
        control.post("/reset", "");
        assertThat(provider.jobs()).isEmpty();
        assertThat(provider.requests().count()).isZero();
    }

    @Test
    void mistakes_are_told() {
        assertThat(control.post("/faults", "{\"fault\":\"nada\"}").status()).isEqualTo(400);
        assertThat(control.post("/script", "{\"name\":\"nada\"}").status()).isEqualTo(400);
        assertThat(control.post("/webhooks/send", "{\"job\":\"a\",\"type\":\"b\"}").status())
                .isEqualTo(400);
        assertThat(control.get("/nada").status()).isEqualTo(404);
        assertThat(control.get("/jobs/ftjob-nadie").status()).isEqualTo(404);
    }

    @Test
    void control_is_neither_counted_nor_struck() {
        provider.faults().everywhere(Fault.cutBefore());
        assertThat(control.get("/counters").status()).isEqualTo(200);
        assertThat(provider.requests().count()).isZero();
    }

    @Test
    void the_command_line_refuses_what_it_does_not_know() {
        assertThatThrownBy(() -> FakeProviderMain.start("--nada", "1"))
                .hasMessageContaining("--nada");
        assertThatThrownBy(() -> FakeProviderMain.start("--port")).hasMessageContaining("--port");
        assertThatThrownBy(() -> FakeProviderMain.start("--fault", "x"))
                .hasMessageContaining("cut_after");
    }

    @Test
    void the_command_line_plans_faults() {
        try (var faulty =
                        FakeProviderMain.start("--fault", "JOBS_LIST=server_error", "--key", "k");
                var to = new Caller(faulty)) {
            assertThat(to.get("/fine_tuning/jobs").status()).isEqualTo(500);
        }
    }
}
