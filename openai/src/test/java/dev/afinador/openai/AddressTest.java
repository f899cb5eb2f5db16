package dev.afinador.openai;

import static dev.afinador.openai.StubServer.json;
import static dev.afinador.openai.StubServer.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.afinador.provider.CreateOutcome;
import dev.afinador.provider.Credential;
import dev.afinador.provider.KeySource;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderError.Kind;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.ProviderKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where calls go, and where the key never goes.
class AddressTest {

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void a_redirect_is_not_followed_and_the_key_stays_here(int status) throws IOException {
        try (var elsewhere = new StubServer(_ -> json(200, Given.list()));
                var server =
                        new StubServer(_ ->
                                raw(
                                        status,
                                        "",
                                        "text/html",
                                        "Location: http://localhost:"
                                                + elsewhere.port()
                                                + "/v1/fine_tuning/jobs?key=sk-x"))) {
            var backend = Given.backend(server.baseUrl());

            ProviderError error = errorOf(() -> backend.listJobs(null, 10, null));
            CreateOutcome created = backend.create(Given.REQUEST);

            assertThat(error.kind()).isEqualTo(Kind.NOT_THIS_PROTOCOL);
            assertThat(error.message()).contains("redirect to localhost").doesNotContain("sk-x");
            assertThat(created).isNotInstanceOf(CreateOutcome.Accepted.class);
            assertThat(elsewhere.seen).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', /fine_tuning/jobs",
        "/, /fine_tuning/jobs",
        "/v1, /v1/fine_tuning/jobs",
        "/v1///, /v1/fine_tuning/jobs",
        "/openai/v1/, /openai/v1/fine_tuning/jobs",
        "/a%20b, /a%20b/fine_tuning/jobs"
    })
    void paths_are_joined_with_one_slash(String base, String path) throws IOException {
        try (var server = new StubServer(_ -> json(200, Given.list()))) {
            var url = URI.create("http://127.0.0.1:" + server.port() + base);
            Given.backend(url).listJobs(null, 10, null);
            assertThat(server.seen.getFirst().path()).isEqualTo(path);
        }
    }

    @Test
    void an_ipv6_address_is_an_address() throws IOException {
        ServerSocket socket;
        try {
            socket = new ServerSocket(0, 5, InetAddress.getByName("::1"));
        } catch (IOException e) {
            assumeThat(e).isNull(); // this machine has no IPv6
            return;
        }
        try (socket) {
            Thread.startVirtualThread(() -> {
                try (Socket caller = socket.accept()) {
                    byte[] unused = new byte[8192];
                    int read = caller.getInputStream().read(unused);
                    assertThat(read).isPositive();
                    caller.getOutputStream().write(json(200, Given.list()));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            var url = URI.create("http://[::1]:" + socket.getLocalPort() + "/v1");
            assertThat(Given.backend(url).listJobs(null, 10, null).data()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\r\nX-Evil: 1", "ñ\u0000"})
    void what_no_header_can_carry_is_told_without_repeating_it(String odd) throws IOException {
        try (var server = new StubServer(_ -> json(200, Given.list()))) {
            for (String[] values :
                    new String[][] {
                        {"sk-secret-" + odd, null, null},
                        {"sk-secret", "org-" + odd, null},
                        {"sk-secret", null, "proj-" + odd}
                    }) {
                var error = errorOf(() -> list(server, values[0], values[1], values[2]));
                assertThat(error.kind()).isEqualTo(Kind.KEY_REJECTED);
                assertThat(error.message())
                        .contains("no HTTP header can carry")
                        .doesNotContain("sk-secret");
            }
            assertThat(server.seen).isEmpty();
        }
    }

    private static void list(
            StubServer server,
            String key,
            @Nullable String organization,
            @Nullable String project) {
        var provider =
                new Provider(
                        new ProviderId("p1"),
                        "Prueba",
                        ProviderKind.COMPATIBLE,
                        server.baseUrl(),
                        organization,
                        project,
                        new KeySource.Stored("cdef"),
                        false,
                        Given.NOW,
                        1);
        try (var backends =
                new OpenAiBackends(
                        new Given.Journal(),
                        _ -> new Credential(key),
                        InstantSource.fixed(Given.NOW),
                        Given.SHORT)) {
            backends.of(provider).listJobs(null, 10, null);
        }
    }

    @Test
    void a_page_instead_of_json_is_told_as_such() throws IOException {
        byte[] page = raw(200, "<!doctype html><title>Hola</title>", "text/html; charset=utf-8");
        try (var server = new StubServer(_ -> page)) {
            var backend = Given.backend(server.baseUrl());
            assertThat(errorOf(() -> backend.listJobs(null, 10, null)).kind())
                    .isEqualTo(Kind.NOT_THIS_PROTOCOL);
            assertThat(errorOf(() -> backend.findFile("file-1")).kind())
                    .isEqualTo(Kind.NOT_THIS_PROTOCOL);
            assertThat(errorOf(backend::listModels).kind()).isEqualTo(Kind.NOT_THIS_PROTOCOL);
            assertThat(backend.create(Given.REQUEST)).isInstanceOf(CreateOutcome.Unknown.class);
            assertThat(backend.probe().usable()).isFalse();
        }
    }

    @Test
    void ids_with_odd_signs_stay_one_step_of_the_path() throws IOException {
        try (var server =
                new StubServer(_ ->
                        json(404, "{\"error\":{\"message\":\"no such job\",\"code\":\"x\"}}"))) {
            var backend = Given.backend(server.baseUrl());
            for (String id : new String[] {"../files", "a/b", "a?b=c", "..", "ñ 🙂", "a%2Fb"}) {
                assertThat(backend.findJob(new dev.afinador.provider.RemoteJobId(id))).isEmpty();
            }
            assertThat(server.seen)
                    .allSatisfy(seen ->
                            assertThat(seen.target())
                                    .matches("/v1/fine_tuning/jobs/[A-Za-z0-9%._~:-]+"));
        }
    }

    private static ProviderError errorOf(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(ProviderException.class, call).error();
    }
}
