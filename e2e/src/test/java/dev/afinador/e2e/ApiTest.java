package dev.afinador.e2e;

import static dev.afinador.e2e.ApiClient.DATASETS;
import static dev.afinador.e2e.ApiClient.JOBS;
import static dev.afinador.e2e.ApiClient.MODELS;
import static dev.afinador.e2e.ApiClient.PROVIDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.testkit.TrainingFiles;
import dev.afinador.testkit.provider.FakeProvider;
import dev.afinador.testkit.provider.JobScript;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Every wrong request has an answer that a program and a person can use, and leaves nothing behind.
class ApiTest {

    private static final String FOREIGN_ID = "01a208d7-d49d-71b9-8b77-d60caca18eac";

    private static FakeProvider provider;
    private static AfinadorProcess afinador;
    private static ApiClient api;
    private static String account;
    private static String dataset;
    private static String broken;
    private static String job;

    @BeforeAll
    static void start() {
        provider = FakeProvider.builder().script(JobScript.staysQueued()).start();
        afinador = AfinadorProcess.start("--afinador.max-upload=4MB");
        api = afinador.api();
        account = api.addProvider("Fake", provider);
        dataset = api.addDataset("ventas.jsonl", TrainingFiles.chat(12));
        broken = api.addDataset("mala.jsonl", TrainingFiles.chatWithBrokenLine(12, 3));
        job = api.start(account, dataset, "uno");
    }

    @AfterAll
    static void stop() {
        afinador.close();
        provider.close();
    }

    /// A request that must be refused. In paths and bodies, `$account`, `$dataset`, `$broken` and `$job` stand for real ids.
    private record Bad(
            String name,
            String method,
            String path,
            Map<String, String> headers,
            String body,
            int status,
            String code,
            String field) {

        Bad with(String header, String value) {
            var all = new LinkedHashMap<>(headers);
            all.put(header, value);
            return new Bad(name, method, path, all, body, status, code, field);
        }

        /// The field that the answer must name.
        Bad naming(String wanted) {
            return new Bad(name, method, path, headers, body, status, code, wanted);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Bad get(String name, String path, int status, String code) {
        return new Bad(name, "GET", path, Map.of(), null, status, code, null);
    }

    private static Bad json(
            String name, String method, String path, String body, int status, String code) {
        return new Bad(
                name,
                method,
                path,
                Map.of("Content-Type", "application/json"),
                body,
                status,
                code,
                null);
    }

    private static Bad start(String name, String body, String field) {
        return json(name, "POST", JOBS, body, 400, "invalid_request").naming(field);
    }

    /// A start that is right but for these fields.
    private static Bad almost(String name, String fields, String field) {
        return start(
                name,
                "{\"provider_id\":\"$account\",\"dataset_id\":\"$dataset\",\"base_model\":\"gpt-4o-mini-2024-07-18\","
                        + fields
                        + "}",
                field);
    }

    static Stream<Bad> badStarts() {
        String ids = "{\"provider_id\":\"$account\",\"dataset_id\":\"$dataset\"";
        return Stream.of(
                start("nothing asked for", "{}", "dataset_id"),
                start("no model", ids + "}", "base_model"),
                start("model is a number", ids + ",\"base_model\":4}", "base_model"),
                start("model has a NUL", ids + ",\"base_model\":\"gpt\\u0000\"}", "base_model"),
                start(
                        "unknown dataset",
                        "{\"provider_id\":\"$account\",\"dataset_id\":\""
                                + FOREIGN_ID
                                + "\",\"base_model\":\"m\"}",
                        "dataset_id"),
                start(
                        "dataset id is a path",
                        "{\"provider_id\":\"$account\",\"dataset_id\":\"../../etc/passwd\",\"base_model\":\"m\"}",
                        "dataset_id"),
                start(
                        "dataset with errors",
                        "{\"provider_id\":\"$account\",\"dataset_id\":\"$broken\",\"base_model\":\"m\"}",
                        "dataset_id"),
                start(
                        "unknown provider",
                        "{\"provider_id\":\"nadie\",\"dataset_id\":\"$dataset\",\"base_model\":\"m\"}",
                        "provider_id"),
                almost("over-long suffix", "\"suffix\":\"" + "s".repeat(65) + "\"", "suffix"),
                almost("blank suffix", "\"suffix\":\"  \"", "suffix"),
                almost("suffix is a list", "\"suffix\":[\"a\"]", "suffix"),
                almost("suffix has a NUL", "\"suffix\":\"a\\u0000b\"", "suffix"),
                almost("suffix has a lone surrogate", "\"suffix\":\"a\\ud800b\"", "suffix"),
                almost("name has a NUL", "\"name\":\"a\\u0000b\"", "name"),
                almost("name has a lone surrogate", "\"name\":\"\\udc00\"", "name"),
                almost("over-long name", "\"name\":\"" + "n".repeat(100_000) + "\"", "name"),
                almost("unknown field", "\"sufijo\":\"a\"", "sufijo"),
                almost("unknown method", "\"method\":\"magia\"", "method"),
                almost("method of other data", "\"method\":\"dpo\"", "dataset_id"),
                almost("seed is text", "\"seed\":\"1\"", "seed"),
                almost("seed is a fraction", "\"seed\":1.5", "seed"),
                almost("seed is negative", "\"seed\":-1", "seed"),
                almost("seed beyond long", "\"seed\":1e999", "seed"),
                almost(
                        "hyperparameters are text",
                        "\"hyperparameters\":\"auto\"",
                        "hyperparameters"),
                almost(
                        "hyperparameter is a list",
                        "\"hyperparameters\":{\"n_epochs\":[1]}",
                        "hyperparameters.n_epochs"),
                almost(
                        "unknown hyperparameter",
                        "\"hyperparameters\":{\"epochs\":1}",
                        "hyperparameters.epochs"),
                almost(
                        "too many epochs",
                        "\"hyperparameters\":{\"n_epochs\":1000000}",
                        "hyperparameters.n_epochs"),
                almost(
                        "epochs beyond all numbers",
                        "\"hyperparameters\":{\"n_epochs\":1e999}",
                        "hyperparameters.n_epochs"),
                almost(
                        "an exponent that would fill the memory",
                        "\"hyperparameters\":{\"n_epochs\":\"1e999999999\"}",
                        "hyperparameters.n_epochs"),
                almost(
                        "a tiny number of endless digits",
                        "\"hyperparameters\":{\"learning_rate_multiplier\":1e-999999999}",
                        "hyperparameters.learning_rate_multiplier"),
                almost(
                        "hyperparameter has a NUL",
                        "\"hyperparameters\":{\"n_epochs\":\"\\u0000\"}",
                        "hyperparameters.n_epochs"),
                almost(
                        "validation is the training data",
                        "\"validation_dataset_id\":\"$dataset\"",
                        "validation_dataset_id"),
                json("no body", "POST", JOBS, "", 400, "json_not_an_object"),
                json("a list", "POST", JOBS, "[]", 400, "json_not_an_object"),
                json("null", "POST", JOBS, "null", 400, "json_not_an_object"),
                json("cut off", "POST", JOBS, "{\n \"suffix\": \"a", 400, "json_broken_at"),
                json("two objects", "POST", JOBS, "{} {}", 400, "json_broken_at"),
                json("not a number", "POST", JOBS, "{\"seed\":NaN}", 400, "json_broken_at"),
                json(
                        "a name twice",
                        "POST",
                        JOBS,
                        "{\"suffix\":\"a\",\"suffix\":\"b\"}",
                        400,
                        "json_broken_at"),
                json("deep", "POST", JOBS, "[".repeat(100_000), 400, "json_broken_at"),
                json(
                        "a number of a million digits",
                        "POST",
                        JOBS,
                        "{\"seed\":" + "1".repeat(500_000) + "}",
                        400,
                        "json_broken_at"),
                json(
                        "two megabytes",
                        "POST",
                        JOBS,
                        "{\"name\":\"" + "x".repeat(2 << 20) + "\"}",
                        413,
                        "json_too_large"),
                json("a form", "POST", JOBS, "suffix=a", 415, "media_type_not_supported")
                        .with("Content-Type", "application/x-www-form-urlencoded"),
                json("XML", "POST", JOBS, "<a/>", 415, "media_type_not_supported")
                        .with("Content-Type", "application/xml"),
                almost("endless key", "\"suffix\":\"k\"", "Idempotency-Key")
                        .with("Idempotency-Key", "k".repeat(300)));
    }

    static Stream<Bad> badReads() {
        List<Bad> all = new ArrayList<>();
        for (String path : List.of("", "/events", "/metrics", "/checkpoints", "/calls", "/raw")) {
            all.add(get("foreign id " + path, JOBS + "/" + FOREIGN_ID + path, 404, "job_unknown"));
        }
        all.add(get("id is no id", JOBS + "/uno", 404, "job_unknown"));
        all.add(get("id almost a UUID", JOBS + "/" + FOREIGN_ID + "0", 404, "job_unknown"));
        all.add(get("id of 5000 letters", JOBS + "/" + "a".repeat(5000), 404, "job_unknown"));
        all.add(
                get(
                        "id is HTML",
                        JOBS + "/%3Cscript%3Ealert(1)%3C%2Ascript%3E",
                        404,
                        "job_unknown"));
        all.add(get("id is SQL", JOBS + "/'%20OR%201=1--", 404, "job_unknown"));
        all.add(get("limit 0", JOBS + "?limit=0", 400, "invalid_request").naming("limit"));
        all.add(get("limit huge", JOBS + "?limit=1000000", 400, "invalid_request").naming("limit"));
        all.add(
                get("limit beyond int", JOBS + "?limit=99999999999", 400, "invalid_request")
                        .naming("limit"));
        all.add(
                get("limit is a word", JOBS + "?limit=diez", 400, "invalid_request")
                        .naming("limit"));
        all.add(get("bad cursor", JOBS + "?after=nada", 404, "job_unknown"));
        all.add(get("bad status", JOBS + "?status=casi", 400, "invalid_request").naming("status"));
        all.add(get("unknown provider", JOBS + "?provider=nadie", 404, "provider_unknown"));
        all.add(
                get("endless search", JOBS + "?q=" + "q".repeat(300), 400, "invalid_request")
                        .naming("q"));
        all.add(get("search has a NUL", JOBS + "?q=a%00b", 400, "bad_request"));
        all.add(
                get("refresh is a word", JOBS + "?refresh=quizas", 400, "invalid_request")
                        .naming("refresh"));
        all.add(
                get("events limit", JOBS + "/$job/events?limit=501", 400, "invalid_request")
                        .naming("limit"));
        all.add(get("no such path", "/api/v1/nada", 404, "not_found"));
        all.add(get("dataset foreign", DATASETS + "/" + FOREIGN_ID, 404, "dataset_unknown"));
        all.add(get("dataset is no id", DATASETS + "/uno/content", 404, "dataset_unknown"));
        all.add(get("provider foreign", PROVIDERS + "/nadie", 404, "provider_unknown"));
        all.add(get("provider long", PROVIDERS + "/" + "p".repeat(500), 404, "provider_unknown"));
        all.add(get("alias unset", MODELS + "/active", 404, "alias_unknown"));
        all.add(get("alias strange", MODELS + "/active?alias=%00", 400, "bad_request"));
        all.add(get("wrong Accept", JOBS, 406, "not_acceptable").with("Accept", "image/png"));
        all.add(get("Accept is no type", JOBS, 406, "not_acceptable").with("Accept", "///"));
        return all.stream();
    }

    static Stream<Bad> badWrites() {
        return Stream.of(
                json("PUT on the list", "PUT", JOBS, "{}", 405, "method_not_allowed"),
                json("PATCH on a job", "PATCH", JOBS + "/$job", "{}", 405, "method_not_allowed"),
                json("delete while it lives", "DELETE", JOBS + "/$job", null, 409, "job_not_over"),
                json(
                        "delete a foreign one",
                        "DELETE",
                        JOBS + "/" + FOREIGN_ID,
                        null,
                        404,
                        "job_unknown"),
                json(
                        "activate too early",
                        "POST",
                        JOBS + "/$job/activate",
                        null,
                        409,
                        "job_has_no_model"),
                json(
                        "activate with a list",
                        "POST",
                        JOBS + "/$job/activate",
                        "{\"alias\":[]}",
                        400,
                        "invalid_request"),
                json("cancel a foreign one", "POST", JOBS + "/x/cancel", null, 404, "job_unknown"),
                json(
                        "delete data in use",
                        "DELETE",
                        DATASETS + "/$dataset",
                        null,
                        409,
                        "dataset_in_use"),
                json(
                        "delete provider in use",
                        "DELETE",
                        PROVIDERS + "/$account",
                        null,
                        409,
                        "provider_in_use"),
                json("provider without anything", "POST", PROVIDERS, "{}", 400, "invalid_request")
                        .naming("name"),
                json(
                                "provider elsewhere than http",
                                "POST",
                                PROVIDERS,
                                "{\"name\":\"b\",\"kind\":\"compatible\",\"base_url\":\"file:///etc/passwd\"}",
                                400,
                                "invalid_request")
                        .naming("base_url"),
                json(
                                "provider key with a line break",
                                "POST",
                                PROVIDERS,
                                "{\"name\":\"b\",\"kind\":\"compatible\",\"base_url\":\"http://a\",\"key\":\"a\\r\\nX: y\"}",
                                400,
                                "invalid_request")
                        .naming("key"),
                json(
                                "provider name with a NUL",
                                "POST",
                                PROVIDERS,
                                "{\"name\":\"\\u0000\",\"kind\":\"compatible\",\"base_url\":\"http://a\"}",
                                400,
                                "invalid_request")
                        .naming("name"),
                json(
                                "provider webhook secret with a NUL",
                                "POST",
                                PROVIDERS,
                                "{\"name\":\"b\",\"kind\":\"compatible\",\"base_url\":\"http://a\",\"webhook_secret\":\"\\u0000\"}",
                                400,
                                "invalid_request")
                        .naming("webhook_secret"),
                json(
                                "provider of no kind",
                                "POST",
                                PROVIDERS,
                                "{\"name\":\"b\",\"base_url\":\"http://a\"}",
                                400,
                                "invalid_request")
                        .naming("kind"),
                json(
                                "provider name taken",
                                "POST",
                                PROVIDERS,
                                "{\"name\":\"Fake\",\"kind\":\"compatible\",\"base_url\":\"http://a\"}",
                                400,
                                "invalid_request")
                        .naming("name"),
                json(
                        "provider of an old version",
                        "PUT",
                        PROVIDERS + "/$account",
                        "{\"name\":\"b\",\"kind\":\"compatible\",\"base_url\":\"http://a\",\"version\":99}",
                        409,
                        "changed_meanwhile"),
                json(
                        "adopt nothing",
                        "POST",
                        PROVIDERS + "/$account/jobs",
                        "{}",
                        400,
                        "invalid_request"),
                json(
                        "adopt numbers",
                        "POST",
                        PROVIDERS + "/$account/jobs",
                        "{\"openai_job_ids\":[1]}",
                        400,
                        "invalid_request"),
                json(
                        "adopt what is not there",
                        "POST",
                        PROVIDERS + "/$account/jobs",
                        "{\"openai_job_ids\":[\"ftjob-nada\"]}",
                        404,
                        "remote_job_unknown"),
                json(
                        "adopt with path tricks",
                        "POST",
                        PROVIDERS + "/$account/jobs",
                        "{\"openai_job_ids\":[\"../files\"]}",
                        404,
                        "remote_job_unknown"),
                json(
                        "alias of bad letters",
                        "PUT",
                        MODELS + "/aliases/Se%C3%B1or",
                        "{\"provider_id\":\"$account\",\"model\":\"m\"}",
                        400,
                        "invalid_request"),
                json(
                                "alias without model",
                                "PUT",
                                MODELS + "/aliases/otro",
                                "{\"provider_id\":\"$account\"}",
                                400,
                                "invalid_request")
                        .naming("model"),
                json(
                                "endless reason",
                                "PUT",
                                MODELS + "/aliases/otro",
                                "{\"provider_id\":\"$account\",\"model\":\"m\",\"reason\":\""
                                        + "r".repeat(501)
                                        + "\"}",
                                400,
                                "invalid_request")
                        .naming("reason"),
                json(
                                "reason with a NUL",
                                "PUT",
                                MODELS + "/aliases/otro",
                                "{\"provider_id\":\"$account\",\"model\":\"m\",\"reason\":\"\\u0000\"}",
                                400,
                                "invalid_request")
                        .naming("reason"),
                json(
                        "roll back nothing",
                        "POST",
                        MODELS + "/aliases/nunca/rollback",
                        null,
                        404,
                        "alias_unknown"),
                json(
                        "roll back to a word",
                        "POST",
                        MODELS + "/aliases/otro/rollback",
                        "{\"to\":\"uno\"}",
                        400,
                        "invalid_request"),
                json("empty file", "POST", DATASETS + "?filename=a.jsonl", "", 400, "file_empty")
                        .with("Content-Type", "application/jsonl"),
                json(
                                "endless file name",
                                "POST",
                                DATASETS + "?filename=" + "f".repeat(300),
                                "{}",
                                400,
                                "invalid_request")
                        .with("Content-Type", "application/jsonl"),
                json("file as JSON", "POST", DATASETS, "{}", 415, "media_type_not_supported"),
                json(
                                "form without a file",
                                "POST",
                                DATASETS,
                                "--b\r\n\r\n--b--",
                                400,
                                "multipart_broken")
                        .with("Content-Type", "multipart/form-data; boundary=b"),
                json("form without boundary", "POST", DATASETS, "x", 400, "multipart_broken")
                        .with("Content-Type", "multipart/form-data"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"badStarts", "badReads", "badWrites"})
    void a_wrong_request_gets_a_problem_and_leaves_nothing(Bad bad) {
        Map<String, Object> before = everything();
        HttpRequest.Builder request = api.request(real(bad.path()));
        bad.headers().forEach(request::setHeader);
        request.method(
                bad.method(),
                bad.body() == null
                        ? BodyPublishers.noBody()
                        : BodyPublishers.ofString(real(bad.body())));
        ApiClient.Answer answer = api.send(request.build());
        assertProblem(answer, bad.status(), bad.code());
        if (bad.field() != null) {
            assertThat(
                            answer.json()
                                    .path("errors")
                                    .valueStream()
                                    .map(e -> e.path("field").asString()))
                    .as(answer.text())
                    .contains(bad.field());
        }
        assertThat(everything()).isEqualTo(before);
    }

    private static String real(String text) {
        return text.replace("$account", account)
                .replace("$dataset", dataset)
                .replace("$broken", broken)
                .replace("$job", job);
    }

    static void assertProblem(ApiClient.Answer answer, int status, String code) {
        answer.expect(status);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.path("code").asString()).as(answer.text()).isEqualTo(code);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("title").asString()).isNotBlank().isNotEqualTo(code);
        assertTellsNothingOfTheInside(answer.text());
    }

    static void assertTellsNothingOfTheInside(String body) {
        assertThat(body)
                .doesNotContain("Exception", "java.", "springframework", "jackson", "\tat ", "SQL")
                .doesNotContain("dev.afinador");
    }

    /// What is stored, as far as one can count it from outside, uploads that were begun included.
    private static Map<String, Object> everything() {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("jobs", api.get(JOBS + "?limit=200").json().path("data").size());
        found.put("providers", api.get(PROVIDERS).json().path("data"));
        found.put("datasets", api.get(DATASETS).json().path("data"));
        found.put("aliases", api.get(MODELS + "/aliases").json().path("data"));
        found.put("files", files());
        return found;
    }

    private static List<Path> files() {
        Path folder = afinador.data().resolve("datasets");
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).map(folder::relativize).sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void broken_json_is_told_with_line_and_column() {
        ApiClient.Answer answer =
                api.send(
                        api.request(JOBS)
                                .header("Content-Type", "application/json")
                                .header("Accept-Language", "en")
                                .POST(BodyPublishers.ofString("{\n  \"suffix\": oops\n}"))
                                .build());
        assertProblem(answer, 400, "json_broken_at");
        assertThat(answer.json().path("title").asString() + answer.json().path("detail").asString())
                .contains("2")
                .containsPattern("1[0-9]");
    }

    @Test
    void an_endless_file_is_refused_before_it_is_read() throws IOException {
        Map<String, Object> before = everything();
        for (boolean saysHowMuch : List.of(true, false)) {
            Endless sent =
                    sendEndless(
                            DATASETS + "?filename=ceros.jsonl", "application/jsonl", saysHowMuch);
            assertThat(sent.answer()).startsWith("HTTP/1.1 413");
            assertThat(sent.bytes()).as("of 3 GB").isLessThan(64L << 20);
        }
        Endless form = sendEndless(DATASETS, "multipart/form-data; boundary=limite", true);
        assertThat(form.answer()).startsWith("HTTP/1.1 413").contains("application/problem+json");
        Endless page = sendEndless("/datasets", "multipart/form-data; boundary=limite", true);
        assertThat(page.answer()).startsWith("HTTP/1.1 413").contains("text/html");
        Endless json = sendEndless(JOBS, "application/json", false);
        assertThat(json.answer()).startsWith("HTTP/1.1 413").contains("json_too_large");
        assertThat(everything()).isEqualTo(before);
    }

    private record Endless(String answer, long bytes) {}

    /// Sends three gigabytes of zeros for as long as somebody takes them.
    private static Endless sendEndless(String path, String type, boolean saysHowMuch)
            throws IOException {
        long most = 3L << 30;
        URI url = URI.create(afinador.url());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(60_000);
            OutputStream out = socket.getOutputStream();
            String head =
                    "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\n%s\r\n\r\n"
                            .formatted(
                                    path,
                                    afinador.adminToken(),
                                    type,
                                    saysHowMuch
                                            ? "Content-Length: " + most
                                            : "Transfer-Encoding: chunked");
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            if (type.startsWith("multipart")) {
                out.write(
                        "--limite\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
            }
            byte[] chunk = new byte[64 << 10];
            long sent = 0;
            InputStream in = socket.getInputStream();
            try {
                while (sent < most && in.available() == 0) {
                    if (!saysHowMuch) {
                        out.write(
                                (Integer.toHexString(chunk.length) + "\r\n")
                                        .getBytes(StandardCharsets.US_ASCII));
                    }
                    out.write(chunk);
                    if (!saysHowMuch) {
                        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                    }
                    sent += chunk.length;
                }
            } catch (IOException e) {
                // the server has hung up; its answer may still be there to be read
            }
            return new Endless(readSome(in), sent);
        }
    }

    private static String readSome(InputStream in) throws IOException {
        var text = new StringBuilder();
        byte[] part = new byte[8192];
        try {
            for (int n = in.read(part); n > 0; n = in.read(part)) {
                text.append(new String(part, 0, n, StandardCharsets.UTF_8));
                if (text.indexOf("}") > 0) {
                    break;
                }
            }
        } catch (IOException e) {
            if (text.isEmpty()) {
                throw e;
            }
        }
        return text.toString();
    }

    @Test
    void paths_that_climb_reach_nothing() throws IOException {
        for (String path :
                List.of(
                        DATASETS + "/..%2f..%2fadmin.token",
                        DATASETS + "/%2e%2e/%2e%2e/admin.token/content",
                        DATASETS + "/..;/..;/providers",
                        JOBS + "/%00",
                        JOBS + "/a%5cb",
                        "//etc/passwd",
                        "/api/v1/ai/../../../../etc/passwd")) {
            String answer = raw("GET " + path + " HTTP/1.1\r\nAccept: application/json\r\n");
            assertThat(answer).as(path).containsPattern("^HTTP/1.1 (400|404)");
            assertThat(answer).as(path).doesNotContain(afinador.adminToken(), "root:");
            assertTellsNothingOfTheInside(answer);
        }
    }

    private static String raw(String head) throws IOException {
        URI url = URI.create(afinador.url());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(
                            (head
                                            + (head.contains("Host:") ? "" : "Host: localhost\r\n")
                                            + "Authorization: Bearer "
                                            + afinador.adminToken()
                                            + "\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void html_in_names_is_text_and_nothing_else() {
        String html = "<script>alert(1)</script>";
        String id =
                api.post(JOBS, ApiClient.ask(account, dataset, "html").put("name", html))
                        .expect(202)
                        .json()
                        .path("id")
                        .asString();
        ApiClient.Answer answer = api.get(JOBS + "/" + id).expect(200);
        assertThat(answer.contentType()).startsWith("application/json");
        assertThat(answer.json().path("name").asString()).isEqualTo(html);
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        for (String path : List.of("/jobs", "/jobs/" + id)) {
            ApiClient.Answer page =
                    api.send(api.request(path).header("Accept", "text/html").build()).expect(200);
            assertThat(page.text()).contains("&lt;script&gt;").doesNotContain(html);
        }
        ApiClient.Answer unknown =
                api.send(
                        api.request(JOBS + "/%3Cimg%20src=x%3E")
                                .header("Accept", "text/html")
                                .build());
        assertThat(unknown.contentType()).doesNotContain("text/html");
    }

    @Test
    void a_key_goes_in_and_never_comes_out() {
        String secret = "sk-test-never-shown-again-4711";
        ApiClient.Answer added =
                api.post(
                        PROVIDERS,
                        ApiClient.object()
                                .put("name", "Secreto")
                                .put("kind", "compatible")
                                .put("base_url", provider.baseUrl())
                                .put("key", secret));
        String id = added.expect(201).json().path("id").asString();
        api.post(PROVIDERS + "/" + id + "/test", null).expect(200);
        assertThat(added.text() + api.get(PROVIDERS).text() + afinador.log() + afinador.output())
                .contains("4711")
                .doesNotContain(secret);
        api.delete(PROVIDERS + "/" + id).expect(204);
    }

    @Test
    void without_a_good_token_there_is_only_a_problem() {
        ApiClient nobody = ApiClient.of(afinador.url(), "");
        assertProblem(nobody.get(JOBS), 401, "not_signed_in");
        assertThat(nobody.get(JOBS).header("WWW-Authenticate")).isEqualTo("Bearer");
        assertProblem(ApiClient.of(afinador.url(), "no-es-este").get(JOBS), 401, "not_signed_in");
        assertProblem(
                nobody.post(JOBS, ApiClient.ask(account, dataset, "x")), 401, "not_signed_in");
        assertProblem(
                ApiClient.of(afinador.url(), "no-es-este")
                        .post(JOBS, ApiClient.ask(account, dataset, "x")),
                401,
                "not_signed_in");
    }

    @Test
    void a_foreign_host_name_is_not_served() throws IOException {
        String answer = raw("GET " + JOBS + " HTTP/1.1\r\nHost: evil.example\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 421")
                .contains("application/problem+json")
                .contains("\"code\":\"host_not_allowed\"");
        assertThat(answer).doesNotContain("\"data\"");
    }

    /// What no resource of ours is asked for: wrong addresses, methods and formats.
    static Stream<Bad> beside() {
        return Stream.of(
                get("unknown address", "/api/v1/ai/training/nada", 404, "not_found"),
                get("address above", "/api", 404, "not_found"),
                get("address with a slash too many", JOBS + "/", 404, "not_found"),
                get("half an address of a job", JOBS + "/$job/nada", 404, "not_found"),
                json("wrong method", "PUT", JOBS, "{}", 405, "method_not_allowed"),
                json(
                        "wrong method of one",
                        "PATCH",
                        JOBS + "/$job",
                        "{}",
                        405,
                        "method_not_allowed"),
                get("format we do not speak", JOBS, 406, "not_acceptable")
                        .with("Accept", "application/xml"),
                get("picture of a verification", JOBS + "/$job/verification", 406, "not_acceptable")
                        .with("Accept", "image/png"),
                json("form for JSON", "POST", JOBS, "a=b", 415, "media_type_not_supported")
                        .with("Content-Type", "application/x-www-form-urlencoded"),
                json("JSON in Latin-1", "POST", JOBS, "{}", 415, "media_type_not_supported")
                        .with("Content-Type", "application/json;charset=ISO-8859-1"),
                json("no media type", "POST", JOBS, "{}", 415, "media_type_not_supported")
                        .with("Content-Type", "json"),
                get("climbing address", "/api/%2e%2e/%2e%2e/etc/passwd", 400, "bad_request"),
                get("webhooks are posted", "/webhooks/$account", 405, "method_not_allowed"),
                json("webhook of nobody", "POST", "/webhooks/nadie", "{}", 404, "provider_unknown"),
                json(
                        "webhook unsigned",
                        "POST",
                        "/webhooks/$account",
                        "{}",
                        401,
                        "webhook_not_signed"),
                get("metrics of nothing", "/actuator/nada", 404, "not_found"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("beside")
    void a_request_beside_every_resource_gets_a_problem_in_the_callers_language(Bad bad) {
        String spanish = title(bad, "es");
        String english = title(bad, "en-GB,en;q=0.9");
        assertThat(spanish).isNotEqualTo(english);
        assertThat(title(bad, "fr")).as("Spanish is the house's language").isEqualTo(spanish);
    }

    private static String title(Bad bad, String language) {
        HttpRequest.Builder request = api.request(real(bad.path()));
        bad.headers().forEach(request::setHeader);
        request.setHeader("Accept-Language", language);
        request.method(
                bad.method(),
                bad.body() == null ? BodyPublishers.noBody() : BodyPublishers.ofString(bad.body()));
        ApiClient.Answer answer = api.send(request.build());
        assertProblem(answer, bad.status(), bad.code());
        return answer.json().path("title").asString();
    }

    @Test
    void a_sign_in_link_works_once_and_its_session_ends_with_signing_out() {
        ApiClient browser = ApiClient.of(afinador.url(), "");
        String link = afinador.signInLink().substring(afinador.url().length());

        ApiClient.Answer opened = browser.get(link);
        assertThat(opened.status()).isBetween(302, 303);
        String session = cookie(opened, "afinador_session");
        assertThat(session).contains("HttpOnly").contains("SameSite=Lax");
        assertThat(browser.get(link).status()).isEqualTo(401);

        String cookies = session.split(";", 2)[0];
        assertThat(withCookie(browser, "GET", JOBS, cookies, "").status()).isEqualTo(200);
        assertProblem(withCookie(browser, "POST", JOBS, cookies, "{}"), 403, "csrf");
        ApiClient.Answer page = withCookie(browser, "GET", "/jobs", cookies, "");
        Matcher token = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"").matcher(page.text());
        assertThat(token.find()).as("the page carries its token").isTrue();
        ApiClient.Answer out =
                browser.send(
                        browser.request("/sign-out")
                                .header(
                                        "Cookie",
                                        cookies
                                                + "; "
                                                + cookie(page, "afinador_csrf").split(";", 2)[0])
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(
                                        BodyPublishers.ofString(
                                                "_csrf=" + ApiClient.encoded(token.group(1))))
                                .build());
        assertThat(out.status()).isBetween(302, 303);
        assertProblem(withCookie(browser, "GET", JOBS, cookies, ""), 401, "not_signed_in");
    }

    private static String cookie(ApiClient.Answer answer, String name) {
        return answer.whole().headers().allValues("Set-Cookie").stream()
                .filter(c -> c.startsWith(name + "="))
                .findFirst()
                .orElseThrow();
    }

    private static ApiClient.Answer withCookie(
            ApiClient browser, String method, String path, String cookie, String body) {
        return browser.send(
                browser.request(path)
                        .header("Cookie", cookie)
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body))
                        .build());
    }
}
