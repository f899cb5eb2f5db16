package dev.afinador.engine.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.engine.EngineRig;
import dev.afinador.engine.protocol.EngineHttp.Reply;
import dev.afinador.testkit.SettableClock;
import dev.afinador.testkit.TrainingFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Files and uploads in parts over the wire. Every answer is checked against the published schema by the client.
class FilesProtocolTest {

    @TempDir static Path temp;
    private static final SettableClock clock = SettableClock.at("2026-11-23T10:00:00Z");
    private static EngineRig rig;
    private static EngineHttp http;

    @BeforeAll
    static void start() {
        rig = new EngineRig(temp, clock);
        http = new EngineHttp(rig);
    }

    @AfterAll
    static void stop() {
        http.close();
        rig.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, byte[]> parts(Object... namesAndTexts) {
        Map<String, byte[]> parts = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            parts.put(
                    (String) namesAndTexts[i],
                    namesAndTexts[i + 1] instanceof byte[] bytes
                            ? bytes
                            : utf8((String) namesAndTexts[i + 1]));
        }
        return parts;
    }

    private static long unfinished() throws IOException {
        try (var files = Files.list(rig.folder.root().resolve("incoming"))) {
            return files.count();
        }
    }

    @Test
    void a_file_goes_up_comes_back_byte_by_byte_and_goes_away() {
        String content = TrainingFiles.chat(12);
        Reply created = http.upload(content, "fine-tune").is(200);
        String id = created.json().path("id").stringValue();

        assertThat(id).matches("file-[A-Za-z0-9]{22}");
        assertThat(created.json().path("status").stringValue()).isEqualTo("processed");
        assertThat(created.json().path("filename").stringValue()).isEqualTo("datos.jsonl");
        assertThat(created.json().path("bytes").asLong()).isEqualTo(utf8(content).length);
        assertThat(http.get("/files/" + id).is(200).json()).isEqualTo(created.json());
        assertThat(http.get("/files/" + id + "/content").is(200).text()).isEqualTo(content);
        assertThat(http.delete("/files/" + id).is(200).json().path("deleted").booleanValue())
                .isTrue();
        Reply gone = http.get("/files/" + id).is(404);
        assertThat(gone.error().path("message").stringValue())
                .isEqualTo("No such File object: " + id);
        assertThat(gone.error().path("param").stringValue()).isEqualTo("id");
        http.get("/files/" + id + "/content").is(404);
        http.delete("/files/" + id).is(404);
        assertThat(rig.folder.file(id)).doesNotExist();
    }

    /// One official client sends a file part like that, of any size.
    @Test
    void a_file_part_without_a_filename_is_a_file_however_large_it_is() {
        byte[] large = utf8(TrainingFiles.chat(12) + " ".repeat(3 << 20));

        Reply created =
                http.form("/files", parts("file@", large, "purpose", "fine-tune"), null).is(200);

        assertThat(created.json().path("bytes").asLong()).isEqualTo(large.length);
        assertThat(created.json().path("filename").stringValue()).isEqualTo("upload.jsonl");
    }

    @Test
    void fields_may_stand_before_and_after_the_file_and_paths_in_its_name_are_dropped() {
        Reply created =
                http.form(
                                "/files",
                                parts(
                                        "expires_after[anchor]", "created_at",
                                        "file@", "{}\n",
                                        "purpose", "user_data",
                                        "expires_after[seconds]", "3600"),
                                "..\\\\..\\\\etc/año \u202Efdp.jsonl")
                        .is(200);

        assertThat(created.json().path("filename").stringValue()).isEqualTo("año fdp.jsonl");
        assertThat(created.json().path("purpose").stringValue()).isEqualTo("user_data");
        assertThat(created.json().path("expires_at").asLong())
                .isEqualTo(created.json().path("created_at").asLong() + 3600);
    }

    @Test
    void a_wrong_purpose_is_refused_as_the_vendor_does_and_leaves_nothing_on_the_disk()
            throws IOException {
        long before = rig.fileStore.list(null, null, true, 1000).size();

        Reply refused = http.upload("{}", "golf").is(400);

        assertThat(refused.error().path("message").stringValue())
                .isEqualTo(
                        "'golf' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals'] - 'purpose'");
        assertThat(refused.error().path("param").stringValue()).isEqualTo("purpose");
        assertThat(refused.error().path("type").stringValue()).isEqualTo("invalid_request_error");
        http.form("/files", parts("purpose", "fine-tune"), null).is(400);
        http.form("/files", parts("file@", "{}"), "a.jsonl").is(400);
        http.form("/files", parts("file@", "", "purpose", "fine-tune"), "a.jsonl").is(400);
        http.form("/files", parts("file@", "{}", "file@ ", "x", "purpose", "fine-tune"), "a.jsonl");
        http.post("/files", "{}").is(400);
        assertThat(rig.fileStore.list(null, null, true, 1000))
                .hasSizeLessThanOrEqualTo((int) before + 1);
        assertThat(unfinished()).isZero();
    }

    @Test
    void a_file_that_is_too_large_is_refused_and_leaves_nothing_on_the_disk() throws IOException {
        Reply refused =
                http.form(
                        "/files",
                        parts("purpose", "fine-tune", "file@", new byte[(5 << 20) + 1]),
                        "a.jsonl");

        assertThat(refused.is(413).error().path("message").stringValue()).contains("/uploads");
        assertThat(unfinished()).isZero();
    }

    @Test
    void a_body_that_breaks_off_leaves_nothing_on_the_disk() throws IOException {
        byte[] cut =
                utf8("--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhalf a file");
        Reply refused =
                http.send(
                        "POST",
                        "/files",
                        java.net.http.HttpRequest.BodyPublishers.ofByteArray(cut),
                        Map.of("Content-Type", "multipart/form-data; boundary=x"));

        assertThat(refused.status()).isGreaterThanOrEqualTo(400);
        assertThat(unfinished()).isZero();
    }

    @Test
    void lists_filter_by_purpose_turn_pages_in_both_orders_and_take_a_limit_of_none() {
        String first = http.upload("1", "vision").json().path("id").stringValue();
        String second = http.upload("2", "vision").json().path("id").stringValue();
        String third = http.upload("3", "vision").json().path("id").stringValue();

        JsonNode page = http.get("/files?purpose=vision&limit=2").is(200).json();
        assertThat(page.path("data").valueStream().map(f -> f.path("id").stringValue()))
                .containsExactly(third, second);
        assertThat(page.path("has_more").booleanValue()).isTrue();
        assertThat(page.path("first_id").stringValue()).isEqualTo(third);
        assertThat(page.path("last_id").stringValue()).isEqualTo(second);
        JsonNode rest = http.get("/files?purpose=vision&limit=2&after=" + second).json();
        assertThat(rest.path("data").path(0).path("id").stringValue()).isEqualTo(first);
        assertThat(rest.path("has_more").booleanValue()).isFalse();
        JsonNode oldest = http.get("/files?purpose=vision&order=asc&limit=1").json();
        assertThat(oldest.path("data").path(0).path("id").stringValue()).isEqualTo(first);
        assertThat(http.get("/files?purpose=vision&limit=0").json().path("data").size()).isZero();
        assertThat(http.get("/files?purpose=batch").is(200).json().path("has_more").booleanValue())
                .isFalse();
        http.get("/files?order=up").is(400);
        http.get("/files?limit=-1").is(400);
        http.get("/files?after=file-nobody").is(400);
    }

    private String begin(long bytes) {
        return http.post(
                        "/uploads",
                        "{\"filename\":\"grande.jsonl\",\"purpose\":\"fine-tune\",\"bytes\":"
                                + bytes
                                + ",\"mime_type\":\"text/jsonl\"}")
                .is(200)
                .json()
                .path("id")
                .stringValue();
    }

    private String part(String upload, String content) {
        return http.form("/uploads/" + upload + "/parts", parts("data@", content), null)
                .is(200)
                .json()
                .path("id")
                .stringValue();
    }

    private static String md5(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(utf8(text)));
    }

    @Test
    void parts_become_a_file_in_the_order_of_the_completion() throws Exception {
        String upload = begin(9);
        String last = part(upload, "tres");
        String first = part(upload, "uno");
        String middle = part(upload, "dos".substring(0, 2));
        assertThat(upload).startsWith("upload_");
        assertThat(first).startsWith("part_");

        Reply completed =
                http.post(
                                "/uploads/" + upload + "/complete",
                                "{\"part_ids\":[\"%s\",\"%s\",\"%s\"],\"md5\":\"%s\"}"
                                        .formatted(
                                                first,
                                                middle,
                                                last,
                                                md5("unodotres").toUpperCase()))
                        .is(200);

        JsonNode file = completed.json().path("file");
        assertThat(completed.json().path("status").stringValue()).isEqualTo("completed");
        EngineHttp.matches("OpenAIFile", file);
        assertThat(http.get("/files/" + file.path("id").stringValue() + "/content").text())
                .isEqualTo("unodotres");
        assertThat(
                        http.post("/uploads/" + upload + "/complete", "{\"part_ids\":[]}")
                                .is(400)
                                .error()
                                .path("message")
                                .stringValue())
                .contains("is completed");
        try (var left = Files.list(rig.folder.root().resolve("uploads"))) {
            assertThat(left).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "9, uno, part_nobody, No such part",
        "3, uno, SAME, named twice",
        "4, uno, '', announced with 4",
    })
    void a_completion_that_does_not_add_up_is_refused_and_can_be_put_right(
            long bytes, String content, String other, String told) {
        String upload = begin(bytes);
        String part = part(upload, content);
        String ids =
                other.isEmpty()
                        ? "\"" + part + "\""
                        : "\"" + part + "\",\"" + (other.equals("SAME") ? part : other) + "\"";

        Reply refused =
                http.post("/uploads/" + upload + "/complete", "{\"part_ids\":[" + ids + "]}")
                        .is(400);

        assertThat(refused.error().path("message").stringValue()).contains(told);
        assertThat(refused.error().path("param").stringValue()).isEqualTo("part_ids");
        http.post("/uploads/" + upload + "/cancel").is(200);
    }

    @Test
    void a_wrong_md5_is_refused_and_no_file_comes_of_it() {
        String upload = begin(3);
        String part = part(upload, "uno");
        int before = rig.fileStore.list(null, null, true, 1000).size();

        Reply refused =
                http.post(
                                "/uploads/" + upload + "/complete",
                                "{\"part_ids\":[\"" + part + "\"],\"md5\":\"00\"}")
                        .is(400);

        assertThat(refused.error().path("param").stringValue()).isEqualTo("md5");
        assertThat(rig.fileStore.list(null, null, true, 1000)).hasSize(before);
    }

    @Test
    void a_cancelled_and_an_expired_upload_take_nothing_more() {
        String cancelled = begin(3);
        assertThat(
                        http.post("/uploads/" + cancelled + "/cancel")
                                .json()
                                .path("status")
                                .stringValue())
                .isEqualTo("cancelled");
        http.form("/uploads/" + cancelled + "/parts", parts("data@", "x"), null).is(400);
        http.post("/uploads/" + cancelled + "/cancel").is(400);

        String expired = begin(3);
        clock.advance(Duration.ofHours(1));
        assertThat(
                        http.form("/uploads/" + expired + "/parts", parts("data@", "x"), null)
                                .is(400)
                                .error()
                                .path("message")
                                .stringValue())
                .contains("is expired");
        http.post("/uploads/upload_nobody/cancel").is(404);
        http.form("/uploads/" + begin(9) + "/parts", parts("data@", new byte[(1 << 20) + 1]), null)
                .is(413);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|filename",
                "{\"filename\":\"a\",\"purpose\":\"golf\"}|purpose",
                "{\"filename\":\"a\",\"purpose\":\"fine-tune\"}|mime_type",
                "{\"filename\":\"a\",\"purpose\":\"fine-tune\",\"mime_type\":\"text/jsonl\"}|bytes",
                "{\"filename\":\"a\",\"purpose\":\"fine-tune\",\"mime_type\":\"text/jsonl\",\"bytes\":0}|bytes",
                "{\"filename\":\"a\",\"purpose\":\"fine-tune\",\"mime_type\":\"text/jsonl\",\"bytes\":\"9\"}|bytes",
                "{\"filename\":\"a\",\"purpose\":\"fine-tune\",\"mime_type\":\"text/jsonl\",\"bytes\":1e400}|bytes",
                "{\"filename\":\"a\",\"purpose\":\"fine-tune\",\"mime_type\":\"t\",\"bytes\":9,\"expires_after\":{\"anchor\":\"now\",\"seconds\":3600}}|expires_after.anchor",
                "{\"filename\":\"a\",\"purpose\":\"fine-tune\",\"mime_type\":\"t\",\"bytes\":9,\"expires_after\":{\"anchor\":\"created_at\",\"seconds\":60}}|expires_after.seconds",
            })
    void an_upload_that_begins_wrongly_is_told_which_member_it_is(String body, String param) {
        assertThat(http.post("/uploads", body).is(400).error().path("param").stringValue())
                .isEqualTo(param);
    }

    @Test
    void what_has_expired_is_gone_at_once_and_its_bytes_soon_after() {
        String id =
                http.form(
                                "/files",
                                parts(
                                        "purpose", "fine-tune",
                                        "expires_after[anchor]", "created_at",
                                        "expires_after[seconds]", "3600",
                                        "file@", "{}"),
                                "a.jsonl")
                        .json()
                        .path("id")
                        .stringValue();
        clock.advance(Duration.ofMinutes(61));

        http.get("/files/" + id).is(404);
        assertThat(rig.folder.file(id)).exists();
        new dev.afinador.engine.Housekeeping(rig.files, rig.jobs, clock).run("all");
        assertThat(rig.folder.file(id)).doesNotExist();
    }
}
