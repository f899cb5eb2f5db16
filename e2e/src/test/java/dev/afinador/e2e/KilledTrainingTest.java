package dev.afinador.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Real training, really killed.
class KilledTrainingTest {

    @Test
    void a_training_goes_on_after_its_process_was_killed_and_after_the_server_was()
            throws IOException {
        try (var afinador = AfinadorProcess.start(LocalTraining.options().toArray(String[]::new))) {
            String dataset =
                    afinador.api()
                            .addDataset("soporte.jsonl", Files.readString(LocalTraining.pairs()));
            String id =
                    afinador.api()
                            .post(
                                    ApiClient.JOBS,
                                    ApiClient.ask("local", dataset, "duro")
                                            .put("base_model", "afinador-nano"))
                            .expect(202)
                            .json()
                            .path("id")
                            .asString();

            awaitCheckpoints(afinador, id, 1);
            ProcessHandle training = training(afinador);
            training.destroyForcibly();
            awaitEnd(training);
            awaitCheckpoints(afinador, id, 2);
            assertThat(messages(afinador, id))
                    .anyMatch(message -> message.contains("from the checkpoint of step"));

            ProcessHandle orphan = training(afinador);
            afinador.kill();
            awaitEnd(orphan);
            afinador.restart();

            Awaitility.await("a job that succeeded")
                    .atMost(Duration.ofSeconds(150))
                    .until(() ->
                            afinador.api().job(id).path("status").asString().equals("succeeded"));
            JsonNode progress = afinador.api().job(id).path("progress");
            assertThat(progress.path("step").asLong())
                    .isEqualTo(progress.path("total_steps").asLong());
            Map<Long, Long> steps = new TreeMap<>();
            messages(afinador, id).stream()
                    .filter(message -> message.startsWith("Step "))
                    .map(message -> Long.parseLong(message.replaceAll("Step (\\d+).*", "$1")))
                    .forEach(step -> steps.merge(step, 1L, Long::sum));
            assertThat(steps)
                    .as("every step is told once, also those that were done twice")
                    .hasSize((int) progress.path("total_steps").asLong())
                    .allSatisfy((step, times) -> assertThat(times).isEqualTo(1));
        }
    }

    private static ProcessHandle training(AfinadorProcess afinador) {
        return Awaitility.await("a training process")
                .atMost(Duration.ofSeconds(60))
                .until(
                        () ->
                                afinador.children().stream()
                                        .filter(child ->
                                                child.info()
                                                        .commandLine()
                                                        .orElse("")
                                                        .contains("trainer.Main train"))
                                        .findFirst(),
                        found -> found.isPresent())
                .orElseThrow();
    }

    private static void awaitEnd(ProcessHandle process) {
        Awaitility.await("the end of " + process.pid())
                .atMost(Duration.ofSeconds(30))
                .until(() -> !process.isAlive());
    }

    private static void awaitCheckpoints(AfinadorProcess afinador, String id, int more) {
        long before = checkpoints(afinador, id);
        Awaitility.await("another checkpoint")
                .atMost(Duration.ofSeconds(90))
                .until(() -> checkpoints(afinador, id) >= before + more);
    }

    private static long checkpoints(AfinadorProcess afinador, String id) {
        return messages(afinador, id).stream()
                .filter(message -> message.startsWith("Checkpoint created"))
                .count();
    }

    /// All that the engine has told about the job.
    private static List<String> messages(AfinadorProcess afinador, String id) {
        List<String> all = new java.util.ArrayList<>();
        String after = null;
        do {
            JsonNode page =
                    afinador.api()
                            .get(
                                    ApiClient.JOBS
                                            + "/"
                                            + id
                                            + "/events?limit=100"
                                            + (after == null ? "" : "&after=" + after))
                            .expect(200)
                            .json();
            page.path("data").forEach(event -> all.add(event.path("message").asString()));
            JsonNode rows = page.path("data");
            after =
                    page.path("has_more").asBoolean(false)
                            ? rows.path(rows.size() - 1).path("id").asString()
                            : null;
        } while (after != null);
        return all;
    }
}
