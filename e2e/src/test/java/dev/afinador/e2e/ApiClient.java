package dev.afinador.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.testkit.provider.FakeProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The JSON API as a program calls it. Safe for use by many threads.
public final class ApiClient {

    public static final String JOBS = "/api/v1/ai/training/fine-tuning/jobs";
    public static final String DATASETS = "/api/v1/ai/training/datasets";
    public static final String PROVIDERS = "/api/v1/ai/providers";
    public static final String MODELS = "/api/v1/ai/models";

    public static final JsonMapper JSON = JsonMapper.builder().build();

    private static final HttpClient HTTP =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    private final String url;
    private final String token;

    private ApiClient(String url, String token) {
        this.url = url;
        this.token = token;
    }

    /// @param token empty for none
    public static ApiClient of(String url, String token) {
        return new ApiClient(url, token);
    }

    /// An answer, as text.
    public record Answer(int status, String contentType, HttpResponse<String> whole, String text) {

        public JsonNode json() {
            return JSON.readTree(text);
        }

        public Answer expect(int wanted) {
            assertThat(status).as("%s: %s", whole.request(), text).isEqualTo(wanted);
            return this;
        }

        public String header(String name) {
            return whole.headers().firstValue(name).orElse("");
        }
    }

    /// A request to this server with this client's token, for everything unusual.
    public HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(60));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    public Answer get(String path) {
        return send(request(path).GET().build());
    }

    /// @param json null for no body
    public Answer post(String path, JsonNode json) {
        return send(withJson(request(path), "POST", json).build());
    }

    public Answer put(String path, JsonNode json) {
        return send(withJson(request(path), "PUT", json).build());
    }

    public Answer patch(String path, JsonNode json) {
        return send(withJson(request(path), "PATCH", json).build());
    }

    public Answer delete(String path) {
        return send(request(path).DELETE().build());
    }

    /// @throws UncheckedIOException when no answer came
    public Answer send(HttpRequest request) {
        try {
            HttpResponse<String> answer =
                    HTTP.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
            return new Answer(
                    answer.statusCode(),
                    answer.headers().firstValue("Content-Type").orElse(""),
                    answer,
                    answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public static HttpRequest.Builder withJson(
            HttpRequest.Builder request, String method, JsonNode json) {
        return json == null
                ? request.method(method, BodyPublishers.noBody())
                : request.method(method, BodyPublishers.ofString(JSON.writeValueAsString(json)))
                        .header("Content-Type", "application/json");
    }

    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /// Configures the scripted provider; gives its id.
    public String addProvider(String name, FakeProvider provider) {
        return addProvider(name, provider, null);
    }

    /// @param webhookSecret null for none
    public String addProvider(String name, FakeProvider provider, String webhookSecret) {
        ObjectNode form =
                object().put("name", name)
                        .put("kind", "compatible")
                        .put("base_url", provider.baseUrl())
                        .put("key", provider.key());
        if (webhookSecret != null) {
            form.put("webhook_secret", webhookSecret);
        }
        return post(PROVIDERS, form).expect(201).json().path("id").asString();
    }

    /// Uploads a training file; gives the id of its dataset.
    public String addDataset(String filename, String content) {
        return upload(filename, content).expect(201).json().path("dataset").path("id").asString();
    }

    public Answer upload(String filename, String content) {
        return send(
                request(DATASETS + "?filename=" + encoded(filename))
                        .header("Content-Type", "application/jsonl")
                        .POST(BodyPublishers.ofString(content))
                        .build());
    }

    /// The body of a start with this suffix.
    public static ObjectNode ask(String provider, String dataset, String suffix) {
        return object().put("provider_id", provider)
                .put("dataset_id", dataset)
                .put("base_model", "gpt-4o-mini-2024-07-18")
                .put("suffix", suffix);
    }

    /// Starts a job; gives its id.
    public String start(String provider, String dataset, String suffix) {
        return post(JOBS, ask(provider, dataset, suffix)).expect(202).json().path("id").asString();
    }

    public Answer startWithKey(JsonNode ask, String idempotencyKey) {
        return send(
                withJson(request(JOBS), "POST", ask)
                        .header("Idempotency-Key", idempotencyKey)
                        .build());
    }

    public JsonNode job(String id) {
        return get(JOBS + "/" + id).expect(200).json();
    }

    /// The sole path to every job, by pages of the API.
    public Map<String, JsonNode> allJobs() {
        Map<String, JsonNode> all = new java.util.LinkedHashMap<>();
        String after = null;
        do {
            JsonNode page =
                    get(JOBS + "?limit=200" + (after == null ? "" : "&after=" + after))
                            .expect(200)
                            .json();
            page.path("data").forEach(j -> all.put(j.path("id").asString(), j));
            after = page.path("has_more").asBoolean() ? page.path("next_after").asString() : null;
        } while (after != null);
        return all;
    }
}
