package dev.afinador.engine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.afinador.engine.EngineJob;
import dev.afinador.engine.EngineRig;
import dev.afinador.engine.Training;
import dev.afinador.engine.protocol.EngineHttp.Reply;
import dev.afinador.testkit.TrainingFiles;
import dev.afinador.work.TaskQueue.Next;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Jobs and models over the wire, with the traps that real clients fall into. Every answer is checked against the published
/// schema by the client.
class JobsProtocolTest {

    @TempDir static Path temp;
    private static EngineRig rig;
    private static EngineHttp http;
    private static String file;

    @BeforeAll
    static void start() {
        rig = new EngineRig(temp);
        http = new EngineHttp(rig);
        file = http.upload(TrainingFiles.chat(12), "fine-tune").json().path("id").stringValue();
    }

    @AfterAll
    static void stop() {
        http.close();
        rig.close();
    }

    private static String body(String more) {
        return "{\"model\":\"fake-nano\",\"training_file\":\"" + file + "\"" + more + "}";
    }

    private static JsonNode create(String more) {
        return http.post("/fine_tuning/jobs", body(more)).is(200).json();
    }

    private static String id(JsonNode json) {
        return json.path("id").stringValue();
    }

    private static EngineJob trained(String jobId) {
        rig.validation().run(jobId);
        Training training = rig.training();
        while (!(training.run(jobId) instanceof Next.Done)) {
            // the queue would do it again
        }
        return rig.jobs.get(jobId);
    }

    @Test
    void a_new_job_has_every_member_that_recorded_answers_have_and_no_empty_error() {
        JsonNode job = create(",\"suffix\":\"Mi Soporte\",\"seed\":7,\"metadata\":{\"a\":\"b\"}");

        assertThat(id(job)).matches("ftjob-[A-Za-z0-9]{24}");
        assertThat(job.path("status").stringValue()).isEqualTo("validating_files");
        assertThat(job.get("error").isNull()).as("null, not {}").isTrue();
        assertThat(job.path("result_files").isArray()).isTrue();
        assertThat(job.path("integrations").isArray()).isTrue();
        assertThat(job.path("user_provided_suffix").stringValue()).isEqualTo("Mi Soporte");
        assertThat(job.path("seed").asInt()).isEqualTo(7);
        assertThat(job.path("metadata").path("a").stringValue()).isEqualTo("b");
        assertThat(job.path("hyperparameters").toString())
                .isEqualTo(
                        "{\"n_epochs\":\"auto\",\"batch_size\":\"auto\",\"learning_rate_multiplier\":\"auto\"}");
        assertThat(job.path("method").path("type").stringValue()).isEqualTo("supervised");
        for (String member :
                List.of(
                        "finished_at",
                        "fine_tuned_model",
                        "validation_file",
                        "trained_tokens",
                        "estimated_finish")) {
            assertThat(job.get(member).isNull()).as(member).isTrue();
        }
        assertThat(http.get("/fine_tuning/jobs/" + id(job)).is(200).json()).isEqualTo(job);
    }

    @Test
    void hyperparameters_are_an_object_for_every_method_and_the_newer_place_wins() {
        JsonNode old = create(",\"hyperparameters\":{\"n_epochs\":3,\"batch_size\":\"auto\"}");
        assertThat(old.path("hyperparameters").path("n_epochs").asInt()).isEqualTo(3);

        JsonNode all =
                create(
                        ",\"hyperparameters\":{\"n_epochs\":3},\"method\":{\"type\":\"supervised\","
                                + "\"supervised\":{\"hyperparameters\":{\"n_epochs\":5,\"learning_rate_multiplier\":0.5}},"
                                + "\"dpo\":{\"hyperparameters\":{\"beta\":1}},\"reinforcement\":{\"grader\":{}}}");
        assertThat(all.path("hyperparameters").path("n_epochs").asInt()).isEqualTo(5);
        assertThat(all.path("hyperparameters").path("learning_rate_multiplier").asDouble())
                .isEqualTo(0.5);

        JsonNode dpo =
                create(
                        ",\"method\":{\"type\":\"dpo\",\"dpo\":{\"hyperparameters\":{\"beta\":0.2}}}");
        assertThat(dpo.path("hyperparameters").isObject()).isTrue();
        assertThat(dpo.path("method").path("dpo").path("hyperparameters").path("beta").asDouble())
                .isEqualTo(0.2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|training_file|",
                "{\"training_file\":\"FILE\"}|model|",
                "{\"model\":\"fake-nano\",\"training_file\":\"file-nobody\"}|training_file|invalid training_file: file-nobody",
                "{\"model\":\"fake-nano\",\"training_file\":7}|training_file|expected a string, but got a number",
                "{\"model\":\"fake-nano\",\"training_file\":\"FILE\",\"validation_file\":\"x\"}|validation_file|invalid validation_file: x",
                "{\"model\":\"gpt-9\",\"training_file\":\"FILE\"}||Model gpt-9 is not available for fine-tuning or does not exist.",
                "{\"model\":\"ft:fake-nano:local::nothere1\",\"training_file\":\"FILE\"}||is not available for fine-tuning",
                "BODY,\"seed\":-1}|seed|between 0 and 2147483647",
                "BODY,\"seed\":1.5}|seed|expected an integer",
                "BODY,\"suffix\":\"\"}|suffix|1 to 64",
                "BODY,\"method\":{\"type\":\"reinforcement\"}}|method.type|is not one of ['supervised', 'dpo']",
                "BODY,\"method\":{}}|method.type|required",
                "BODY,\"method\":\"dpo\"}|method|expected an object",
                "BODY,\"hyperparameters\":{\"n_epochs\":0}}|hyperparameters.n_epochs|1 to 50",
                "BODY,\"hyperparameters\":{\"n_epochs\":51}}|hyperparameters.n_epochs|1 to 50",
                "BODY,\"hyperparameters\":{\"n_epochs\":1e999999}}|hyperparameters.n_epochs|1 to 50",
                "BODY,\"hyperparameters\":{\"n_epochs\":\"many\"}}|hyperparameters.n_epochs|\"auto\" or a number",
                "BODY,\"hyperparameters\":{\"batch_size\":257}}|hyperparameters.batch_size|1 to 256",
                "BODY,\"hyperparameters\":{\"learning_rate_multiplier\":0}}|hyperparameters.learning_rate_multiplier|above 0",
                "BODY,\"hyperparameters\":{\"beta\":1}}|hyperparameters.beta|no hyperparameter of the method",
                "BODY,\"method\":{\"type\":\"dpo\",\"dpo\":{\"hyperparameters\":{\"beta\":3}}}}|method.dpo.hyperparameters.beta|at most 2",
                "BODY,\"metadata\":{\"a\":1}}|metadata.a|expected a string",
                "BODY,\"integrations\":[{\"type\":\"wandb\"}]}|integrations|not available here",
            })
    void a_wrong_request_is_refused_with_the_member_and_the_rule(
            String body, String param, String message) {
        Reply refused =
                http.post(
                                "/fine_tuning/jobs",
                                body.replace("BODY", body("").replaceAll("}$", ""))
                                        .replace("FILE", file))
                        .is(400);

        assertThat(refused.error().path("type").stringValue()).isEqualTo("invalid_request_error");
        assertThat(refused.error().path("param").asString(null)).isEqualTo(param);
        if (message != null) {
            assertThat(refused.error().path("message").stringValue()).contains(message);
        }
    }

    @Test
    void a_long_suffix_many_metadata_and_broken_json_are_refused() {
        assertThat(
                        http.post(
                                        "/fine_tuning/jobs",
                                        body(",\"suffix\":\"" + "ñ".repeat(65) + "\""))
                                .is(400)
                                .error()
                                .path("param")
                                .stringValue())
                .isEqualTo("suffix");
        create(",\"suffix\":\"" + "ñ".repeat(64) + "\"");
        ObjectNode pairs = EngineHttp.JSON.createObjectNode();
        IntStream.range(0, 17).forEach(i -> pairs.put("k" + i, "v"));
        http.post("/fine_tuning/jobs", body(",\"metadata\":" + pairs)).is(400);
        http.post("/fine_tuning/jobs", body(",\"metadata\":{\"" + "k".repeat(65) + "\":\"\"}"))
                .is(400);
        http.post("/fine_tuning/jobs", body(",\"metadata\":{\"k\":\"" + "v".repeat(513) + "\"}"))
                .is(400);
        for (String broken : List.of("", "[]", "{\"model\":", "null", "\"text\"")) {
            assertThat(
                            http.post("/fine_tuning/jobs", broken)
                                    .is(400)
                                    .error()
                                    .path("message")
                                    .stringValue())
                    .contains("could not parse the JSON body");
        }
    }

    @Test
    void members_that_are_null_are_as_good_as_absent() {
        JsonNode job =
                create(
                        ",\"suffix\":null,\"seed\":null,\"validation_file\":null,\"metadata\":null,\"method\":null,"
                                + "\"hyperparameters\":{\"n_epochs\":null},\"integrations\":[]");

        assertThat(job.get("metadata").isNull()).isTrue();
        assertThat(job.path("seed").asLong()).isBetween(0L, 2_147_483_647L);
    }

    @Test
    void lists_are_newest_first_and_turn_pages_by_the_last_element() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.addFirst(id(create(",\"metadata\":{\"lista\":\"una\"}")));
        }
        String filter = "metadata%5Blista%5D=una";

        JsonNode first = http.get("/fine_tuning/jobs?limit=2&" + filter).is(200).json();
        assertThat(ids(first)).isEqualTo(made.subList(0, 2));
        assertThat(first.path("has_more").booleanValue()).isTrue();
        assertThat(first.has("first_id")).as("the vendor has none here").isFalse();
        JsonNode rest =
                http.get("/fine_tuning/jobs?limit=10&after=" + made.get(1) + "&" + filter).json();
        assertThat(ids(rest)).isEqualTo(made.subList(2, 5));
        assertThat(rest.get("has_more").booleanValue()).as("said even when false").isFalse();
        assertThat(ids(http.get("/fine_tuning/jobs?limit=0&" + filter).is(200).json())).isEmpty();
        assertThat(ids(http.get("/fine_tuning/jobs").json())).hasSizeLessThanOrEqualTo(20);
        assertThat(
                        http.get("/fine_tuning/jobs?after=ftjob-nobody")
                                .is(400)
                                .error()
                                .path("param")
                                .stringValue())
                .isEqualTo("after");
        http.get("/fine_tuning/jobs?limit=ten").is(400);
        http.get("/fine_tuning/jobs?limit=-1").is(400);
    }

    private static List<String> ids(JsonNode list) {
        return list.path("data").valueStream().map(JobsProtocolTest::id).toList();
    }

    @Test
    void the_metadata_filter_takes_every_form_that_clients_send() {
        String with = id(create(",\"metadata\":{\"filtro\":\"a b\",\"vacio\":\"\"}"));
        String without = id(create(""));

        assertThat(ids(http.get("/fine_tuning/jobs?metadata%5Bfiltro%5D=a%20b").json()))
                .containsExactly(with);
        assertThat(ids(http.get("/fine_tuning/jobs?metadata[filtro]=a+b&metadata[vacio]=").json()))
                .as("raw brackets, two pairs, an empty value")
                .containsExactly(with);
        for (String none : List.of("metadata=null", "metadata=")) {
            assertThat(ids(http.get("/fine_tuning/jobs?limit=100&" + none).json()))
                    .as(none)
                    .contains(without)
                    .doesNotContain(with);
        }
        assertThat(ids(http.get("/fine_tuning/jobs?metadata%5Bfiltro%5D=otro").json())).isEmpty();
        http.get("/fine_tuning/jobs?metadata=null&metadata%5Ba%5D=b").is(400);
        http.get("/fine_tuning/jobs?metadata=x").is(400);
    }

    @Test
    void an_idempotency_key_gives_one_job_however_often_and_at_whatever_moment_it_is_sent()
            throws Exception {
        Map<String, String> key = Map.of("Idempotency-Key", "clave-1");
        List<CompletableFuture<Reply>> sent = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                sent.add(
                        CompletableFuture.supplyAsync(
                                () -> http.post("/fine_tuning/jobs", body(",\"seed\":3"), key),
                                threads));
            }
        }
        assertThat(sent.stream().map(f -> id(f.join().is(200).json())).distinct()).hasSize(1);

        Reply other = http.post("/fine_tuning/jobs", body(",\"seed\":4"), key);
        assertThat(other.is(400).error().path("code").stringValue())
                .isEqualTo("idempotency_key_reused");
        http.post("/fine_tuning/jobs", body(""), Map.of("Idempotency-Key", "k".repeat(256)))
                .is(400);
    }

    @Test
    void what_a_state_does_not_allow_is_a_bad_request_and_never_a_conflict() {
        String job = id(create(""));

        Reply paused = http.post("/fine_tuning/jobs/" + job + "/pause").is(400);
        assertThat(paused.error().path("message").stringValue())
                .isEqualTo("Cannot pause job " + job + ": its status is 'validating_files'.");
        http.post("/fine_tuning/jobs/" + job + "/resume").is(400);
        assertThat(
                        http.post("/fine_tuning/jobs/" + job + "/cancel")
                                .is(200)
                                .json()
                                .path("status")
                                .stringValue())
                .isEqualTo("cancelled");
        for (String verb : List.of("cancel", "pause", "resume")) {
            http.post("/fine_tuning/jobs/" + job + "/" + verb).is(400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/events", "/checkpoints", "/cancel", "/pause", "/resume"})
    void an_unknown_job_is_told_as_the_vendor_tells_it(String path) {
        Reply unknown =
                path.matches("/(cancel|pause|resume)")
                        ? http.post("/fine_tuning/jobs/ftjob-nobody" + path)
                        : http.get("/fine_tuning/jobs/ftjob-nobody" + path);

        assertThat(unknown.is(404).error().path("code").stringValue())
                .isEqualTo("fine_tune_not_found");
        assertThat(unknown.error().path("param").stringValue()).isEqualTo("fine_tune_id");
        assertThat(unknown.error().path("message").stringValue())
                .isEqualTo("Could not find fine tune: ftjob-nobody");
    }

    @Test
    void a_whole_life_has_events_checkpoints_a_result_file_and_models() {
        rig.script.clear().steps(4, 2);
        String job = id(create(",\"suffix\":\"vida\""));
        EngineJob done = trained(job);
        String model = done.state().fineTunedModel();

        JsonNode shown = http.get("/fine_tuning/jobs/" + job).is(200).json();
        assertThat(shown.path("status").stringValue()).isEqualTo("succeeded");
        assertThat(shown.path("fine_tuned_model").stringValue())
                .isEqualTo(model)
                .matches("ft:fake-nano:local:vida:[A-Za-z0-9]{8}");
        assertThat(shown.path("hyperparameters").path("n_epochs").asInt()).isEqualTo(4);
        assertThat(shown.path("hyperparameters").path("learning_rate_multiplier").asDouble())
                .isEqualTo(1.5);
        assertThat(shown.path("trained_tokens").asInt()).isEqualTo(400);
        assertThat(shown.path("finished_at").isNumber()).isTrue();

        List<JsonNode> events = new ArrayList<>();
        String after = "";
        JsonNode page;
        do { // as official clients turn pages
            page = http.get("/fine_tuning/jobs/" + job + "/events?limit=7" + after).is(200).json();
            page.path("data").forEach(events::add);
            after = "&after=" + id(events.getLast());
        } while (page.path("has_more").booleanValue());
        assertThat(events.stream().map(JobsProtocolTest::id)).doesNotHaveDuplicates();
        assertThat(events.getLast().path("message").stringValue())
                .isEqualTo("Created fine-tuning job: " + job);
        assertThat(events.getFirst().path("message").stringValue())
                .isEqualTo("The job has successfully completed");
        List<JsonNode> metrics =
                events.stream()
                        .filter(e -> e.path("type").stringValue().equals("metrics"))
                        .toList();
        assertThat(metrics).hasSize(8);
        assertThat(metrics.getFirst().path("message").stringValue())
                .isEqualTo("Step 8/8: training loss=1.67");
        assertThat(metrics.getFirst().path("data").path("step").isIntegralNumber()).isTrue();
        assertThat(metrics.getFirst().path("data").path("total_steps").asInt()).isEqualTo(8);
        assertThat(id(events.getFirst())).matches("ftevent-[A-Za-z0-9]{24}");

        JsonNode checkpoints = http.get("/fine_tuning/jobs/" + job + "/checkpoints").is(200).json();
        assertThat(checkpoints.path("data").valueStream().map(c -> c.path("step_number").asInt()))
                .containsExactly(8, 6, 4);
        assertThat(
                        checkpoints
                                .path("data")
                                .path(0)
                                .path("fine_tuned_model_checkpoint")
                                .stringValue())
                .isEqualTo(model);
        assertThat(checkpoints.path("first_id").stringValue())
                .isEqualTo(id(checkpoints.path("data").path(0)))
                .matches("ftckpt_[A-Za-z0-9]{24}");
        JsonNode second =
                http.get(
                                "/fine_tuning/jobs/"
                                        + job
                                        + "/checkpoints?limit=1&after="
                                        + checkpoints.path("first_id").stringValue())
                        .json();
        assertThat(second.path("has_more").booleanValue()).isTrue();
        assertThat(second.path("data").path(0).path("step_number").asInt()).isEqualTo(6);

        String result = shown.path("result_files").path(0).stringValue();
        JsonNode file = http.get("/files/" + result).is(200).json();
        assertThat(file.path("purpose").stringValue()).isEqualTo("fine-tune-results");
        assertThat(http.get("/files/" + result + "/content").text()).startsWith("step,train_loss");

        assertThat(ids(http.get("/models").is(200).json())).contains("fake-nano", model);
        JsonNode shownModel = http.get("/models/" + model).is(200).json();
        assertThat(shownModel.path("owned_by").stringValue()).isEqualTo("local");
        http.get("/models/" + model.replace(":", "%3A")).is(200);
        String early =
                checkpoints.path("data").path(1).path("fine_tuned_model_checkpoint").stringValue();
        assertThat(early).endsWith(":ckpt-step-6");
        http.get("/models/" + early).is(200);
        http.delete("/models/" + early).is(200);
        http.get("/models/" + early).is(404);
        http.delete("/models/" + model).is(200);
        Reply gone = http.get("/models/" + model).is(404);
        assertThat(gone.error().path("message").stringValue())
                .isEqualTo("The model '" + model + "' does not exist");
        assertThat(rig.folder.job(job).resolve("checkpoints/step-8")).doesNotExist();
        http.delete("/models/" + model).is(404);
        http.delete("/models/fake-nano").is(403);
    }

    @Test
    void a_pause_is_answered_when_it_has_happened_and_a_resumed_job_waits_in_the_queue() {
        rig.script.clear().steps(2, 4).waitAfter(5);
        String job = id(create(""));
        rig.validation().run(job);
        CompletableFuture<Next> training =
                CompletableFuture.supplyAsync(() -> rig.training().run(job));
        await().until(() -> rig.steps(job).contains(5L));
        assertThat(http.get("/fine_tuning/jobs/" + job).json().path("status").stringValue())
                .isEqualTo("running");

        JsonNode paused = http.post("/fine_tuning/jobs/" + job + "/pause").is(200).json();

        assertThat(paused.path("status").stringValue()).isEqualTo("paused");
        assertThat(training.join()).isInstanceOf(Next.Done.class);
        http.post("/fine_tuning/jobs/" + job + "/pause").is(400);
        assertThat(
                        http.post("/fine_tuning/jobs/" + job + "/resume")
                                .is(200)
                                .json()
                                .path("status")
                                .stringValue())
                .isEqualTo("queued");
        http.post("/fine_tuning/jobs/" + job + "/cancel").is(200);
        JsonNode cancelled = http.get("/fine_tuning/jobs/" + job).json();
        assertThat(cancelled.path("status").stringValue()).isEqualTo("cancelled");
        assertThat(cancelled.get("finished_at").isNull()).isTrue();
        assertThat(cancelled.get("trained_tokens").isNull()).isTrue();
        rig.script.clear();
    }

    private static JsonNode failed(String content, String purposeMethod) {
        String id = http.upload(content, "fine-tune").json().path("id").stringValue();
        JsonNode job =
                http.post(
                                "/fine_tuning/jobs",
                                "{\"model\":\"fake-nano\",\"training_file\":\""
                                        + id
                                        + "\",\"method\":{\"type\":\""
                                        + purposeMethod
                                        + "\"}}")
                        .is(200)
                        .json();
        rig.validation().run(id(job));
        JsonNode failed = http.get("/fine_tuning/jobs/" + id(job)).json();
        assertThat(failed.path("status").stringValue()).isEqualTo("failed");
        assertThat(failed.get("finished_at").isNull()).isTrue();
        return failed.path("error");
    }

    @Test
    void a_file_with_too_few_examples_fails_the_job_in_the_vendors_words() {
        JsonNode error = failed(TrainingFiles.chat(7), "supervised");

        assertThat(error.path("code").stringValue()).isEqualTo("invalid_n_examples");
        assertThat(error.path("message").stringValue())
                .isEqualTo("Training file has 7 example(s), but must have at least 10 examples");
        assertThat(error.path("param").stringValue()).isEqualTo("training_file");
    }

    @Test
    void a_broken_file_fails_the_job_with_the_lines_that_are_broken() {
        JsonNode error = failed(TrainingFiles.chatWithBrokenLine(12, 5), "supervised");

        assertThat(error.path("code").stringValue()).isEqualTo("invalid_training_file");
        assertThat(error.path("message").stringValue())
                .startsWith(
                        "The job failed due to an invalid training file. Invalid file format. Line 5");
        assertThat(
                        failed(TrainingFiles.chatWithoutRole(12, 3, 2), "supervised")
                                .path("message")
                                .stringValue())
                .contains("Line 3")
                .contains("messages[1]");
    }

    @Test
    void a_file_of_another_method_fails_the_job_by_naming_both() {
        assertThat(failed(TrainingFiles.chat(12), "dpo").path("message").stringValue())
                .contains("fine-tune-chat", "method=dpo");
        assertThat(
                        failed(TrainingFiles.preferences(12), "supervised")
                                .path("message")
                                .stringValue())
                .contains("fine-tune-preference", "method=supervised");
    }

    @Test
    void a_file_that_was_deleted_before_it_was_checked_fails_the_job() {
        String id =
                http.upload(TrainingFiles.chat(12), "fine-tune").json().path("id").stringValue();
        String job =
                id(
                        http.post(
                                        "/fine_tuning/jobs",
                                        "{\"model\":\"fake-nano\",\"training_file\":\""
                                                + id
                                                + "\"}")
                                .json());
        http.delete("/files/" + id);
        rig.validation().run(job);

        JsonNode error = http.get("/fine_tuning/jobs/" + job).json().path("error");
        assertThat(error.path("code").stringValue()).isEqualTo("deleted_training_file");
        assertThat(error.path("message").stringValue())
                .isEqualTo("The job failed because the training file was deleted");
    }

    @Test
    void a_key_that_is_missing_or_wrong_is_told_as_the_vendor_tells_it_without_repeating_it() {
        Reply wrong =
                http.send(
                        "GET",
                        "/models",
                        null,
                        Map.of("Authorization", "Bearer sk-equivocada-0123456789"));
        assertThat(wrong.is(401).error().path("code").stringValue()).isEqualTo("invalid_api_key");
        assertThat(wrong.error().path("message").stringValue())
                .startsWith("Incorrect API key provided: sk-********6789.")
                .doesNotContain("equivocada");
        for (String other : List.of("Basic abc", "Bearer", "Bearer ")) {
            assertThat(
                            http.send(
                                            "GET",
                                            "/fine_tuning/jobs",
                                            null,
                                            Map.of("Authorization", other))
                                    .is(401)
                                    .error()
                                    .path("message")
                                    .stringValue())
                    .startsWith("You didn't provide an API key");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/_stainless_unknown_path", "", "/fine_tuning", "/files/a/b/c"})
    void an_unknown_path_is_not_found_in_the_vendors_shape(String path) {
        Reply unknown = http.get(path).is(404);

        assertThat(unknown.error().path("message").stringValue())
                .startsWith("Invalid URL (GET /engine/v1");
    }

    @Test
    void a_body_in_another_encoding_or_media_type_is_read_all_the_same() {
        Reply created =
                http.send(
                        "POST",
                        "/fine_tuning/jobs",
                        BodyPublishers.ofString(body("")),
                        Map.of("Content-Type", "text/plain", "Accept", "application/binary"));

        created.is(200);
    }
}
