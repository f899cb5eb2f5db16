package dev.afinador.e2e;

import static dev.afinador.e2e.ApiClient.DATASETS;
import static dev.afinador.e2e.ApiClient.object;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.e2e.ApiClient.Answer;
import dev.afinador.testkit.TrainingFiles;
import dev.afinador.testkit.provider.FakeProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/// Datasets over the API of the packaged server: in pieces, in versions, repaired, converted, deleted.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DatasetsApiTest {

    private static final String UPLOADS = DATASETS + "/uploads";
    private static final byte[] LARGE = TrainingFiles.chatBytes(30_000);

    private static FakeProvider provider;
    private static AfinadorProcess afinador;
    private static ApiClient api;

    @BeforeAll
    static void start() {
        provider = FakeProvider.start();
        afinador = AfinadorProcess.start("--afinador.datasets.check-at-once=100KB");
        api = afinador.api();
    }

    @AfterAll
    static void stop() {
        afinador.close();
        provider.close();
    }

    @Test
    @Order(1)
    void an_upload_goes_on_after_a_broken_connection_and_a_killed_server() throws IOException {
        String at = announce("grande.jsonl", LARGE.length);

        // the sender breaks off in the middle of what it promised
        assertThatThrownBy(() -> append(at, 0, breaking(Arrays.copyOf(LARGE, 3_000_000))))
                .isInstanceOf(UncheckedIOException.class);
        // the server hears of it a moment later, and has written down by then what came before
        Awaitility.await("bytes of the broken connection")
                .atMost(Duration.ofSeconds(20))
                .until(() -> offset(at) > 0);
        AtomicReference<Long> resumed = new AtomicReference<>();
        Awaitility.await("the upload goes on")
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    resumed.set(offset(at));
                    long from = resumed.get();
                    return append(at, from, slice(from, from + 500_000)).status() == 204;
                });
        long first = resumed.get();
        assertThat(first).isBetween(1L, 3_000_000L);
        afinador.kill();
        afinador.restart();

        long second = offset(at);
        assertThat(second).isEqualTo(first + 500_000);
        Answer wrong = append(at, 0, slice(0, 10)).expect(409);
        assertThat(wrong.json().path("code").asString()).isEqualTo("upload_offset");
        append(at, second, slice(second, LARGE.length)).expect(204);

        JsonNode upload = await(at, "done");
        String dataset = upload.path("dataset_id").asString();
        JsonNode report = awaitCheck(dataset);
        assertThat(report.path("dataset").path("examples").asLong()).isEqualTo(30_000);
        assertThat(report.path("dataset").path("errors").asLong()).isZero();
        assertThat(report.path("lines").asLong()).isEqualTo(30_000);
        assertThat(api.get(DATASETS + "/" + dataset + "/content").expect(200).text())
                .isEqualTo(new String(LARGE, UTF_8));
        assertThat(filesIn("uploads")).isEmpty();
        api.send(api.request(at).DELETE().build()).expect(204);
        api.get(at).expect(404);
    }

    @Test
    @Order(2)
    void tus_is_spoken_as_it_is_written() {
        Answer options =
                api.send(api.request(UPLOADS).method("OPTIONS", BodyPublishers.noBody()).build())
                        .expect(204);
        assertThat(options.header("Tus-Version")).isEqualTo("1.0.0");
        assertThat(options.header("Tus-Extension")).contains("creation").contains("termination");
        assertThat(Long.parseLong(options.header("Tus-Max-Size"))).isEqualTo(8L << 30);

        Answer old =
                api.send(
                                api.request(UPLOADS)
                                        .header("Tus-Resumable", "0.2.2")
                                        .header("Upload-Length", "5")
                                        .POST(BodyPublishers.noBody())
                                        .build())
                        .expect(412);
        assertThat(old.header("Tus-Version")).isEqualTo("1.0.0");
        for (String length : List.of("0", "x", "-1", "99999999999999")) {
            Answer refused =
                    api.send(
                            api.request(UPLOADS)
                                    .header("Upload-Length", length)
                                    .POST(BodyPublishers.noBody())
                                    .build());
            assertThat(refused.status()).as(length).isIn(400, 413);
            assertThat(refused.contentType()).startsWith("application/problem+json");
        }
        String at = announce("a.jsonl", 5);
        Answer type =
                api.send(
                        api.request(at)
                                .header("Content-Type", "text/plain")
                                .header("Upload-Offset", "0")
                                .method("PATCH", BodyPublishers.ofString("hola!"))
                                .build());
        assertThat(type.status()).isEqualTo(415);
        append(at, 0, BodyPublishers.ofString("hola! y más")).expect(413);
        api.send(api.request(UPLOADS + "/nadie").DELETE().build()).expect(404);
    }

    @Test
    @Order(3)
    void a_file_is_repaired_into_a_version_and_both_can_be_compared() {
        String broken =
                TrainingFiles.chat(12).replace("\"role\":\"user\"", "\"Role\":\"User\"")
                        + "\n"
                        + TrainingFiles.chat(3);
        String source = api.addDataset("soporte.jsonl", broken);
        assertThat(dataset(source).path("errors").asLong()).isGreaterThan(0);

        JsonNode preview =
                api.post(DATASETS + "/" + source + "/repairs/preview", object()).expect(200).json();
        assertThat(preview.path("counts").path("keys").asLong()).isEqualTo(12);
        assertThat(preview.path("counts").path("duplicates").asLong()).isEqualTo(3);
        assertThat(preview.path("counts").path("blank_lines").asLong()).isEqualTo(1);
        assertThat(preview.path("complete").asBoolean()).isTrue();
        assertThat(preview.path("changes").get(0).path("segments").toString())
                .contains("\"removed\"")
                .contains("Role");

        Answer ordered =
                api.post(
                                DATASETS + "/" + source + "/repairs",
                                object().put("validation_percent", 20).put("seed", 7))
                        .expect(202);
        JsonNode made = await(ordered.header("Location"), "done");
        String training = made.path("datasets").get(0).asString();
        JsonNode fixed = dataset(training);
        assertThat(fixed.path("version").asInt()).isEqualTo(2);
        assertThat(fixed.path("origin").path("way").asString()).isEqualTo("repair");
        assertThat(fixed.path("origin").path("dataset_id").asString()).isEqualTo(source);
        assertThat(dataset(source).path("errors").asLong()).as("kept as it was").isGreaterThan(0);

        JsonNode diff = api.get(DATASETS + "/" + training + "/diff").expect(200).json();
        assertThat(diff.path("changed").asLong() + diff.path("removed").asLong())
                .isGreaterThanOrEqualTo(12);
        JsonNode lineage = api.get(DATASETS + "/" + training + "/lineage").expect(200).json();
        assertThat(lineage.path("versions").size()).isEqualTo(2);
        assertThat(lineage.path("relatives").get(0).path("origin").path("way").asString())
                .isEqualTo("split");

        assertCode(
                api.post(
                        DATASETS + "/" + source + "/repairs",
                        object().putPOJO("fixes", List.of("magia")).put("validation_percent", 90)),
                400,
                "invalid_request");
    }

    @Test
    @Order(4)
    void a_table_is_converted_with_the_columns_that_one_chooses() {
        StringBuilder table = new StringBuilder("id;tema;texto\n");
        for (int i = 0; i < 11; i++) {
            table.append(i)
                    .append(";¿Tema ")
                    .append(i)
                    .append("?;\"Texto; ")
                    .append(i)
                    .append("\"\n");
        }
        table.append("12;¿Y?;\n");
        String source =
                api.send(
                                api.request(DATASETS + "?filename=faq.csv")
                                        .header("Content-Type", "text/csv")
                                        .POST(BodyPublishers.ofString(table.toString()))
                                        .build())
                        .expect(201)
                        .json()
                        .path("dataset")
                        .path("id")
                        .asString();
        JsonNode guessed =
                api.post(DATASETS + "/" + source + "/conversions/preview", object())
                        .expect(200)
                        .json();
        assertThat(guessed.path("delimiter").asString()).isEqualTo(";");
        assertThat(guessed.path("columns").toString()).isEqualTo("[\"id\",\"tema\",\"texto\"]");

        var mapping =
                object().put("system_text", "Eres breve.")
                        .set("columns", object().put("question", 1).put("answer", 2));
        JsonNode preview =
                api.post(DATASETS + "/" + source + "/conversions/preview", mapping)
                        .expect(200)
                        .json();
        assertThat(preview.path("left_out").get(0).path("line").asLong()).isEqualTo(13);
        assertThat(
                        preview.path("samples")
                                .get(0)
                                .path("messages")
                                .get(2)
                                .path("content")
                                .asString())
                .isEqualTo("Texto; 0");

        Answer ordered = api.post(DATASETS + "/" + source + "/conversions", mapping).expect(202);
        JsonNode made = await(ordered.header("Location"), "done");
        JsonNode converted = dataset(made.path("datasets").get(0).asString());
        assertThat(converted.path("kind").asString()).isEqualTo("chat");
        assertThat(converted.path("examples").asLong()).isEqualTo(11);
        assertThat(converted.path("usable").asBoolean()).isTrue();
        assertThat(converted.path("filename").asString()).isEqualTo("faq.jsonl");
        assertCode(
                api.post(
                        DATASETS + "/" + converted.path("id").asString() + "/conversions",
                        object()),
                409,
                "convert_not_needed");
    }

    @Test
    @Order(5)
    void names_tags_and_search_find_a_dataset_among_many() {
        String id = api.addDataset("pedidos.jsonl", TrainingFiles.preferences(12));
        JsonNode family =
                api.send(
                                ApiClient.withJson(
                                                api.request(DATASETS + "/" + id),
                                                "PATCH",
                                                object().put("name", "Pedidos 2026")
                                                        .put("notes", "de la tienda")
                                                        .putPOJO("tags", List.of("dpo", "Tienda")))
                                        .build())
                        .expect(200)
                        .json();
        assertThat(family.path("tags").toString()).isEqualTo("[\"dpo\",\"Tienda\"]");
        for (String query :
                List.of("q=PEDIDOS", "q=tienda", "tag=dpo", "kind=preference&verdict=ready")) {
            JsonNode list = api.get(DATASETS + "?" + query).expect(200).json();
            assertThat(list.path("total").asLong()).as(query).isEqualTo(1);
            assertThat(list.path("data").get(0).path("id").asString()).isEqualTo(id);
        }
        JsonNode page = api.get(DATASETS + "?limit=1&versions=all").expect(200).json();
        assertThat(page.path("has_more").asBoolean()).isTrue();
        String after = page.path("data").get(0).path("id").asString();
        assertThat(
                        api.get(DATASETS + "?limit=1&versions=all&after=" + after)
                                .expect(200)
                                .json()
                                .path("data")
                                .get(0)
                                .path("id")
                                .asString())
                .isNotEqualTo(after);
        assertCode(api.get(DATASETS + "?kind=magia"), 400, "invalid_request");
    }

    @Test
    @Order(6)
    void a_dataset_is_deleted_only_when_no_live_job_uses_it_and_its_job_still_knows_it() {
        String account = api.addProvider("Taller", provider);
        String id = api.addDataset("vida.jsonl", TrainingFiles.chat(14));
        String job = api.start(account, id, "vida");
        assertCode(api.delete(DATASETS + "/" + id), 409, "dataset_in_use");

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> !api.job(job).path("openai_job_id").isNull());
        provider.finish(api.job(job).path("openai_job_id").asString());
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    api.get(ApiClient.JOBS + "?refresh=true");
                    return api.job(job).path("status").asString().equals("succeeded");
                });
        api.delete(DATASETS + "/" + id).expect(204);
        assertCode(api.get(DATASETS + "/" + id), 404, "dataset_unknown");
        assertThat(api.job(job).path("dataset_id").asString()).isEqualTo(id);
        assertCode(
                api.post(ApiClient.JOBS, ApiClient.ask(account, id, "otra")),
                400,
                "invalid_request");
    }

    private static String announce(String filename, long length) {
        String metadata =
                "filename " + Base64.getEncoder().encodeToString(filename.getBytes(UTF_8));
        Answer created =
                api.send(
                                api.request(UPLOADS)
                                        .header("Tus-Resumable", "1.0.0")
                                        .header("Upload-Length", Long.toString(length))
                                        .header("Upload-Metadata", metadata)
                                        .POST(BodyPublishers.noBody())
                                        .build())
                        .expect(201);
        return created.header("Location");
    }

    private static long offset(String at) {
        Answer head =
                api.send(
                                api.request(at)
                                        .header("Tus-Resumable", "1.0.0")
                                        .method("HEAD", BodyPublishers.noBody())
                                        .build())
                        .expect(200);
        assertThat(head.header("Cache-Control")).contains("no-store");
        return Long.parseLong(head.header("Upload-Offset"));
    }

    private static Answer append(String at, long offset, BodyPublisher bytes) {
        return api.send(
                api.request(at)
                        .header("Tus-Resumable", "1.0.0")
                        .header("Content-Type", "application/offset+octet-stream")
                        .header("Upload-Offset", Long.toString(offset))
                        .method("PATCH", bytes)
                        .build());
    }

    private static BodyPublisher slice(long from, long to) {
        return BodyPublishers.ofByteArray(LARGE, (int) from, (int) (to - from));
    }

    /// Gives the bytes, then fails as a connection does.
    private static BodyPublisher breaking(byte[] bytes) {
        InputStream fails =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("the cable was pulled");
                    }
                };
        return BodyPublishers.ofInputStream(
                () -> new SequenceInputStream(new ByteArrayInputStream(bytes), fails));
    }

    private static JsonNode await(String at, String state) {
        AtomicReference<JsonNode> last = new AtomicReference<>();
        Awaitility.await(at + " is " + state)
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    last.set(api.get(at).expect(200).json());
                    return last.get().path("state").asString().equals(state);
                });
        return last.get();
    }

    private static JsonNode awaitCheck(String dataset) {
        AtomicReference<JsonNode> last = new AtomicReference<>();
        Awaitility.await("the check of " + dataset)
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    last.set(api.get(DATASETS + "/" + dataset).expect(200).json());
                    return last.get().path("dataset").path("check").asString().equals("done");
                });
        return last.get();
    }

    private static JsonNode dataset(String id) {
        return api.get(DATASETS + "/" + id).expect(200).json().path("dataset");
    }

    private static void assertCode(Answer answer, int status, String code) {
        answer.expect(status);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        assertThat(answer.json().path("code").asString()).isEqualTo(code);
    }

    private static List<String> filesIn(String folder) throws IOException {
        Path path = afinador.data().resolve(folder);
        try (Stream<Path> all = Files.list(path)) {
            return all.map(file -> file.getFileName().toString()).toList();
        }
    }
}
