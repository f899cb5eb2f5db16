package dev.afinador.testkit.provider;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A plain client, so that the provider is met as its users meet it.
final class Caller implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;
    private final String key;

    record Reply(int status, HttpResponse<String> response) {
        JsonNode json() {
            return JSON.readTree(response.body());
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    Caller(FakeProvider provider) {
        this(provider.baseUrl(), provider.key());
    }

    Caller(String base, String key) {
        this.base = base;
        this.key = key;
    }

    Reply get(String path) {
        return send("GET", path, "", Duration.ofSeconds(10));
    }

    Reply post(String path, String body) {
        return send("POST", path, body, Duration.ofSeconds(10));
    }

    Reply delete(String path) {
        return send("DELETE", path, "", Duration.ofSeconds(10));
    }

    Reply send(String method, String path, String body, Duration timeout) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(timeout)
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return exchange(request.build());
    }

    /// @param disposition e.g. `name="file"; filename="a.jsonl"`
    Reply upload(String purpose, String disposition, String content) {
        String body =
                """
                --frontera\r
                Content-Disposition: form-data; name="purpose"\r
                \r
                %s\r
                --frontera\r
                Content-Disposition: form-data; %s\r
                Content-Type: application/octet-stream\r
                \r
                %s\r
                --frontera--\r
                """
                        .formatted(purpose, disposition, content);
        return exchange(
                HttpRequest.newBuilder(URI.create(base + "/files"))
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "multipart/form-data; boundary=frontera")
                        .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                        .build());
    }

    String uploaded(String content) {
        return upload("fine-tune", "name=\"file\"; filename=\"datos.jsonl\"", content)
                .json()
                .get("id")
                .asString();
    }

    Reply createJob(String trainingFile) {
        return createJob(trainingFile, Map.of());
    }

    Reply createJob(String trainingFile, Map<String, Object> more) {
        var body = JSON.createObjectNode();
        body.put("model", "gpt-4o-mini").put("training_file", trainingFile);
        more.forEach((name, value) -> body.set(name, JSON.valueToTree(value)));
        return post("/fine_tuning/jobs", JSON.writeValueAsString(body));
    }

    private Reply exchange(HttpRequest request) {
        try {
            HttpResponse<String> response =
                    client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Reply(response.statusCode(), response);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
