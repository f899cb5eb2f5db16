package dev.afinador.openai;

import static dev.afinador.openai.Given.JOB;
import static dev.afinador.openai.Given.REQUEST;
import static dev.afinador.openai.StubServer.json;
import static dev.afinador.openai.StubServer.raw;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.provider.CreateJobRequest;
import dev.afinador.provider.CreateOutcome;
import dev.afinador.provider.CreateOutcome.Accepted;
import dev.afinador.provider.CreateOutcome.Rejected;
import dev.afinador.provider.CreateOutcome.TryLater;
import dev.afinador.provider.CreateOutcome.Unknown;
import dev.afinador.provider.Credential;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderError.Kind;
import dev.afinador.provider.ProviderKind;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class CreateTest {

    static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of(json(200, JOB), Accepted.class, null),
                Arguments.of(json(201, JOB), Accepted.class, null),
                Arguments.of(
                        json(200, "{\"object\":\"fine_tuning.job\",\"id\":\"x\"}"),
                        Accepted.class,
                        null),
                Arguments.of(json(200, "{\"id\":\"ftjob-"), Unknown.class, Kind.NOT_THIS_PROTOCOL),
                Arguments.of(json(200, "{\"ok\":true}"), Unknown.class, Kind.NOT_THIS_PROTOCOL),
                Arguments.of(json(200, ""), Unknown.class, Kind.NOT_THIS_PROTOCOL),
                Arguments.of(
                        raw(200, "<html>sign in</html>", "text/html"),
                        Unknown.class,
                        Kind.NOT_THIS_PROTOCOL),
                Arguments.of(
                        raw(204, "", "application/json"), Unknown.class, Kind.NOT_THIS_PROTOCOL),
                Arguments.of(error(400, "bad"), Rejected.class, Kind.BAD_REQUEST),
                Arguments.of(error(404, "no"), Rejected.class, Kind.NOT_FOUND),
                Arguments.of(error(422, "no"), Rejected.class, Kind.BAD_REQUEST),
                Arguments.of(
                        error(400, "File file-1 is not ready; retry later."),
                        TryLater.class,
                        Kind.BAD_REQUEST),
                Arguments.of(
                        error(400, "Invalid training file: not ready for dpo"),
                        Rejected.class,
                        Kind.BAD_REQUEST),
                Arguments.of(error(401, "wrong key"), TryLater.class, Kind.KEY_REJECTED),
                Arguments.of(error(403, "no"), TryLater.class, Kind.FORBIDDEN),
                Arguments.of(
                        json(
                                403,
                                "{\"error\":{\"code\":\"training_not_available\",\"message\":\"closed\"}}"),
                        Rejected.class,
                        Kind.TRAINING_NOT_AVAILABLE),
                Arguments.of(error(402, "pay"), TryLater.class, Kind.QUOTA),
                Arguments.of(error(429, "slow"), TryLater.class, Kind.RATE_LIMITED),
                Arguments.of(
                        json(
                                429,
                                "{\"error\":{\"type\":\"insufficient_quota\",\"message\":\"pay\"}}"),
                        TryLater.class,
                        Kind.QUOTA),
                Arguments.of(error(408, "late"), Unknown.class, Kind.TIMEOUT),
                Arguments.of(error(409, "conflict"), Unknown.class, Kind.BAD_REQUEST),
                Arguments.of(error(500, "oops"), Unknown.class, Kind.SERVER_ERROR),
                Arguments.of(error(503, "busy"), Unknown.class, Kind.SERVER_ERROR),
                Arguments.of(raw(502, "<html>", "text/html"), Unknown.class, Kind.SERVER_ERROR),
                Arguments.of(
                        json(302, "", "Location: https://login.example/?token=abc"),
                        Unknown.class,
                        Kind.NOT_THIS_PROTOCOL),
                Arguments.of(
                        json(307, "", "Location: https://other.example/"),
                        TryLater.class,
                        Kind.NOT_THIS_PROTOCOL));
    }

    private static byte[] error(int status, String message) {
        return json(
                status,
                "{\"error\":{\"message\":\""
                        + message
                        + "\",\"type\":\"t\",\"param\":null,\"code\":null}}");
    }

    @ParameterizedTest
    @MethodSource("answers")
    void an_answer_means_one_of_four_things_and_is_never_asked_for_again(
            byte[] answer, Class<?> outcome, Kind kind) throws IOException {
        try (var server = new StubServer(_ -> answer)) {
            var result = Given.backend(server.baseUrl()).create(REQUEST);

            assertThat(result).isInstanceOf(outcome);
            assertThat(kindOf(result)).isEqualTo(kind);
            assertThat(server.seen).hasSize(1);
        }
    }

    @Test
    void a_connection_closed_without_an_answer_is_unknown_and_sent_once() throws IOException {
        try (var server = new StubServer(_ -> null)) {
            var result = Given.backend(server.baseUrl()).create(REQUEST);

            assertThat(result).isInstanceOf(Unknown.class);
            assertThat(kindOf(result)).isEqualTo(Kind.CONNECTION_LOST);
            assertThat(server.seen).hasSize(1);
            assertThat(server.connections).hasValue(1);
        }
    }

    /// The trap of clients that pool: the server closes a kept-alive connection just as the next request arrives on it.
    @Test
    void a_create_never_meets_a_kept_alive_connection_that_is_being_closed() throws IOException {
        try (var server =
                new StubServer(seen ->
                        seen.method().equals("POST") || seen.onConnection() > 0
                                ? null
                                : json(200, Given.list(JOB)))) {
            var backend = Given.backend(server.baseUrl());
            backend.listJobs(null, 1, null);

            var result = backend.create(REQUEST);

            assertThat(result).isInstanceOf(Unknown.class);
            assertThat(server.seen).filteredOn(s -> s.method().equals("POST")).hasSize(1);
            assertThat(server.seen.getLast().onConnection()).isZero();
            assertThat(server.seen.getLast().connection()).isEqualTo(2);
        }
    }

    @Test
    void a_late_answer_is_unknown() throws IOException {
        var never = new CountDownLatch(1);
        try (var server = new StubServer(_ -> waitFor(never))) {
            var result = Given.backend(server.baseUrl()).create(REQUEST);

            assertThat(result).isInstanceOf(Unknown.class);
            assertThat(kindOf(result)).isEqualTo(Kind.TIMEOUT);
            assertThat(server.seen).hasSize(1);
            never.countDown();
        }
    }

    @Test
    void a_body_that_stalls_after_a_good_status_is_unknown() throws IOException {
        byte[] half = "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"id\":".getBytes();
        try (var server = new StubServer(_ -> half)) {
            var result = Given.backend(server.baseUrl()).create(REQUEST);

            assertThat(result).isInstanceOf(Unknown.class);
            assertThat(kindOf(result)).isEqualTo(Kind.TIMEOUT);
        }
    }

    @Test
    void a_refusal_holds_although_its_body_broke_off() throws IOException {
        byte[] half = "HTTP/1.1 400 X\r\nContent-Length: 5000\r\n\r\n{\"err".getBytes();
        try (var server = new StubServer(_ -> half)) {
            assertThat(Given.backend(server.baseUrl()).create(REQUEST))
                    .isInstanceOf(Rejected.class);
        }
    }

    @Test
    void nothing_was_sent_when_nobody_listens() throws IOException {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        var result = Given.backend(URI.create("http://127.0.0.1:" + port + "/v1")).create(REQUEST);

        assertThat(result).isInstanceOf(TryLater.class);
        assertThat(kindOf(result)).isEqualTo(Kind.REFUSED);
    }

    @Test
    void nothing_was_sent_when_the_name_does_not_resolve() {
        var result = Given.backend(URI.create("https://no-such-host.invalid/v1")).create(REQUEST);

        assertThat(result).isInstanceOf(TryLater.class);
        assertThat(kindOf(result)).isEqualTo(Kind.DNS);
    }

    @Test
    void nothing_was_sent_when_the_port_does_not_speak_tls() throws IOException {
        try (var socket = new ServerSocket(0)) {
            Thread.startVirtualThread(() -> {
                try (var connection = socket.accept()) {
                    connection.getInputStream().read();
                    connection
                            .getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes());
                    connection.getOutputStream().flush();
                    connection.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // the client went away
                }
            });
            var url = URI.create("https://127.0.0.1:" + socket.getLocalPort() + "/v1");
            var result = Given.backend(url).create(REQUEST);

            assertThat(result).isInstanceOf(TryLater.class);
            assertThat(kindOf(result)).isEqualTo(Kind.TLS);
        }
    }

    @Test
    void nothing_was_sent_when_the_certificate_is_not_trusted(@TempDir Path folder)
            throws Exception {
        try (var socket = selfSigned(folder)) {
            Thread.startVirtualThread(() -> {
                try (var connection = socket.accept()) {
                    connection.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // the client turned away
                }
            });
            var url = URI.create("https://localhost:" + socket.getLocalPort() + "/v1");
            // the first handshake of a virtual machine is slow
            var patient =
                    new OpenAiBackends(
                            new Given.Journal(),
                            _ -> new Credential(Given.KEY),
                            InstantSource.system(),
                            OpenAiTimeouts.DEFAULT);
            var result = patient.of(Given.provider(ProviderKind.OPENAI, url)).create(REQUEST);

            assertThat(result).isInstanceOf(TryLater.class);
            assertThat(kindOf(result)).isEqualTo(Kind.TLS);
        }
    }

    private static ServerSocket selfSigned(Path folder) throws Exception {
        Path store = folder.resolve("keys.p12");
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var made =
                new ProcessBuilder(
                                keytool,
                                "-genkeypair",
                                "-alias",
                                "a",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                "changeit")
                        .redirectErrorStream(true)
                        .start();
        made.getInputStream().readAllBytes();
        assertThat(made.waitFor()).isZero();
        var keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context.getServerSocketFactory().createServerSocket(0);
    }

    /// The JDK's client cannot say for certain here that the request has not left, so we do not either.
    @Test
    void a_peer_that_hangs_up_during_the_handshake_leaves_the_outcome_unknown() throws IOException {
        try (var server = new StubServer(_ -> null)) {
            var url = URI.create("https://127.0.0.1:" + server.port() + "/v1");
            var result = Given.backend(url).create(REQUEST);

            assertThat(result).isNotInstanceOfAny(Accepted.class, Rejected.class);
            assertThat(kindOf(result)).isEqualTo(Kind.TLS);
        }
    }

    /// A listener that takes the connection and never speaks: the handshake stalls, so no request has left.
    @Test
    void nothing_was_sent_when_the_handshake_stalls() throws IOException {
        try (var socket = new ServerSocket(0)) {
            var url = URI.create("https://127.0.0.1:" + socket.getLocalPort() + "/v1");
            var result = Given.backend(url).create(REQUEST);

            assertThat(result).isInstanceOf(TryLater.class);
            assertThat(kindOf(result)).isEqualTo(Kind.TIMEOUT);
        }
    }

    @Test
    void retry_after_is_kept_up_to_an_hour() throws IOException {
        assertThat(retryNotBefore("Retry-After: 20")).isEqualTo(Duration.ofSeconds(20));
        assertThat(retryNotBefore("retry-after-ms: 1500", "Retry-After: 20"))
                .isEqualTo(Duration.ofMillis(1500));
        assertThat(retryNotBefore("Retry-After: Mon, 23 Nov 2026 10:00:30 GMT"))
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(retryNotBefore("Retry-After: 999999999999")).isEqualTo(Duration.ofHours(1));
        assertThat(retryNotBefore("Retry-After: Mon, 23 Nov 2026 09:00:00 GMT")).isNull();
        assertThat(retryNotBefore("Retry-After: soon")).isNull();
        assertThat(retryNotBefore("Retry-After: -5")).isNull();
    }

    private static Duration retryNotBefore(String... headers) throws IOException {
        try (var server = new StubServer(_ -> json(429, "{}", headers))) {
            var error = errorOf(Given.backend(server.baseUrl()).create(REQUEST));
            return error.retryNotBefore() == null
                    ? null
                    : Duration.between(Given.NOW, error.retryNotBefore());
        }
    }

    @Test
    void the_body_says_exactly_what_was_asked_for() throws IOException {
        try (var server = new StubServer(_ -> json(200, JOB))) {
            Given.backend(server.baseUrl()).create(REQUEST);

            var sent = server.seen.getFirst();
            assertThat(sent.target()).isEqualTo("/v1/fine_tuning/jobs");
            assertThat(sent.headers())
                    .containsEntry("authorization", "Bearer " + Given.KEY)
                    .containsEntry("content-type", "application/json")
                    .doesNotContainKey("upgrade");
            assertThat(sent.headers().get("user-agent")).startsWith("afinador/");
            assertThat(JsonMapper.shared().readTree(sent.text()))
                    .isEqualTo(
                            JsonMapper.shared()
                                    .readTree(
                                            """
                                            {"model":"gpt-4o-mini","training_file":"file-1","suffix":"soporte","seed":42,
                                             "method":{"type":"supervised","supervised":{"hyperparameters":
                                               {"batch_size":"auto","learning_rate_multiplier":0.1,"n_epochs":3}}},
                                             "metadata":{"afinador_job":"j-1"}}\
                                            """));
        }
    }

    @Test
    void azure_has_its_own_header_and_rule_for_suffixes() throws IOException {
        try (var server = new StubServer(_ -> json(201, JOB))) {
            var azure =
                    Given.backends(new Given.Journal())
                            .of(Given.provider(ProviderKind.AZURE, server.baseUrl()));

            assertThat(azure.create(REQUEST)).isInstanceOf(Accepted.class);
            assertThat(server.seen.getFirst().headers())
                    .containsEntry("api-key", Given.KEY)
                    .doesNotContainKey("authorization");

            var refused = azure.create(withSuffix("v1.2"));
            assertThat(refused).isInstanceOf(Rejected.class);
            assertThat(errorOf(refused).param()).isEqualTo("suffix");
            assertThat(server.seen).hasSize(1);
        }
    }

    @Test
    void bedrock_asks_for_supervised_training_without_a_method() {
        var request = withSuffix(null);
        var body = JsonMapper.shared().readTree(CreateBody.of(request, new Bedrock()));

        assertThat(body.has("method")).isFalse();
        assertThat(body.path("hyperparameters").path("n_epochs").asInt()).isEqualTo(3);
        assertThat(
                        Vendor.of(
                                Given.provider(
                                        ProviderKind.COMPATIBLE,
                                        URI.create("https://bedrock-mantle.us-west-2.api.aws/v1"))))
                .isInstanceOf(Bedrock.class);
    }

    private static CreateJobRequest withSuffix(String suffix) {
        return new CreateJobRequest(
                "m", "f", null, suffix, null, "supervised", Map.of("n_epochs", "3"), Map.of());
    }

    static byte[] waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    static Kind kindOf(CreateOutcome outcome) {
        var error = errorOf(outcome);
        return error == null ? null : error.kind();
    }

    static ProviderError errorOf(CreateOutcome outcome) {
        return switch (outcome) {
            case Accepted _ -> null;
            case Rejected(var error) -> error;
            case TryLater(var error) -> error;
            case Unknown(var error) -> error;
        };
    }
}
