package dev.afinador.engine.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.afinador.engine.EngineRig;
import dev.afinador.provider.Credential;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The engine's protocol on a port of its own, and a client that checks every answer against the vendor's published schema.
final class EngineHttp implements AutoCloseable {

    static final String KEY = "sk-afinador-clave-de-prueba";
    static final JsonMapper JSON = JsonMapper.builder().build();

    private static final JsonNode SCHEMAS = schemas();
    private static final Map<String, Schema> READ = new ConcurrentHashMap<>();

    private final ConfigurableApplicationContext context;
    private final HttpClient client = HttpClient.newHttpClient();
    final String base;

    EngineHttp(EngineRig rig) {
        this.context =
                new SpringApplicationBuilder(App.class)
                        .web(WebApplicationType.SERVLET)
                        .initializers(c -> {
                            var beans = c.getBeanFactory();
                            beans.registerSingleton("files", rig.files);
                            beans.registerSingleton("jobs", rig.jobs);
                            beans.registerSingleton("models", rig.models);
                            beans.registerSingleton("webhooks", rig.webhooks);
                            beans.registerSingleton("sampler", rig.sampler);
                            beans.registerSingleton("ids", rig.ids);
                            beans.registerSingleton("clock", rig.clock);
                        })
                        .properties(
                                Map.of(
                                        "server.port", "0",
                                        "server.address", "127.0.0.1",
                                        "spring.main.banner-mode", "off",
                                        "spring.servlet.multipart.enabled", "false",
                                        "server.tomcat.relaxed-query-chars", "[,]",
                                        "spring.threads.virtual.enabled", "true"))
                        .run();
        this.base =
                "http://127.0.0.1:"
                        + context.getEnvironment().getProperty("local.server.port")
                        + "/engine/v1";
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(EngineProtocol.class)
    static class App {
        @Bean
        FilterRegistrationBean<EngineDoor> door() {
            var registration =
                    new FilterRegistrationBean<>(new EngineDoor(new Credential(KEY), "local"));
            registration.addUrlPatterns("/engine/*");
            return registration;
        }
    }

    /// @param json null when the body is no JSON
    record Reply(int status, Map<String, List<String>> headers, byte[] bytes, JsonNode json) {
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(e -> e.getKey().equalsIgnoreCase(name))
                    .map(e -> e.getValue().getFirst())
                    .findFirst()
                    .orElse(null);
        }

        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        JsonNode error() {
            return json.path("error");
        }

        Reply is(int wanted) {
            assertThat(status).as(text()).isEqualTo(wanted);
            return this;
        }
    }

    Reply get(String path) {
        return send("GET", path, null, Map.of());
    }

    Reply delete(String path) {
        return send("DELETE", path, null, Map.of());
    }

    /// As official clients send an action: an empty body.
    Reply post(String path) {
        return send("POST", path, BodyPublishers.noBody(), Map.of());
    }

    Reply post(String path, String json) {
        return post(path, json, Map.of());
    }

    Reply post(String path, String json, Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putIfAbsent("Content-Type", "application/json");
        return send("POST", path, BodyPublishers.ofString(json), all);
    }

    /// @param parts name to text, in this order; a name that ends with `@` is the file's, without the `@`
    Reply form(String path, Map<String, byte[]> parts, String filename) {
        String boundary = "frontera-5c1f";
        var body = new java.io.ByteArrayOutputStream();
        parts.forEach((name, bytes) -> {
            boolean file = name.endsWith("@");
            String plain = file ? name.substring(0, name.length() - 1) : name;
            String head =
                    "--"
                            + boundary
                            + "\r\nContent-Disposition: form-data; name=\""
                            + plain
                            + "\""
                            + (file && filename != null ? "; filename=\"" + filename + "\"" : "")
                            + "\r\n"
                            + (file ? "Content-Type: application/octet-stream\r\n" : "")
                            + "\r\n";
            body.writeBytes(head.getBytes(StandardCharsets.UTF_8));
            body.writeBytes(bytes);
            body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        });
        body.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return send(
                "POST",
                path,
                BodyPublishers.ofByteArray(body.toByteArray()),
                Map.of("Content-Type", "multipart/form-data; boundary=" + boundary));
    }

    Reply upload(String content, String purpose) {
        Map<String, byte[]> parts = new LinkedHashMap<>();
        parts.put("purpose", purpose.getBytes(StandardCharsets.UTF_8));
        parts.put("file@", content.getBytes(StandardCharsets.UTF_8));
        return form("/files", parts, "datos.jsonl");
    }

    Reply send(String method, String path, BodyPublisher body, Map<String, String> headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .method(method, body == null ? BodyPublishers.noBody() : body)
                        .header(
                                "Authorization",
                                headers.getOrDefault("Authorization", "Bearer " + KEY));
        headers.forEach((name, value) -> {
            if (!name.equals("Authorization")) {
                request.header(name, value);
            }
        });
        try {
            HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
            boolean json =
                    answer.headers()
                            .firstValue("Content-Type")
                            .filter(t -> t.startsWith("application/json"))
                            .isPresent();
            Reply reply =
                    new Reply(
                            answer.statusCode(),
                            answer.headers().map(),
                            answer.body(),
                            json ? JSON.readTree(answer.body()) : null);
            check(method, path, reply);
            return reply;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void check(String method, String path, Reply reply) {
        assertThat(reply.header("x-request-id"))
                .as("request id of " + path)
                .matches("req_[0-9a-f]{32}");
        if (reply.json() == null) {
            return;
        }
        if (reply.status() >= 400) {
            assertThat(reply.header("x-should-retry") == null)
                    .as("who may try %s again", path)
                    .isEqualTo(reply.status() == 429 || reply.status() >= 500);
            matches("ErrorResponse", reply.json());
            return;
        }
        String schema = schemaOf(method, path.replaceAll("\\?.*", ""));
        if (schema != null) {
            matches(schema, reply.json());
        }
    }

    private static String schemaOf(String method, String path) {
        if (path.equals("/files")) {
            return method.equals("GET") ? "ListFilesResponse" : "OpenAIFile";
        }
        if (path.matches("/files/[^/]+")) {
            return method.equals("GET") ? "OpenAIFile" : "DeleteFileResponse";
        }
        if (path.matches("/uploads(/[^/]+/(complete|cancel))?")) {
            return "Upload";
        }
        if (path.matches("/uploads/[^/]+/parts")) {
            return "UploadPart";
        }
        if (path.equals("/fine_tuning/jobs")) {
            return method.equals("GET") ? "ListPaginatedFineTuningJobsResponse" : "FineTuningJob";
        }
        if (path.matches("/fine_tuning/jobs/[^/]+(/(cancel|pause|resume))?")) {
            return "FineTuningJob";
        }
        if (path.endsWith("/events")) {
            return "ListFineTuningJobEventsResponse";
        }
        if (path.endsWith("/checkpoints")) {
            return "ListFineTuningJobCheckpointsResponse";
        }
        if (path.equals("/models")) {
            return "ListModelsResponse";
        }
        if (path.startsWith("/models/")) {
            return method.equals("GET") ? "Model" : "DeleteModelResponse";
        }
        if (path.equals("/chat/completions")) {
            return "CreateChatCompletionResponse";
        }
        return null;
    }

    /// Fails when the published schema of this name does not allow the value.
    static void matches(String name, JsonNode value) {
        List<Error> errors = READ.computeIfAbsent(name, EngineHttp::schema).validate(value);
        assertThat(errors).as(name + ": " + value).isEmpty();
    }

    private static Schema schema(String name) {
        var schema = (tools.jackson.databind.node.ObjectNode) SCHEMAS.deepCopy();
        schema.put("$ref", "#/$defs/" + name);
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema);
    }

    private static JsonNode schemas() {
        try (InputStream in = EngineHttp.class.getResourceAsStream("openai-schema.json")) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        context.close();
        client.close();
    }
}
