package dev.afinador.server.api;

import dev.afinador.dataset.upload.Upload;
import dev.afinador.dataset.upload.Uploads;
import dev.afinador.work.Refusal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// Training files in pieces, by the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload): core, creation, termination
/// and expiration. `Tus-Resumable` may be left out, so that a script needs no more than HTTP.
@RestController
@RequestMapping(UploadsResource.PATH)
@Tag(
        name = "datasets",
        description = "Training files: stored by content, in versions, checked line by line")
class UploadsResource {

    static final String PATH = DatasetsResource.PATH + "/uploads";

    private static final String VERSION = "1.0.0";
    private static final String RESUMABLE = "Tus-Resumable";
    private static final String OFFSET = "Upload-Offset";
    private static final String LENGTH = "Upload-Length";
    private static final String METADATA = "Upload-Metadata";
    private static final String EXPIRES = "Upload-Expires";

    private final Uploads uploads;
    private final ProblemWriter problems;

    UploadsResource(Uploads uploads, ProblemWriter problems) {
        this.uploads = uploads;
        this.problems = problems;
    }

    /// @param state     `receiving`, `received` (being taken in), `done` or `failed`
    /// @param datasetId what became of it, once `done`
    /// @param trouble   code of what went wrong, when `failed`
    @JsonNaming(SnakeCaseStrategy.class)
    record UploadJson(
            String id,
            String filename,
            long length,
            long received,
            String state,
            @Nullable String datasetId,
            @Nullable String trouble,
            Instant createdAt,
            Instant expiresAt) {}

    record UploadList(List<UploadJson> data) {}

    @RequestMapping(method = RequestMethod.OPTIONS)
    @Operation(summary = "What of the tus protocol is spoken here")
    ResponseEntity<Void> options() {
        return ResponseEntity.noContent()
                .header(RESUMABLE, VERSION)
                .header("Tus-Version", VERSION)
                .header("Tus-Extension", "creation,termination,expiration")
                .header("Tus-Max-Size", Long.toString(uploads.maxBytes()))
                .build();
    }

    @PostMapping
    @Operation(
            summary = "Announce a file that comes in pieces (tus)",
            description =
                    "Headers `Upload-Length` in bytes, and `Upload-Metadata` with `filename` and, if you like, `name` as Base64."
                            + " Send the bytes with PATCH to the `Location` of the answer; `GET` there tells the dataset that"
                            + " came out of it.")
    ResponseEntity<Void> create(
            @RequestHeader(name = LENGTH, required = false) @Nullable String length,
            @RequestHeader(name = METADATA, required = false) @Nullable String metadata,
            @RequestHeader(name = RESUMABLE, required = false) @Nullable String version) {
        requireVersion(version);
        Map<String, String> told = metadata(metadata);
        Upload upload =
                uploads.create(
                        told.get("filename"),
                        told.getOrDefault("name", ""),
                        number(LENGTH, length));
        return ResponseEntity.created(URI.create(PATH + "/" + upload.id()))
                .header(RESUMABLE, VERSION)
                .header(EXPIRES, httpDate(uploads.expiry(upload)))
                .build();
    }

    @RequestMapping(path = "/{id}", method = RequestMethod.HEAD)
    @Operation(summary = "How much is there (tus)")
    ResponseEntity<Void> head(
            @PathVariable String id,
            @RequestHeader(name = RESUMABLE, required = false) @Nullable String version) {
        requireVersion(version);
        Upload upload = uploads.get(id);
        return ResponseEntity.ok()
                .header(RESUMABLE, VERSION)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(OFFSET, Long.toString(upload.received()))
                .header(LENGTH, Long.toString(upload.length()))
                .header(EXPIRES, httpDate(uploads.expiry(upload)))
                .build();
    }

    @PatchMapping(path = "/{id}", consumes = "application/offset+octet-stream")
    @Operation(
            summary = "Send the next bytes (tus)",
            description =
                    "Header `Upload-Offset`: where the body begins in the file. 409 with the true offset when it is elsewhere."
                            + " What came before a broken connection is kept.")
    ResponseEntity<Void> append(
            @PathVariable String id,
            @RequestHeader(name = OFFSET, required = false) @Nullable String offset,
            @RequestHeader(name = RESUMABLE, required = false) @Nullable String version,
            HttpServletRequest request)
            throws IOException {
        requireVersion(version);
        Upload upload = uploads.get(id);
        try (InputStream bytes = request.getInputStream()) {
            Upload now = uploads.append(upload.id(), number(OFFSET, offset), bytes);
            return ResponseEntity.noContent()
                    .header(RESUMABLE, VERSION)
                    .header(OFFSET, Long.toString(now.received()))
                    .header(EXPIRES, httpDate(uploads.expiry(now)))
                    .build();
        } catch (Uploads.OffsetException e) {
            throw Refusal.conflict("upload_offset", upload.filename(), e.received());
        }
    }

    @DeleteMapping("/{id}")
    @Operation(summary = "Forget an upload (tus)")
    ResponseEntity<Void> cancel(
            @PathVariable String id,
            @RequestHeader(name = RESUMABLE, required = false) @Nullable String version) {
        requireVersion(version);
        uploads.cancel(uploads.get(id).id());
        return ResponseEntity.noContent().header(RESUMABLE, VERSION).build();
    }

    @GetMapping("/{id}")
    @Operation(summary = "How far an upload is, and what became of it")
    UploadJson one(@PathVariable String id) {
        return json(uploads.get(id));
    }

    @GetMapping
    @Operation(summary = "Uploads that are not done, newest first")
    UploadList list() {
        return new UploadList(uploads.open(200).stream().map(this::json).toList());
    }

    private UploadJson json(Upload upload) {
        return new UploadJson(
                upload.id().toString(),
                upload.filename(),
                upload.length(),
                upload.received(),
                upload.state().word(),
                upload.dataset() == null ? null : upload.dataset().toString(),
                upload.trouble(),
                upload.createdAt(),
                uploads.expiry(upload));
    }

    private static void requireVersion(@Nullable String version) {
        if (version != null && !version.equals(VERSION)) {
            throw new UnknownVersionException();
        }
    }

    private static final class UnknownVersionException extends RuntimeException {}

    /// The one answer of tus that no [Refusal] stands for.
    @ExceptionHandler
    ResponseEntity<ProblemWriter.Problem> unknownVersion(UnknownVersionException e, Locale locale) {
        return ResponseEntity.status(HttpStatus.PRECONDITION_FAILED)
                .header("Tus-Version", VERSION)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problems.problem(locale, 412, "tus_version", null, List.of()));
    }

    private static long number(String field, @Nullable String text) {
        if (text == null || !text.matches("[0-9]{1,18}")) {
            throw Refusal.invalid(
                    List.of(
                            text == null
                                    ? Refusal.Violation.of(field, "required")
                                    : Refusal.Violation.of(field, "must_be_whole_number")));
        }
        return Long.parseLong(text);
    }

    /// `key base64, key base64`: a value may be missing.
    private static Map<String, String> metadata(@Nullable String header) {
        Map<String, String> told = new HashMap<>();
        if (header == null) {
            return told;
        }
        for (String pair : header.split(",")) {
            String[] parts = pair.strip().split(" ", 2);
            try {
                told.put(
                        parts[0],
                        parts.length < 2
                                ? ""
                                : new String(
                                        Base64.getDecoder().decode(parts[1].strip()),
                                        StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw Refusal.invalid(List.of(Refusal.Violation.of(METADATA, "wrong_type")));
            }
        }
        return told;
    }

    private static String httpDate(Instant at) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(at.atOffset(ZoneOffset.UTC));
    }
}
