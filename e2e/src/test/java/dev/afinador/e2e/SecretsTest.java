package dev.afinador.e2e;

import static dev.afinador.e2e.ApiClient.JOBS;
import static dev.afinador.e2e.ApiClient.MODELS;
import static dev.afinador.e2e.ApiClient.PROVIDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.testkit.provider.Endpoint;
import dev.afinador.testkit.provider.FakeProvider;
import dev.afinador.testkit.provider.Fault;
import dev.afinador.testkit.provider.JobScript;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Known secrets go in by every door, the main way is walked with failures that quote them, and then everything that comes out is
/// searched for them.
class SecretsTest {

    private static final String ENVIRONMENT_KEY = "sk-proj-EnvironmentKeyThatNobodyMaySee-0001";
    private static final String ENTERED_KEY = "sk-proj-EnteredKeyThatNobodyMaySee-0002";
    private static final String WRONG_KEY = "sk-proj-WrongKeyThatNobodyMaySee-0003";
    private static final String WEBHOOK_SECRET =
            "whsec_bm9ib2R5LW1heS1zZWUtdGhpcy1zZWNyZXQtZWl0aGVyIQ==";
    private static final String SEALING_KEY = "c2VhbGluZyBrZXkgdGhhdCBub2JvZHkgbWF5IHNlZTA=";
    private static final String ROW = "palabra-que-solo-esta-en-los-ejemplos";

    /// What came out, by where.
    private final Map<String, String> outside = new LinkedHashMap<>();

    private ApiClient api;
    private ApiClient browser;

    @Test
    void no_secret_reaches_an_answer_a_page_a_log_or_the_database_in_clear() throws Exception {
        try (var theirs = FakeProvider.builder().keys(ENVIRONMENT_KEY).start();
                var other = FakeProvider.builder().keys(ENTERED_KEY).start();
                var refusing = FakeProvider.builder().keys("sk-another").start();
                var afinador =
                        AfinadorProcess.builder()
                                .environment("OPENAI_API_KEY", ENVIRONMENT_KEY)
                                .environment("OPENAI_BASE_URL", theirs.baseUrl())
                                .environment("AFINADOR_SECRET_KEY", SEALING_KEY)
                                .options(
                                        "--afinador.sync.interval=1s",
                                        "--afinador.sync.freshness=1s",
                                        "--afinador.submission.settle=1s",
                                        "--logging.level.dev.afinador=DEBUG")
                                .start()) {
            api = afinador.api();
            browser = ApiClient.of(afinador.url(), "");
            walk(theirs, other, refusing, afinador);
            afinador.kill();
            afinador.restart();
            answers();
            outside.put("log", afinador.log());
            outside.put("terminal", afinador.output());
            afinador.stop();

            List<String> secrets =
                    List.of(
                            ENVIRONMENT_KEY,
                            ENTERED_KEY,
                            WRONG_KEY,
                            WEBHOOK_SECRET,
                            WEBHOOK_SECRET.substring("whsec_".length()),
                            SEALING_KEY,
                            afinador.adminToken());
            outside.forEach((where, text) ->
                    secrets.forEach(secret ->
                            assertThat(text)
                                    .as("%s and %s", where, secret)
                                    .doesNotContain(secret)));
            assertThat(outside.get("answer: quoted test")).as("it was quoted").contains("***");
            assertThat(outside.get("log")).doesNotContain(ROW);
            assertThat(outside.get("terminal")).doesNotContain(ROW);
            String database = database(afinador.data());
            assertThat(database).as("it was searched for the right thing").contains("0002");
            for (String secret : secrets) {
                assertThat(database).as("database and %s", secret).doesNotContain(secret);
            }
        }
    }

    private void walk(
            FakeProvider theirs,
            FakeProvider other,
            FakeProvider refusing,
            AfinadorProcess afinador)
            throws InterruptedException {
        theirs.script(JobScript.staysRunning());
        String entered = provider("Introducida", other.baseUrl(), ENTERED_KEY, 201);
        String wrong = provider("Equivocada", refusing.baseUrl(), WRONG_KEY, 201);
        provider("Rota", "no es una URL", ENTERED_KEY, 400);
        provider("Con salto", theirs.baseUrl(), ENTERED_KEY + "\n" + WRONG_KEY, 400);
        note(
                "wrong type",
                api.send(raw("POST", PROVIDERS, "{\"name\":1,\"key\":\"" + ENTERED_KEY)));
        for (String id : List.of("openai", entered, wrong)) {
            note("test of " + id, api.post(PROVIDERS + "/" + id + "/test", null));
        }

        String rows =
                Stream.iterate(0, i -> i + 1)
                        .limit(12)
                        .map(i ->
                                "{\"messages\":[{\"role\":\"user\",\"content\":\"%s %d\"},{\"role\":\"assistant\",\"content\":\"%s %d\"}]}\n"
                                        .formatted(ROW, i, ROW, -i))
                        .reduce("", String::concat);
        String dataset = api.addDataset("ejemplos.jsonl", rows);
        note("broken file", api.upload("roto.jsonl", rows + "{\"messages\": [" + ROW));
        String good = started("openai", dataset, "bien");
        awaitAccepted(good);

        // As some gateways do: the refused key is quoted as a whole, in every place.
        quote(theirs, ENVIRONMENT_KEY, "openai", dataset);
        quote(other, ENTERED_KEY, entered, dataset);
        quote(refusing, WRONG_KEY, wrong, dataset);
        note("quoted verification", api.get(JOBS + "/" + good + "/verification"));
        theirs.faults().clear();
        other.faults().clear();
        refusing.faults().clear();
        other.faults()
                .times(
                        Endpoint.JOBS_CREATE,
                        1,
                        new Fault.Replaced(
                                500,
                                "text/html",
                                Map.of(),
                                "<html>Authorization: Bearer " + ENTERED_KEY + "</html>",
                                Fault.Moment.BEFORE_ACTING));
        awaitAccepted(started(entered, dataset, "tarde"));
        String remote = api.job(good).path("openai_job_id").asString();
        theirs.webhooks(URI.create(afinador.url() + "/webhooks/" + entered), WEBHOOK_SECRET)
                .sendBadlySigned(remote, "fine_tuning.job.succeeded")
                .await(Duration.ofSeconds(30));
        theirs.finish(remote);
        Awaitility.await("succeeded")
                .atMost(Duration.ofSeconds(60))
                .until(() -> api.job(good).path("status").asString().equals("succeeded"));
        note("activation", api.post(JOBS + "/" + good + "/activate", null));
        note("wrong token", ApiClient.of(afinador.url(), ENTERED_KEY).get(JOBS));
        answers();
    }

    private void quote(FakeProvider provider, String key, String id, String dataset) {
        provider.faults()
                .everywhere(
                        new Fault.Replaced(
                                401,
                                "application/json",
                                Map.of("x-request-id", key, "www-authenticate", key),
                                ("{\"error\":{\"message\":\"Incorrect API key provided: %s\",\"code\":\"%s\","
                                                + "\"param\":\"%s\",\"type\":\"Bearer %s\"}}")
                                        .formatted(key, key, key, key),
                                Fault.Moment.BEFORE_ACTING));
        note("quoted test", api.post(PROVIDERS + "/" + id + "/test", null));
        note("quoted models", api.get(PROVIDERS + "/" + id + "/models"));
        note("quoted jobs", api.get(PROVIDERS + "/" + id + "/jobs"));
        awaitFailed(started(id, dataset, "mal"));
        note("quoted list", api.get(JOBS + "?refresh=true"));
    }

    /// Every answer of the API and every page that shows something of what there is.
    private void answers() {
        note("document", api.get("/api-docs/openapi"));
        note("metrics", api.get("/actuator/metrics"));
        note("info", api.get("/actuator/info"));
        note("health", api.get("/actuator/health"));
        List<String> pages = new ArrayList<>(List.of("/jobs", "/jobs/new", "/datasets", "/models"));
        pages.addAll(List.of("/providers", "/providers/new", "/api-docs"));
        for (String path : List.of(MODELS + "/active", MODELS + "/aliases", PROVIDERS, JOBS)) {
            note(path, api.get(path));
        }
        for (JsonNode job : api.allJobs().values()) {
            String id = job.path("id").asString();
            for (String part :
                    List.of("", "/raw", "/events", "/metrics", "/checkpoints", "/calls")) {
                note("job" + part, api.get(JOBS + "/" + id + part));
            }
            for (String type : List.of("application/json", "text/markdown", "text/html")) {
                note(
                        "verification as " + type,
                        api.send(
                                api.request(JOBS + "/" + id + "/verification")
                                        .header("Accept", type)
                                        .build()));
            }
            for (String part : List.of("", "/events", "/raw", "/log", "/verification")) {
                pages.add("/jobs/" + id + part);
            }
        }
        api.get(PROVIDERS)
                .json()
                .path("data")
                .forEach(p -> {
                    String id = p.path("id").asString();
                    note("provider", api.get(PROVIDERS + "/" + id));
                    pages.add("/providers/" + id);
                    pages.add("/providers/" + id + "/import");
                });
        for (String page : pages) {
            ApiClient.Answer answer =
                    api.send(api.request(page).header("Accept", "text/html").build());
            note("page " + page, answer);
            // of a job that was never accepted there is nothing raw
            assertThat(answer.status()).as(page).isIn(page.endsWith("/raw") ? 404 : 302, 200);
            outside.merge("pages", answer.text(), String::concat);
        }
        assertThat(outside.get("pages")).as("the pages tell something").contains("0002");
        note("page of nobody", browser.get("/jobs"));
    }

    private String provider(String name, String url, String key, int status) {
        ApiClient.Answer answer =
                api.post(
                        PROVIDERS,
                        ApiClient.object()
                                .put("name", name)
                                .put("kind", "compatible")
                                .put("base_url", url)
                                .put("key", key)
                                .put("webhook_secret", WEBHOOK_SECRET));
        note("provider " + name, answer.expect(status));
        return answer.json().path("id").asString("");
    }

    private String started(String provider, String dataset, String suffix) {
        ApiClient.Answer answer = api.post(JOBS, ApiClient.ask(provider, dataset, suffix));
        note("start", answer.expect(202));
        return answer.json().path("id").asString();
    }

    private void awaitAccepted(String id) {
        Awaitility.await("accepted")
                .atMost(Duration.ofSeconds(60))
                .until(() -> api.job(id).path("openai_job_id").isString());
    }

    /// A refused key ends no job: it waits for a good one, and says why.
    private void awaitFailed(String id) {
        Awaitility.await("told")
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    JsonNode job = api.job(id);
                    return !job.path("error").isNull() || !job.path("trouble").isNull();
                });
        note("told job", api.get(JOBS + "/" + id));
    }

    private java.net.http.HttpRequest raw(String method, String path, String body) {
        return api.request(path)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
    }

    private void note(String where, ApiClient.Answer answer) {
        outside.merge(
                "answer: " + where,
                answer.text() + answer.whole().headers().map(),
                (a, b) -> a + "\n" + b);
    }

    /// The bytes of the database and its log of writes, each as a character.
    private static String database(Path data) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(data)) {
            for (Path file :
                    files.filter(f -> f.getFileName().toString().startsWith("afinador.db"))
                            .toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }
}
