package dev.afinador.openai;

import static dev.afinador.openai.Given.JOB;
import static dev.afinador.openai.StubServer.json;
import static dev.afinador.openai.StubServer.raw;
import static dev.afinador.provider.ProbeReport.Presence.ABSENT;
import static dev.afinador.provider.ProbeReport.Presence.PRESENT;
import static dev.afinador.provider.ProbeReport.Presence.UNTRIED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.provider.ProbeReport;
import dev.afinador.provider.ProbeReport.Part;
import dev.afinador.provider.ProbeReport.Presence;
import dev.afinador.provider.ProviderError.Kind;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProbeTest {

    private static final String EMPTY = Given.list();

    private static ProbeReport probe(StubServer.Handler handler) throws IOException {
        try (var server = new StubServer(handler)) {
            var report = Given.backend(server.baseUrl()).probe();
            assertThat(server.seen).allMatch(s -> s.method().equals("GET"));
            return report;
        }
    }

    private static Map<String, Presence> parts(ProbeReport report) {
        return report.parts().stream().collect(Collectors.toMap(Part::name, Part::presence));
    }

    @Test
    void a_whole_provider_has_every_part() throws IOException {
        var report =
                probe(seen -> {
                    boolean jobs =
                            seen.path().endsWith("/jobs") && !seen.target().contains("metadata");
                    return json(
                            200,
                            jobs ? Given.list(JOB) : EMPTY,
                            "Date: Mon, 23 Nov 2026 09:59:00 GMT");
                });

        assertThat(report.usable()).isTrue();
        assertThat(report.serverTime()).isEqualTo(Instant.parse("2026-11-23T09:59:00Z"));
        assertThat(parts(report))
                .isEqualTo(
                        Map.of(
                                "models", PRESENT,
                                "files", PRESENT,
                                "jobs", PRESENT,
                                "metadata_filter", PRESENT,
                                "events", PRESENT,
                                "checkpoints", PRESENT));
    }

    @Test
    void litellm_ignores_the_filter_and_has_neither_events_nor_checkpoints() throws IOException {
        var report =
                probe(seen ->
                        json(
                                200,
                                seen.path().matches(".*/jobs/.*")
                                        ? JOB
                                        : seen.path().endsWith("/jobs") ? Given.list(JOB) : EMPTY));

        assertThat(report.usable()).isTrue();
        assertThat(parts(report))
                .containsEntry("metadata_filter", ABSENT)
                .containsEntry("events", ABSENT)
                .containsEntry("checkpoints", ABSENT);
    }

    @Test
    void without_a_job_some_parts_cannot_be_told() throws IOException {
        var report = probe(_ -> json(200, EMPTY));

        assertThat(report.usable()).isTrue();
        assertThat(parts(report))
                .containsEntry("jobs", PRESENT)
                .containsEntry("metadata_filter", UNTRIED)
                .containsEntry("events", UNTRIED)
                .containsEntry("checkpoints", UNTRIED);
    }

    @Test
    void a_wrong_key_stops_the_probe_at_once() throws IOException {
        try (var server =
                new StubServer(_ -> json(401, "{}", "Date: Mon, 23 Nov 2026 09:59:00 GMT"))) {
            var report = Given.backend(server.baseUrl()).probe();

            assertThat(report.error().kind()).isEqualTo(Kind.KEY_REJECTED);
            assertThat(report.serverTime()).isNotNull();
            assertThat(report.parts()).hasSize(6);
            assertThat(server.seen).hasSize(1);
        }
    }

    @Test
    void a_provider_of_models_alone_is_not_usable() throws IOException {
        var report =
                probe(seen -> seen.path().endsWith("/models") ? json(200, EMPTY) : json(404, "{}"));

        assertThat(report.error().kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(parts(report))
                .containsEntry("models", PRESENT)
                .containsEntry("jobs", ABSENT)
                .containsEntry("files", ABSENT);
    }

    @Test
    void a_site_that_is_no_provider_is_told_so() throws IOException {
        var report = probe(_ -> raw(200, "<html>Welcome</html>", "text/html"));
        assertThat(report.error().kind()).isEqualTo(Kind.NOT_THIS_PROTOCOL);
    }

    @Test
    void trouble_on_the_way_is_named() throws IOException {
        assertThat(
                        Given.backend(URI.create("https://no-such-host.invalid/v1"))
                                .probe()
                                .error()
                                .kind())
                .isEqualTo(Kind.DNS);
        assertThat(Given.backend(URI.create("ftp://example.com/v1")).probe().error().kind())
                .isEqualTo(Kind.NOT_THIS_PROTOCOL);
        int port;
        try (var socket = new java.net.ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertThat(Given.backend(URI.create("http://127.0.0.1:" + port)).probe().error().kind())
                .isEqualTo(Kind.REFUSED);
    }
}
