package dev.afinador.testkit.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.testkit.SettableClock;
import dev.afinador.testkit.TrainingFiles;
import java.net.ConnectException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class FakeProviderTest {
    private final SettableClock clock = SettableClock.at("2026-11-23T10:00:00Z");
    private final FakeProvider provider = FakeProvider.builder().clock(clock).start();
    private final Caller caller = new Caller(provider);

    @AfterEach
    void stop() {
        caller.close();
        provider.close();
    }

    @Test
    void an_uploaded_file_can_be_read_listed_downloaded_and_deleted() {
        String text = TrainingFiles.chat(12);
        var uploaded = caller.upload("fine-tune", "name=\"file\"; filename=\"ventas.jsonl\"", text);
        assertThat(uploaded.status()).isEqualTo(200);
        JsonNode file = uploaded.json();
        assertThat(file.get("id").asString()).matches("file-[0-9A-Za-z]{22}");
        assertThat(file.get("object").asString()).isEqualTo("file");
        assertThat(file.get("filename").asString()).isEqualTo("ventas.jsonl");
        assertThat(file.get("purpose").asString()).isEqualTo("fine-tune");
        assertThat(file.get("status").asString()).isEqualTo("processed");
        assertThat(file.get("bytes").asInt())
                .isEqualTo(text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
        assertThat(file.get("created_at").asLong()).isEqualTo(clock.instant().getEpochSecond());

        String path = "/files/" + file.get("id").asString();
        assertThat(caller.get(path).json()).isEqualTo(file);
        assertThat(caller.get(path + "/content").response().body()).isEqualTo(text);
        JsonNode list = caller.get("/files?purpose=fine-tune").json();
        assertThat(list.get("data").get(0)).isEqualTo(file);
        assertThat(list.get("has_more").asBoolean()).isFalse();
        assertThat(list.get("first_id")).isEqualTo(file.get("id"));
        assertThat(list.get("last_id")).isEqualTo(file.get("id"));
        assertThat(caller.get("/files?purpose=batch").json().get("data")).isEmpty();
        assertThat(caller.delete(path).json().get("deleted").asBoolean()).isTrue();

        var gone = caller.get(path);
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.json().at("/error/message").asString())
                .startsWith("No such File object: file-");
        assertThat(gone.json().at("/error/param").asString()).isEqualTo("id");
        assertThat(gone.json().at("/detail/message").asString()).startsWith("No such File object");
    }

    @Test
    void a_file_part_without_filename_is_taken() {
        var uploaded = caller.upload("fine-tune", "name=\"file\"", "{}\n");
        assertThat(uploaded.status()).isEqualTo(200);
        assertThat(uploaded.json().get("filename").asString()).isEqualTo("upload");
    }

    @Test
    void a_wrong_purpose_is_refused() {
        var refused = caller.upload("entrenar", "name=\"file\"; filename=\"a\"", "{}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("/error/param").asString()).isEqualTo("purpose");
    }

    @Test
    void a_created_job_has_the_recorded_shape() {
        String file = caller.uploaded(TrainingFiles.chat(10));
        var created =
                caller.createJob(
                        file,
                        Map.of(
                                "suffix",
                                "ventas",
                                "seed",
                                7,
                                "metadata",
                                Map.of("afinador_job", "0198"),
                                "method",
                                Map.of(
                                        "type",
                                        "supervised",
                                        "supervised",
                                        Map.of("hyperparameters", Map.of("n_epochs", 4)))));
        assertThat(created.status()).isEqualTo(200);
        assertThat(created.header("x-request-id")).startsWith("req_");
        assertThat(created.header("Date")).isEqualTo("Mon, 23 Nov 2026 10:00:00 GMT");
        JsonNode job = created.json();
        assertThat(job.get("object").asString()).isEqualTo("fine_tuning.job");
        assertThat(job.get("id").asString()).matches("ftjob-[0-9A-Za-z]{24}");
        assertThat(job.get("model").asString()).isEqualTo("gpt-4o-mini-2024-07-18");
        assertThat(job.get("status").asString()).isEqualTo("validating_files");
        assertThat(job.get("created_at").asLong()).isEqualTo(clock.instant().getEpochSecond());
        assertThat(job.get("training_file").asString()).isEqualTo(file);
        assertThat(job.get("organization_id").asString()).isEqualTo(provider.organization());
        for (String nothingYet :
                List.of(
                        "finished_at",
                        "fine_tuned_model",
                        "validation_file",
                        "trained_tokens",
                        "estimated_finish",
                        "usage_metrics",
                        "eval_id")) {
            assertThat(job.get(nothingYet).isNull()).as(nothingYet).isTrue();
        }
        assertThat(job.get("result_files")).isEmpty();
        assertThat(job.get("error").isObject()).isTrue();
        assertThat(job.get("error")).isEmpty();
        assertThat(job.get("seed").asInt()).isEqualTo(7);
        assertThat(job.get("user_provided_suffix").asString()).isEqualTo("ventas");
        assertThat(job.at("/hyperparameters/n_epochs").asInt()).isEqualTo(4);
        assertThat(job.at("/hyperparameters/batch_size").asString()).isEqualTo("auto");
        assertThat(job.at("/method/type").asString()).isEqualTo("supervised");
        assertThat(job.at("/method/supervised/hyperparameters/n_epochs").asInt()).isEqualTo(4);
        assertThat(job.at("/metadata/afinador_job").asString()).isEqualTo("0198");

        assertThat(caller.get("/fine_tuning/jobs/" + job.get("id").asString()).json())
                .isEqualTo(job);
    }

    @Test
    void what_cannot_be_created_is_refused_with_the_vendors_words() {
        String file = caller.uploaded(TrainingFiles.chat(10));
        assertRefused(
                caller.createJob("file-nada"), "training_file", "invalid training_file: file-nada");
        assertRefused(
                caller.createJob(file, Map.of("validation_file", "file-nada")),
                "validation_file",
                "invalid validation_file: file-nada");
        var model = caller.createJob(file, Map.of("model", "abuela-7b"));
        assertThat(model.status()).isEqualTo(400);
        assertThat(model.json().at("/error/code").asString()).isEqualTo("model_not_available");
        assertRefused(caller.createJob(file, Map.of("suffix", "x".repeat(65))), "suffix", "suffix");
        assertRefused(
                caller.createJob(file, Map.of("hyperparameters", Map.of("n_epochs", 51))),
                "hyperparameters.n_epochs",
                "range");
        assertThat(caller.post("/fine_tuning/jobs", "[1]").status()).isEqualTo(400);
        assertThat(caller.post("/fine_tuning/jobs", "{\"model\":").status()).isEqualTo(400);
        assertThat(provider.jobs()).isEmpty();
    }

    private static void assertRefused(Caller.Reply reply, String param, String message) {
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().at("/error/type").asString()).isEqualTo("invalid_request_error");
        assertThat(reply.json().at("/error/param").asString()).isEqualTo(param);
        assertThat(reply.json().at("/error/message").asString()).contains(message);
    }

    @Test
    void jobs_come_newest_first_in_pages_that_join_without_gap() {
        List<String> ids = provider.seedJobs(25, i -> JobSeed.in("queued"));
        List<String> seen = new ArrayList<>();
        JsonNode page = caller.get("/fine_tuning/jobs?limit=10").json();
        while (true) {
            assertThat(page.has("first_id")).isFalse();
            page.get("data").forEach(job -> seen.add(job.get("id").asString()));
            if (!page.get("has_more").asBoolean()) {
                break;
            }
            page = caller.get("/fine_tuning/jobs?limit=10&after=" + seen.getLast()).json();
        }
        assertThat(seen).containsExactlyElementsOf(ids.reversed());
        assertThat(caller.get("/fine_tuning/jobs").json().get("data")).hasSize(20);
        assertThat(caller.get("/fine_tuning/jobs?limit=0").json().get("data")).isEmpty();
        assertThat(caller.get("/fine_tuning/jobs?limit=101").status()).isEqualTo(400);
    }

    @Test
    void the_metadata_filter_knows_pairs_and_absence() {
        String one =
                provider.seedJob(JobSeed.in("queued").metadata(Map.of("equipo", "a b", "n", "1")));
        provider.seedJob(JobSeed.in("queued").metadata(Map.of("equipo", "a b", "n", "2")));
        String bare = provider.seedJob(JobSeed.in("queued"));
        assertThat(ids("/fine_tuning/jobs?metadata%5Bequipo%5D=a%20b&metadata%5Bn%5D=1"))
                .containsExactly(one);
        assertThat(ids("/fine_tuning/jobs?metadata%5Bequipo%5D=a%20b")).hasSize(2);
        assertThat(ids("/fine_tuning/jobs?metadata=null")).containsExactly(bare);
        assertThat(ids("/fine_tuning/jobs?metadata=")).containsExactly(bare);
        assertThat(ids("/fine_tuning/jobs")).hasSize(3);
    }

    private List<String> ids(String path) {
        List<String> ids = new ArrayList<>();
        caller.get(path)
                .json()
                .get("data")
                .forEach(element -> ids.add(element.get("id").asString()));
        return ids;
    }

    @Test
    void events_and_checkpoints_of_a_finished_job_have_the_recorded_shape() {
        String validation = caller.uploaded(TrainingFiles.chat(5));
        String id =
                caller.createJob(
                                caller.uploaded(TrainingFiles.chat(10)),
                                Map.of("validation_file", validation))
                        .json()
                        .get("id")
                        .asString();
        provider.finish(id);
        JsonNode job = caller.get("/fine_tuning/jobs/" + id).json();
        assertThat(job.get("status").asString()).isEqualTo("succeeded");
        assertThat(job.get("fine_tuned_model").asString())
                .matches("ft:gpt-4o-mini-2024-07-18:afinador::[0-9A-Za-z]{8}");
        assertThat(job.get("finished_at").asLong()).isPositive();
        assertThat(job.get("trained_tokens").asLong()).isPositive();
        assertThat(job.at("/hyperparameters/n_epochs").asInt()).isEqualTo(10);
        assertThat(job.at("/hyperparameters/batch_size").asInt()).isEqualTo(1);

        JsonNode checkpoints = caller.get("/fine_tuning/jobs/" + id + "/checkpoints").json();
        List<Integer> steps = new ArrayList<>();
        checkpoints
                .get("data")
                .forEach(checkpoint -> steps.add(checkpoint.get("step_number").asInt()));
        assertThat(steps).containsExactly(100, 90, 80);
        JsonNode last = checkpoints.get("data").get(0);
        assertThat(last.get("id").asString()).matches("ftckpt_[0-9A-Za-z]{24}");
        assertThat(last.get("fine_tuned_model_checkpoint")).isEqualTo(job.get("fine_tuned_model"));
        assertThat(checkpoints.at("/data/1/fine_tuned_model_checkpoint").asString())
                .endsWith(":ckpt-step-90");
        assertThat(last.at("/metrics/type").asString()).isEqualTo("supervised");
        assertThat(last.get("fine_tuning_job_id").asString()).isEqualTo(id);
        assertThat(checkpoints.get("first_id")).isEqualTo(last.get("id"));

        JsonNode events = caller.get("/fine_tuning/jobs/" + id + "/events?limit=100").json();
        assertThat(events.at("/data/0/message").asString())
                .isEqualTo("The job has successfully completed");
        assertThat(events.get("has_more").asBoolean()).isTrue();
        List<JsonNode> metrics = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        while (true) {
            for (JsonNode event : events.get("data")) {
                assertThat(event.get("id").asString()).matches("ftevent-[0-9A-Za-z]{24}");
                assertThat(seen.add(event.get("id").asString())).isTrue();
                if (event.get("type").asString().equals("metrics")) {
                    metrics.add(event.get("data"));
                }
            }
            if (!events.get("has_more").asBoolean()) {
                break;
            }
            String after =
                    events.get("data").get(events.get("data").size() - 1).get("id").asString();
            events =
                    caller.get("/fine_tuning/jobs/" + id + "/events?limit=100&after=" + after)
                            .json();
        }
        assertThat(metrics).hasSize(100);
        assertThat(metrics.getFirst().get("step").asInt()).isEqualTo(100);
        assertThat(metrics.getFirst().get("total_steps").asInt()).isEqualTo(100);
        assertThat(metrics.getFirst().get("train_loss").asDouble())
                .isLessThan(metrics.getLast().get("train_loss").asDouble() / 2);
        assertThat(metrics.getFirst().has("full_valid_loss")).isTrue();
        assertThat(metrics.getFirst().get("train_mean_token_accuracy").asDouble())
                .isBetween(0.5, 1.0);

        String result = job.at("/result_files/0").asString();
        assertThat(caller.get("/files/" + result + "/content").response().body().lines())
                .hasSize(101)
                .first()
                .isEqualTo("step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy");
    }

    @Test
    void models_are_listed_with_what_was_tuned_and_only_that_can_be_deleted() {
        String id =
                caller.createJob(caller.uploaded(TrainingFiles.chat(10)))
                        .json()
                        .get("id")
                        .asString();
        provider.finish(id);
        String tuned = provider.job(id).fineTunedModel();
        JsonNode list = caller.get("/models").json();
        assertThat(list.has("has_more")).isFalse();
        assertThat(ids("/models")).contains("gpt-4o-mini-2024-07-18", tuned, "gpt-3.5-turbo-0125");
        JsonNode model = caller.get("/models/" + tuned).json();
        assertThat(model.get("object").asString()).isEqualTo("model");
        assertThat(model.get("owned_by").asString()).isEqualTo("afinador");
        assertThat(model.get("shutdown_date").isNull()).isTrue();
        assertThat(caller.get("/models/gpt-4o").json().get("shutdown_date").asString())
                .isEqualTo("2027-01-14");
        assertThat(caller.delete("/models/gpt-4o-2024-08-06").status()).isEqualTo(403);
        assertThat(caller.delete("/models/" + tuned).json().get("deleted").asBoolean()).isTrue();
        var gone = caller.get("/models/" + tuned);
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.json().at("/error/code").asString()).isEqualTo("model_not_found");
    }

    @Test
    void chat_names_its_model_as_json_and_as_a_stream() {
        String body =
                "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"¿Hay pan?\"}]%s}";
        JsonNode whole = caller.post("/chat/completions", body.formatted("")).json();
        assertThat(whole.get("object").asString()).isEqualTo("chat.completion");
        String text = whole.at("/choices/0/message/content").asString();
        assertThat(text).isEqualTo("gpt-4o-mini responde: ¿Hay pan?");
        assertThat(whole.at("/usage/total_tokens").asInt()).isPositive();

        var stream =
                caller.post(
                        "/chat/completions",
                        body.formatted(
                                ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
        List<String> lines =
                stream.response().body().lines().filter(line -> !line.isEmpty()).toList();
        assertThat(lines.getLast()).isEqualTo("data: [DONE]");
        var told = new StringBuilder();
        for (String line : lines.subList(0, lines.size() - 1)) {
            JsonNode chunk = Json.parse(line.substring("data: ".length()));
            told.append(chunk.at("/choices/0/delta/content").asString(""));
        }
        assertThat(told.toString()).isEqualTo(text);
        assertThat(
                        Json.parse(lines.get(lines.size() - 2).substring(6))
                                .at("/usage/total_tokens")
                                .asInt())
                .isPositive();
        assertThat(
                        caller.post(
                                        "/chat/completions",
                                        body.formatted("").replace("gpt-4o-mini", "nadie"))
                                .status())
                .isEqualTo(404);
    }

    @Test
    void a_wrong_key_is_refused_and_told_masked_only() {
        try (var stranger = new Caller(provider.baseUrl(), "sk-wrong-but-long-9876")) {
            var refused = stranger.get("/models");
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.json().at("/error/code").asString()).isEqualTo("invalid_api_key");
            assertThat(refused.response().body()).contains("9876").doesNotContain("wrong-but-long");
            assertThat(refused.header("x-request-id")).isNotEmpty();
        }
        try (var nobody = new Caller(provider.baseUrl(), "")) {
            assertThat(nobody.get("/models").status()).isEqualTo(401);
        }
    }

    @Test
    void unknown_addresses_and_jobs_are_404_in_the_protocols_form() {
        assertThat(caller.get("/_stainless_unknown_path").status()).isEqualTo(404);
        var unknown = caller.get("/fine_tuning/jobs/ftjob-nadie");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.json().at("/error/code").asString()).isEqualTo("fine_tune_not_found");
        assertThat(unknown.json().at("/error/param").asString()).isEqualTo("fine_tune_id");
    }

    @Test
    void calls_are_counted_by_template_and_logged_without_the_key() {
        String id = provider.seedJob(JobSeed.in("running"));
        caller.get("/fine_tuning/jobs/" + id);
        caller.get("/fine_tuning/jobs/" + id + "?key=" + provider.key());
        caller.get("/models");
        assertThat(provider.requests().count(Endpoint.JOBS_GET)).isEqualTo(2);
        assertThat(provider.requests().counts())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("GET /fine_tuning/jobs/{id}", 2L, "GET /models", 1L));
        assertThat(provider.requests().entries())
                .extracting(RequestLog.Entry::target)
                .contains("/v1/fine_tuning/jobs/" + id)
                .noneMatch(target -> target.contains(provider.key()));
    }

    @Test
    void it_goes_away_and_comes_back_with_its_jobs_on_the_same_port() {
        String id = provider.seedJob(JobSeed.in("running"));
        String base = provider.baseUrl();
        provider.stop();
        assertThatThrownBy(() -> caller.get("/models")).hasCauseInstanceOf(ConnectException.class);
        provider.restart();
        assertThat(provider.baseUrl()).isEqualTo(base);
        assertThat(caller.get("/fine_tuning/jobs/" + id).status()).isEqualTo(200);
    }

    @Test
    void a_job_can_be_seeded_with_a_known_id_and_age() {
        provider.seedJob(JobSeed.in("running"));
        String id =
                provider.seedJob(
                        JobSeed.in("queued")
                                .id("ftjob-ddfvCr8xa0rAOlfWqFcTMqBO")
                                .model("gpt-3.5-turbo-0125")
                                .createdAt(Instant.parse("2025-11-16T15:31:21Z")));
        JsonNode job = caller.get("/fine_tuning/jobs/" + id).json();
        assertThat(job.get("id").asString()).isEqualTo("ftjob-ddfvCr8xa0rAOlfWqFcTMqBO");
        assertThat(job.get("created_at").asLong()).isEqualTo(1763307081L);
        assertThat(ids("/fine_tuning/jobs")).last().isEqualTo(id);
    }

    @Test
    void ten_thousand_jobs_are_seeded_and_paged_quickly_enough_to_be_used() {
        provider.seedJobs(10_000, i -> JobSeed.in(i % 100 == 0 ? "running" : "succeeded"));
        JsonNode page = caller.get("/fine_tuning/jobs?limit=100").json();
        assertThat(page.get("data")).hasSize(100);
        assertThat(page.get("has_more").asBoolean()).isTrue();
        assertThat(provider.jobs().stream().filter(job -> job.status().equals("running")))
                .hasSize(100);
    }
}
