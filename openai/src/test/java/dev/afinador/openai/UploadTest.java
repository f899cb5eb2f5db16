package dev.afinador.openai;

import static dev.afinador.openai.StubServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.provider.FineTuningBackend;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.ProviderKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class UploadTest {

    private static final String FILE =
            "{\"id\":\"file-1\",\"object\":\"file\",\"bytes\":12,\"filename\":\"a.jsonl\",\"status\":\"processed\"}";

    private static InputStream content(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_file_goes_as_multipart_of_a_known_length() throws IOException {
        try (var server = new StubServer(_ -> json(200, FILE))) {
            var file =
                    Given.backend(server.baseUrl())
                            .uploadFile("../datos/niño \"1\".txt", content("{\"a\":1}\n"), 8);

            assertThat(file.id()).isEqualTo("file-1");
            assertThat(file.status()).isEqualTo("processed");
            var sent = server.seen.getFirst();
            String boundary = sent.headers().get("content-type").replaceAll(".*boundary=", "");
            assertThat(sent.headers()).doesNotContainKey("transfer-encoding");
            assertThat(sent.text())
                    .isEqualTo(
                            String.join(
                                    "\r\n",
                                    "--" + boundary,
                                    "Content-Disposition: form-data; name=\"purpose\"",
                                    "",
                                    "fine-tune",
                                    "--" + boundary,
                                    "Content-Disposition: form-data; name=\"file\"; filename=\"nino _1_.txt.jsonl\"",
                                    "Content-Type: application/octet-stream",
                                    "",
                                    "{\"a\":1}\n",
                                    "--" + boundary + "--",
                                    ""));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.jsonl | a.jsonl",
                "C:\\x\\b.jsonl | b.jsonl",
                "../../etc/passwd | passwd.jsonl",
                "'' | training.jsonl",
                ".jsonl | training.jsonl",
                "a%0D%0AX: y | a_0D_0AX_ y.jsonl"
            })
    void names_are_made_harmless(String given, String sent) {
        assertThat(MultipartBody.sanitize(given)).isEqualTo(sent);
        assertThat(MultipartBody.sanitize("x\r\ny\"")).isEqualTo("x__y_.jsonl");
        assertThat(MultipartBody.sanitize("x".repeat(500))).hasSize(126);
    }

    @Test
    void azure_files_begin_with_one_byte_order_mark() throws IOException {
        try (var server = new StubServer(_ -> json(201, FILE))) {
            var azure =
                    Given.backends(new Given.Journal())
                            .of(Given.provider(ProviderKind.AZURE, server.baseUrl()));
            azure.uploadFile("a.jsonl", content("{}\n"), 3);
            azure.uploadFile("a.jsonl", content("\uFEFF{}\n"), 6);
            azure.uploadFile("a.jsonl", content(""), 0);

            assertThat(server.seen.get(0).text()).contains("\r\n\r\n\uFEFF{}\n\r\n--");
            assertThat(server.seen.get(1).text()).contains("\r\n\r\n\uFEFF{}\n\r\n--");
        }
    }

    @Test
    void a_file_of_ours_that_cannot_be_read_is_no_trouble_of_the_providers() throws IOException {
        try (var server = new StubServer(_ -> json(200, FILE))) {
            FineTuningBackend backend = Given.backend(server.baseUrl());

            assertThatThrownBy(() -> backend.uploadFile("a.jsonl", content("short"), 500))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("495 bytes shorter");
            assertThat(server.seen).isEmpty();
        }
    }

    @Test
    void a_file_larger_than_a_request_goes_in_parts() throws IOException {
        var parts = new ArrayList<String>();
        var posted = new ArrayList<String>();
        try (var server =
                new StubServer(seen -> {
                    posted.add(seen.path());
                    if (seen.path().endsWith("/parts")) {
                        parts.add(seen.text().split("\r\n\r\n", 2)[1].split("\r\n--")[0]);
                        return json(200, "{\"id\":\"part-" + parts.size() + "\"}");
                    }
                    if (seen.path().endsWith("/complete")) {
                        return json(200, "{\"id\":\"upload-1\",\"file\":" + FILE + "}");
                    }
                    return json(200, "{\"id\":\"upload-1\",\"status\":\"pending\"}");
                })) {
            var file = parted(server, 10, 4).send("a.jsonl", content("0123456789ab"), 12);

            assertThat(file.id()).isEqualTo("file-1");
            assertThat(parts).containsExactly("0123", "4567", "89ab");
            assertThat(posted)
                    .containsExactly(
                            "/v1/uploads",
                            "/v1/uploads/upload-1/parts",
                            "/v1/uploads/upload-1/parts",
                            "/v1/uploads/upload-1/parts",
                            "/v1/uploads/upload-1/complete");
            var json = JsonMapper.shared();
            assertThat(json.readTree(server.seen.getFirst().text()))
                    .isEqualTo(
                            json.readTree(
                                    "{\"filename\":\"a.jsonl\",\"purpose\":\"fine-tune\",\"bytes\":12,\"mime_type\":\"text/jsonl\"}"));
            assertThat(json.readTree(server.seen.getLast().text()))
                    .isEqualTo(json.readTree("{\"part_ids\":[\"part-1\",\"part-2\",\"part-3\"]}"));
        }
    }

    @Test
    void a_part_that_fails_gives_the_whole_upload_up() throws IOException {
        try (var server =
                new StubServer(seen ->
                        seen.path().endsWith("/parts")
                                ? json(500, "{}")
                                : json(200, "{\"id\":\"u\"}"))) {
            assertThatThrownBy(() -> parted(server, 10, 4).send("a", content("0123456789ab"), 12))
                    .isInstanceOf(ProviderException.class);
            assertThat(server.seen)
                    .extracting(StubServer.Seen::path)
                    .isEqualTo(
                            List.of("/v1/uploads", "/v1/uploads/u/parts", "/v1/uploads/u/cancel"));
        }
    }

    private static Upload parted(StubServer server, long largestFile, long part) {
        var backend = (OpenAiBackend) Given.backend(server.baseUrl());
        return new Upload(backend, new Vendor.Protocol(), largestFile, part);
    }

    @Test
    void a_file_is_streamed() throws Exception {
        long bytes = 60L << 20;
        var taken = new AtomicLong();
        var takenAtTheFirstMegabyte = new CompletableFuture<Long>();
        var endless =
                new InputStream() {
                    @Override
                    public int read() {
                        taken.incrementAndGet();
                        return 'x';
                    }
                };
        try (var server = new ServerSocket(0)) {
            Thread.startVirtualThread(() -> {
                try (var connection = server.accept()) {
                    connection.getInputStream().readNBytes(1 << 20);
                    takenAtTheFirstMegabyte.complete(taken.get());
                } catch (IOException e) {
                    takenAtTheFirstMegabyte.completeExceptionally(e);
                }
            });
            var url = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1");
            assertThatThrownBy(() -> Given.backend(url).uploadFile("a", endless, bytes))
                    .isInstanceOf(ProviderException.class);
        }
        // the rest is in the sockets' buffers
        assertThat(takenAtTheFirstMegabyte.get()).isPositive().isLessThan(bytes / 2);
    }
}
