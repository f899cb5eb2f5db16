package dev.afinador.e2e;

import static dev.afinador.e2e.ApiClient.DATASETS;
import static dev.afinador.e2e.ApiClient.JOBS;
import static dev.afinador.e2e.ApiClient.MODELS;
import static dev.afinador.e2e.ApiClient.PROVIDERS;
import static dev.afinador.e2e.ApiClient.object;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.testkit.TrainingFiles;
import dev.afinador.testkit.provider.Endpoint;
import dev.afinador.testkit.provider.Failure;
import dev.afinador.testkit.provider.FakeProvider;
import dev.afinador.testkit.provider.Fault;
import dev.afinador.testkit.provider.JobScript;
import dev.afinador.testkit.provider.JobSeed;
import dev.afinador.testkit.provider.RequestLog;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Whole lives of jobs over the API. One server for all tests; every test has a provider and an account of its own.
class LifeTest {

    private static final String SECRET = "whsec_" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    private static AfinadorProcess afinador;
    private static ApiClient api;
    private static String dataset;
    private static int accounts;

    private FakeProvider provider;
    private String account;

    @BeforeAll
    static void start() {
        afinador =
                AfinadorProcess.start(
                        "--afinador.sync.interval=1s",
                        "--afinador.sync.freshness=1s",
                        "--afinador.submission.settle=3s");
        api = afinador.api();
        dataset = api.addDataset("ventas.jsonl", TrainingFiles.chat(30));
    }

    @AfterAll
    static void stop() {
        afinador.close();
    }

    @BeforeEach
    void open() {
        provider = FakeProvider.builder().script(JobScript.staysQueued()).start();
        account = api.addProvider("Cuenta " + ++accounts, provider, SECRET);
    }

    @AfterEach
    void close() {
        provider.finishAll();
        provider.close();
    }

    private JsonNode awaitJob(String id, String what, Predicate<JsonNode> state) {
        JsonNode[] last = new JsonNode[1];
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    last[0] = api.job(id);
                    return state.test(last[0]);
                });
        return last[0];
    }

    private static Predicate<JsonNode> has(String field, String value) {
        return job -> job.path(field).asString("").equals(value);
    }

    private static Predicate<JsonNode> accepted() {
        return job -> job.path("openai_job_id").isString();
    }

    /// A job that the provider has; gives its two ids.
    private String[] accepted(String suffix) {
        String id = api.start(account, dataset, suffix);
        return new String[] {
            id, awaitJob(id, "accepted", accepted()).path("openai_job_id").asString()
        };
    }

    @Test
    void a_job_lives_from_its_start_to_an_active_model() {
        provider.script(JobScript.staysRunning().withTotalSteps(40));
        try (var stream = new JobStream(api)) {
            String id = api.start(account, dataset, "vida");
            // A stream tells of what is, not of every state in between: those that the provider
            // holds are certain to be heard.
            String remote =
                    stream.await(id, "accepted", accepted()).path("openai_job_id").asString();
            stream.await(id, "validating", has("phase", "validating"));
            provider.advance(remote);
            stream.await(id, "queued", has("phase", "queued"));
            for (int step : List.of(4, 12, 20, 28, 36)) {
                provider.progress(remote, step);
                stream.await(
                        id, "step " + step, j -> j.path("progress").path("step").asInt() == step);
            }
            provider.finish(remote);
            JsonNode done = stream.await(id, "succeeded", has("status", "succeeded"));
            assertThat(done.path("fine_tuned_model").asString()).startsWith("ft:");
            assertThat(done.path("progress").path("percent").asInt()).isEqualTo(100);
            assertThat(done.path("finished_at").isNull()).isFalse();

            List<Integer> percents =
                    stream.statesOf(id).stream()
                            .map(j -> j.path("progress").path("percent"))
                            .filter(JsonNode::isNumber)
                            .map(JsonNode::asInt)
                            .toList();
            assertThat(percents).isSorted();
            assertThat(Set.copyOf(percents)).hasSizeGreaterThan(4);
            assertThat(
                            stream.statesOf(id).stream()
                                    .map(j -> j.path("status").asString())
                                    .distinct())
                    .containsExactly("pending", "running", "succeeded");
            hasEverythingOnce(id);
            activates(id, done.path("fine_tuned_model").asString());
        }
    }

    private void hasEverythingOnce(String id) {
        Awaitility.await("events, metrics and checkpoints are complete")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> {
                    List<String> messages =
                            list(JOBS + "/" + id + "/events?limit=500").stream()
                                    .map(e -> e.path("message").asString())
                                    .toList();
                    assertThat(messages.stream().filter(m -> m.startsWith("Step "))).hasSize(40);
                    List<JsonNode> metrics = list(JOBS + "/" + id + "/metrics");
                    assertThat(
                                    metrics.stream()
                                            .filter(m ->
                                                    m.path("name").asString().equals("train_loss"))
                                            .map(m -> m.path("step").asInt()))
                            .hasSize(40)
                            .doesNotHaveDuplicates();
                    assertThat(
                                    list(JOBS + "/" + id + "/checkpoints").stream()
                                            .map(c -> c.path("id").asString()))
                            .isNotEmpty()
                            .doesNotHaveDuplicates();
                });
        assertThat(
                        list(JOBS + "/" + id + "/events?limit=500").stream()
                                .map(e -> e.path("id").asString()))
                .doesNotHaveDuplicates();
    }

    private void activates(String id, String model) {
        String alias = "vida-" + accounts;
        assertThat(
                        api.post(JOBS + "/" + id + "/activate", object().put("alias", alias))
                                .expect(200)
                                .json()
                                .path("model")
                                .asString())
                .isEqualTo(model);
        JsonNode checkpoint =
                list(JOBS + "/" + id + "/checkpoints").stream()
                        .filter(c -> !c.path("model").asString().equals(model))
                        .findFirst()
                        .orElseThrow();
        api.post(
                        JOBS + "/" + id + "/activate",
                        object().put("alias", alias)
                                .put("checkpoint_id", checkpoint.path("id").asString())
                                .put("reason", "a prueba"))
                .expect(200);
        JsonNode back =
                api.post(MODELS + "/aliases/" + alias + "/rollback", null).expect(200).json();
        assertThat(back.path("model").asString()).isEqualTo(model);
        assertThat(back.path("rollback_of").asInt()).isEqualTo(2);
        JsonNode active = api.get(MODELS + "/active?alias=" + alias).expect(200).json();
        assertThat(active.path("model").asString()).isEqualTo(model);
        assertThat(active.path("base_url").asString()).isEqualTo(provider.baseUrl());
        assertThat(
                        list(MODELS + "/aliases/" + alias + "/activations").stream()
                                .map(a -> a.path("number").asInt()))
                .containsExactly(3, 2, 1);
    }

    private List<JsonNode> list(String path) {
        return api.get(path).expect(200).json().path("data").valueStream().toList();
    }

    @Test
    void a_queued_and_a_running_job_can_be_cancelled() {
        String[] queued = accepted("en-cola");
        String[] running = accepted("en-marcha");
        provider.progress(running[1], 1);
        awaitJob(running[0], "running", has("status", "running"));
        for (String[] job : List.of(queued, running)) {
            api.post(JOBS + "/" + job[0] + "/cancel", null).expect(202);
            awaitJob(job[0], "cancelled", has("status", "cancelled"));
            assertThat(provider.job(job[1]).status()).isEqualTo("cancelled");
            ApiTest.assertProblem(api.post(JOBS + "/" + job[0] + "/cancel", null), 409, "job_over");
            api.delete(JOBS + "/" + job[0]).expect(204);
            api.get(JOBS + "/" + job[0]).expect(404);
        }
    }

    @Test
    void a_job_that_was_never_sent_is_cancelled_at_once_and_never_sent() {
        provider.stop();
        String id = api.start(account, dataset, "sin-enviar");
        awaitJob(id, "held up", j -> j.path("trouble").path("code").isString());
        assertThat(
                        api.post(JOBS + "/" + id + "/cancel", null)
                                .expect(202)
                                .json()
                                .path("status")
                                .asString())
                .isEqualTo("cancelled");
        provider.restart();
        String other = accepted("otro")[0];
        assertThat(provider.jobs()).hasSize(1);
        assertThat(api.job(other).path("status").asString()).isEqualTo("pending");
    }

    @Test
    void a_job_whose_creation_is_in_doubt_is_found_and_cancelled() {
        provider.faults().once(Endpoint.JOBS_CREATE, Fault.cutAfter());
        provider.faults().times(Endpoint.JOBS_LIST, 2, Fault.serverError(500));
        String id = api.start(account, dataset, "en-duda");
        Awaitility.await("the create call was made")
                .atMost(Duration.ofSeconds(30))
                .until(() -> provider.requests().count(Endpoint.JOBS_CREATE) == 1);
        api.post(JOBS + "/" + id + "/cancel", null).expect(202);
        awaitJob(id, "cancelled", has("status", "cancelled"));
        assertThat(provider.jobs()).hasSize(1);
        assertThat(provider.jobs().getFirst().status()).isEqualTo("cancelled");
    }

    @Test
    void a_job_pauses_and_goes_on() {
        String[] job = accepted("pausa");
        provider.progress(job[1], 2);
        awaitJob(job[0], "running", has("status", "running"));
        assertThat(
                        api.post(JOBS + "/" + job[0] + "/pause", null)
                                .expect(200)
                                .json()
                                .path("status")
                                .asString())
                .isEqualTo("paused");
        api.post(JOBS + "/" + job[0] + "/resume", null).expect(200);
        awaitJob(job[0], "goes on", j -> !j.path("status").asString().equals("paused"));
    }

    @Test
    void a_failed_job_tells_why_and_what_to_do() {
        String[] job = accepted("falla");
        provider.fail(
                job[1],
                new Failure("exceeded_quota", "The quota of this account is used up.", null));
        JsonNode failed = awaitJob(job[0], "failed", has("status", "failed"));
        JsonNode error = failed.path("error");
        assertThat(error.path("code").asString()).isEqualTo("exceeded_quota");
        assertThat(error.path("message").asString()).contains("used up");
        assertThat(error.path("hint").asString()).isNotBlank();
        ApiTest.assertProblem(
                api.post(JOBS + "/" + job[0] + "/activate", null), 409, "job_has_no_model");
    }

    @Test
    void a_word_that_nobody_knows_is_kept_and_the_job_lives_on() {
        String[] job = accepted("rara");
        provider.setStatus(job[1], "safety_review");
        JsonNode odd = awaitJob(job[0], "the odd word", has("provider_status", "safety_review"));
        assertThat(odd.path("status").asString()).isEqualTo("pending");
        provider.finish(job[1]);
        awaitJob(job[0], "succeeded", has("status", "succeeded"));
    }

    @Test
    void a_provider_that_goes_away_is_told_and_comes_back_by_itself() {
        String[] job = accepted("ausente");
        provider.stop();
        JsonNode[] sync = new JsonNode[1];
        Awaitility.await("the list is stale and says why")
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    JsonNode list = api.get(JOBS + "?provider=" + account).expect(200).json();
                    assertThat(list.path("data").size()).isEqualTo(1);
                    sync[0] = list.path("sync");
                    return sync[0].path("stale").asBoolean();
                });
        assertThat(sync[0].path("error").path("code").asString()).isNotBlank();
        assertThat(sync[0].path("error").path("hint").asString()).isNotBlank();
        assertThat(api.job(job[0]).path("status").asString()).isEqualTo("pending");

        provider.restart();
        provider.finish(job[1]);
        awaitJob(job[0], "succeeded without anybody's help", has("status", "succeeded"));
        JsonNode after = api.get(JOBS + "?provider=" + account + "&refresh=true").json();
        assertThat(after.path("sync").path("stale").asBoolean()).isFalse();
        assertThat(after.path("sync").path("error").isNull()).isTrue();
    }

    @Test
    void a_provider_that_asks_for_quiet_gets_it() {
        accepted("quieto");
        provider.faults().once(Endpoint.JOBS_GET, Fault.rateLimited(Duration.ofSeconds(6)));
        Awaitility.await("it asks for quiet")
                .atMost(Duration.ofSeconds(30))
                .until(() -> provider.faults().describe().isEmpty());
        Instant asked =
                provider.requests().entries().stream()
                        .filter(e -> e.endpoint() == Endpoint.JOBS_GET)
                        .map(RequestLog.Entry::at)
                        .max(Instant::compareTo)
                        .orElseThrow();
        Awaitility.await("it is asked again")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    // those who look do not make it worse
                    api.get(JOBS + "?refresh=true&provider=" + account).expect(200);
                    return provider.requests().entries().stream()
                            .anyMatch(e -> e.at().isAfter(asked) && isSync(e));
                });
        Instant next =
                provider.requests().entries().stream()
                        .filter(e -> e.at().isAfter(asked) && isSync(e))
                        .map(RequestLog.Entry::at)
                        .min(Instant::compareTo)
                        .orElseThrow();
        assertThat(Duration.between(asked, next)).isGreaterThan(Duration.ofMillis(5900));
    }

    private static boolean isSync(RequestLog.Entry entry) {
        return entry.endpoint() == Endpoint.JOBS_GET || entry.endpoint() == Endpoint.JOBS_LIST;
    }

    @Test
    void many_viewers_cause_one_sync_and_refresh_forces_one() throws Exception {
        try (var calm =
                AfinadorProcess.start(
                        "--afinador.sync.interval=60s", "--afinador.sync.freshness=30s")) {
            ApiClient viewers = calm.api();
            String own = viewers.addProvider("Vista", provider);
            String data = viewers.addDataset("ventas.jsonl", TrainingFiles.chat(12));
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                ids.add(viewers.start(own, data, "v" + i));
            }
            Awaitility.await("all are at the provider and synced once")
                    .atMost(Duration.ofSeconds(60))
                    .until(() ->
                            ids.stream().allMatch(id -> accepted().test(viewers.job(id)))
                                    && provider.requests().count(Endpoint.JOBS_LIST) > 0);
            viewers.get(JOBS + "?refresh=true").expect(200);
            long before = provider.requests().count(Endpoint.JOBS_LIST);
            inParallel(30, () -> viewers.get(JOBS).expect(200));
            assertThat(provider.requests().count(Endpoint.JOBS_LIST)).isEqualTo(before);
            viewers.get(JOBS + "?refresh=true").expect(200);
            assertThat(provider.requests().count(Endpoint.JOBS_LIST)).isEqualTo(before + 1);
        }
    }

    @Test
    void stale_data_is_synced_once_for_all_who_ask_at_once() throws Exception {
        try (var calm =
                AfinadorProcess.start(
                        "--afinador.sync.interval=600s",
                        "--afinador.sync.freshness=2s",
                        "--afinador.sync.patience=20s")) {
            ApiClient viewers = calm.api();
            String own = viewers.addProvider("Vista", provider);
            String data = viewers.addDataset("ventas.jsonl", TrainingFiles.chat(12));
            for (int i = 0; i < 3; i++) {
                viewers.start(own, data, "v" + i);
            }
            Awaitility.await("synced")
                    .atMost(Duration.ofSeconds(60))
                    .until(() ->
                            viewers.allJobs().values().stream().allMatch(accepted())
                                    && viewers.get(JOBS)
                                            .json()
                                            .path("sync")
                                            .path("synced_at")
                                            .isString());
            Awaitility.await("no longer fresh")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> Instant.now().isAfter(lastSync().plus(Duration.ofSeconds(4))));
            provider.faults().always(Endpoint.JOBS_LIST, Fault.late(Duration.ofSeconds(1)));
            long before = provider.requests().count(Endpoint.JOBS_LIST);
            inParallel(30, () -> viewers.get(JOBS).expect(200));
            assertThat(provider.requests().count(Endpoint.JOBS_LIST)).isEqualTo(before + 1);
        }
    }

    private Instant lastSync() {
        return provider.requests().entries().stream()
                .filter(LifeTest::isSync)
                .map(RequestLog.Entry::at)
                .max(Instant::compareTo)
                .orElse(Instant.MAX.minus(Duration.ofDays(1)));
    }

    private static void inParallel(int times, Callable<?> call) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                all.add(threads.submit(call));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    @Test
    void a_webhook_brings_the_news_at_once() throws Exception {
        try (var calm =
                        AfinadorProcess.start(
                                "--afinador.sync.interval=600s",
                                "--afinador.sync.freshness=600s",
                                "--afinador.sync.idle-freshness=600s");
                var stream = new JobStream(calm.api())) {
            ApiClient quiet = calm.api();
            String own = quiet.addProvider("Aviso", provider, SECRET);
            String data = quiet.addDataset("ventas.jsonl", TrainingFiles.chat(12));
            String id = quiet.start(own, data, "aviso");
            String remote =
                    stream.await(id, "accepted", accepted()).path("openai_job_id").asString();
            Awaitility.await("it was synced once; from here on only webhooks bring news")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> quiet.get(JOBS).json().path("sync").path("synced_at").isString());

            var webhooks = provider.webhooks(URI.create(calm.url() + "/webhooks/" + own), SECRET);
            assertThat(
                            webhooks.sendBadlySigned(remote, "fine_tuning.job.succeeded")
                                    .await(Duration.ofSeconds(30)))
                    .isEqualTo(401);
            provider.finish(remote); // sends a webhook by itself
            stream.await(id, "succeeded", has("status", "succeeded"));

            var delivery = webhooks.deliveries().getLast();
            assertThat(delivery.await(Duration.ofSeconds(30))).isEqualTo(204);
            Awaitility.await("all that this brings has been read")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> lastSync().isBefore(Instant.now().minusSeconds(3)));
            long reads = provider.requests().count(Endpoint.JOBS_GET);
            for (int i = 0; i < 3; i++) {
                assertThat(webhooks.repeat(delivery).await(Duration.ofSeconds(30))).isEqualTo(204);
            }
            String fresh = webhooks.send(remote, "fine_tuning.job.succeeded").id();
            assertThat(fresh).isNotEqualTo(delivery.id());
            Awaitility.await("a new message causes one read, repeated ones none")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> provider.requests().count(Endpoint.JOBS_GET) > reads);
            assertThat(provider.requests().count(Endpoint.JOBS_GET)).isEqualTo(reads + 1);
        }
    }

    @Test
    void a_webhook_without_a_good_signature_or_without_end_is_refused() {
        ApiClient vendor = ApiClient.of(afinador.url(), "");
        String path = "/webhooks/" + account;
        long before = provider.requests().count();
        assertThat(
                        vendor.send(
                                        vendor.request(path)
                                                .header("Content-Type", "application/json")
                                                .POST(BodyPublishers.ofString("{}"))
                                                .build())
                                .status())
                .isEqualTo(401);
        ApiTest.assertProblem(
                vendor.send(
                        vendor.request(path)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("x".repeat((64 << 10) + 1)))
                                .build()),
                413,
                "json_too_large");
        ApiTest.assertProblem(
                vendor.send(
                        vendor.request("/webhooks/nadie")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("{}"))
                                .build()),
                404,
                "provider_unknown");
        assertThat(provider.requests().count()).isEqualTo(before);
    }

    @Test
    void jobs_started_elsewhere_can_be_adopted_once() {
        String running = provider.seedJob(JobSeed.in("running").suffix("ajeno"));
        String over = provider.seedJob(JobSeed.in("succeeded").suffix("viejo"));
        assertThat(
                        list(PROVIDERS + "/" + account + "/jobs").stream()
                                .map(j -> j.path("id").asString()))
                .containsExactlyInAnyOrder(running, over);
        JsonNode wish =
                object().set("openai_job_ids", ApiClient.JSON.valueToTree(List.of(running, over)));
        List<String> adopted = adopt(wish);
        assertThat(adopt(wish)).isEqualTo(adopted);
        assertThat(list(PROVIDERS + "/" + account + "/jobs")).isEmpty();
        JsonNode job = api.job(running);
        assertThat(job.path("origin").asString()).isEqualTo("imported");
        assertThat(job.path("status").asString()).isEqualTo("running");
        provider.finish(running);
        awaitJob(adopted.getFirst(), "succeeded", has("status", "succeeded"));
        assertThat(provider.jobs()).hasSize(2);
    }

    private List<String> adopt(JsonNode wish) {
        return api.post(PROVIDERS + "/" + account + "/jobs", wish)
                .expect(200)
                .json()
                .path("data")
                .valueStream()
                .map(j -> j.path("id").asString())
                .toList();
    }

    @Test
    void the_same_key_gives_the_same_job_and_another_request_is_refused() throws Exception {
        var ask = ApiClient.ask(account, dataset, "llave");
        List<String> ids = new CopyOnWriteArrayList<>();
        String key = "llave-" + account;
        inParallel(
                10,
                () -> ids.add(api.startWithKey(ask, key).expect(202).json().path("id").asString()));
        assertThat(Set.copyOf(ids)).hasSize(1);
        ApiTest.assertProblem(
                api.startWithKey(ApiClient.ask(account, dataset, "otra"), key),
                409,
                "idempotency_key_reused");
        awaitJob(ids.getFirst(), "accepted", accepted());
        assertThat(provider.jobs()).hasSize(1);
    }

    @Test
    void what_jobs_need_cannot_be_deleted_until_they_are_gone() {
        String own = api.addDataset("propia.jsonl", TrainingFiles.chat(20));
        String id = api.start(account, own, "borrar");
        awaitJob(id, "accepted", accepted());
        ApiTest.assertProblem(api.delete(JOBS + "/" + id), 409, "job_not_over");
        ApiTest.assertProblem(api.delete(DATASETS + "/" + own), 409, "dataset_in_use");
        ApiTest.assertProblem(api.delete(PROVIDERS + "/" + account), 409, "provider_in_use");
        provider.finishAll();
        awaitJob(id, "succeeded", has("status", "succeeded"));
        api.delete(JOBS + "/" + id).expect(204);
        api.delete(DATASETS + "/" + own).expect(204);
        api.delete(PROVIDERS + "/" + account).expect(204);
        assertThat(provider.jobs()).as("nothing changes at the provider").hasSize(1);
    }
}
