package dev.afinador.server.api;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFamily;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.DatasetQuery;
import dev.afinador.dataset.Datasets;
import dev.afinador.server.api.DatasetJson.FamilyJson;
import dev.afinador.server.api.DatasetJson.FindingJson;
import dev.afinador.server.api.DatasetJson.ReportJson;
import dev.afinador.server.config.AfinadorProperties;
import dev.afinador.server.security.Sessions;
import dev.afinador.work.Refusal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.unit.DataSize;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// Training files.
@RestController
@RequestMapping(DatasetsResource.PATH)
@Tag(
        name = "datasets",
        description = "Training files: stored by content, in versions, checked line by line")
class DatasetsResource {

    static final String PATH = "/api/v1/ai/training/datasets";

    private final Datasets datasets;
    private final DataSize most;

    DatasetsResource(Datasets datasets, AfinadorProperties properties) {
        this.datasets = datasets;
        this.most = properties.maxUpload();
    }

    /// @param total how many the filters leave, on all pages
    @JsonNaming(SnakeCaseStrategy.class)
    record DatasetList(List<DatasetJson> data, boolean hasMore, long total) {}

    record FindingList(List<FindingJson> data) {}

    /// @param versions  of this named dataset, oldest first; deleted ones too
    /// @param relatives of other names, that these were made from or that were made from these
    record Lineage(FamilyJson family, List<DatasetJson> versions, List<DatasetJson> relatives) {}

    /// What a PATCH may change; what is left out stays as it is.
    record Description(
            @Nullable String name, @Nullable List<String> tags, @Nullable String notes) {}

    @GetMapping
    @Operation(
            summary = "List, newest first",
            description =
                    "Of each named dataset the latest version, unless `versions=all`. `verdict`: `ready`, `errors` or"
                            + " `unchecked`. The next page begins `after` the id of the last one of this page.")
    DatasetList list(
            @RequestParam(defaultValue = "200") int limit,
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable String tag,
            @RequestParam(required = false) @Nullable String kind,
            @RequestParam(required = false) @Nullable String verdict,
            @RequestParam(required = false) @Nullable String versions) {
        if (versions != null && !Set.of("all", "latest").contains(versions)) {
            throw Refusal.invalid(
                    List.of(Refusal.Violation.of("versions", "not_one_of", "latest, all")));
        }
        int most = Math.clamp(limit, 1, 999);
        var query =
                new DatasetQuery(
                        q,
                        tag,
                        Choice.of("kind", kind, DatasetKind.class),
                        Choice.of("verdict", verdict, DatasetQuery.Verdict.class),
                        "all".equals(versions),
                        after == null ? null : datasets.get(after).id(),
                        most + 1);
        List<Dataset> found = datasets.list(query);
        return new DatasetList(
                found.stream().limit(most).map(DatasetJson::of).toList(),
                found.size() > most,
                datasets.count(query));
    }

    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @Operation(
            summary =
                    "Upload a training file; the same content again gives the dataset that is there",
            description =
                    "A small file is checked when the answer comes; of a large one `check` is `waiting`, and `GET` tells how"
                            + " far it is. Very large files are better sent in pieces that survive a broken connection: see"
                            + " `uploads`.")
    ResponseEntity<ReportJson> upload(
            @RequestParam("file") MultipartFile file,
            @RequestParam(required = false) @Nullable String name,
            Locale locale)
            throws IOException {
        String filename = file.getOriginalFilename();
        try (InputStream content = file.getInputStream()) {
            return add(name, filename == null ? "data.jsonl" : filename, content, locale);
        }
    }

    @PostMapping(
            consumes = {
                "application/jsonl",
                "application/x-ndjson",
                "application/octet-stream",
                "text/plain",
                "text/csv"
            })
    @Operation(summary = "Upload a training file as the body; its name in the query")
    ResponseEntity<ReportJson> uploadBody(
            HttpServletRequest request,
            @RequestParam(defaultValue = "data.jsonl") String filename,
            @RequestParam(required = false) @Nullable String name,
            Locale locale)
            throws IOException {
        if (request.getContentLengthLong() > most.toBytes()) {
            throw Refusal.tooLarge("file_too_large", filename, most.toBytes()); // before it is sent
        }
        try (InputStream content = request.getInputStream()) {
            return add(name, filename, content, locale);
        }
    }

    private ResponseEntity<ReportJson> add(
            @Nullable String name, String filename, InputStream content, Locale locale) {
        String shown = name == null ? "" : name.strip();
        if (shown.length() > 200) {
            throw Refusal.invalid(
                    List.of(Refusal.Violation.of("name", "too_long", 200, shown.length())));
        }
        if (filename.length() > 255) {
            throw Refusal.invalid(
                    List.of(Refusal.Violation.of("filename", "too_long", 255, filename.length())));
        }
        Dataset dataset = datasets.add(shown, filename, content);
        return ResponseEntity.created(URI.create(PATH + "/" + dataset.id()))
                .body(report(dataset, locale));
    }

    @GetMapping("/{id}")
    @Operation(summary = "One version with its findings, or how far its check is")
    ReportJson one(@PathVariable String id, Locale locale) {
        return report(datasets.get(id), locale);
    }

    @PatchMapping("/{id}")
    @Operation(
            summary = "Name, tags and notes, of all versions",
            requestBody =
                    @RequestBody(
                            content =
                                    @Content(schema = @Schema(implementation = Description.class))))
    FamilyJson describe(@PathVariable String id, HttpServletRequest request)
            throws IOException, HttpMediaTypeNotSupportedException {
        DatasetFamily family = datasets.family(datasets.get(id));
        JsonBody body = JsonBody.read(request, Set.of("name", "tags", "notes"));
        String name = body.text("name");
        List<String> tags = body.texts("tags");
        String notes = body.text("notes");
        body.requireGood();
        return FamilyJson.of(
                datasets.describe(
                        family.id(),
                        name == null ? family.name() : name,
                        body.has("tags") ? tags : family.tags(),
                        notes == null ? family.notes() : notes));
    }

    @GetMapping("/{id}/findings")
    @Operation(summary = "Findings in file order, all or those of one rule")
    FindingList findings(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String rule,
            @RequestParam(defaultValue = "1000") int limit,
            Locale locale) {
        Dataset dataset = datasets.get(id);
        int most = Math.clamp(limit, 1, 1_000);
        return new FindingList(
                (rule == null
                                ? datasets.findings(dataset.id(), most)
                                : datasets.findings(dataset.id(), rule, most))
                        .stream().map(f -> FindingJson.of(f, locale)).toList());
    }

    @GetMapping("/{id}/lineage")
    @Operation(summary = "All versions, and where they come from")
    Lineage lineage(@PathVariable String id) {
        Dataset dataset = datasets.get(id);
        return new Lineage(
                FamilyJson.of(datasets.family(dataset)),
                datasets.versions(dataset.family()).stream().map(DatasetJson::of).toList(),
                datasets.relatives(dataset.family()).stream().map(DatasetJson::of).toList());
    }

    @PostMapping("/{id}/check")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Check again what was cancelled or could not be read")
    ReportJson check(@PathVariable String id, Locale locale) {
        Dataset dataset = datasets.get(id);
        datasets.recheck(dataset.id());
        return report(datasets.get(dataset.id()), locale);
    }

    @PostMapping("/{id}/check/cancellation")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Ask a check to end; it may come to its end all the same")
    ReportJson cancelCheck(@PathVariable String id, Locale locale) {
        Dataset dataset = datasets.get(id);
        datasets.cancelCheck(dataset.id());
        return report(datasets.get(dataset.id()), locale);
    }

    @PostMapping("/{id}/acceptance")
    @Operation(
            summary = "Accept what holds the dataset back; administrators only",
            description = "Only for warnings, such as personal data. Errors cannot be accepted.")
    DatasetJson accept(@PathVariable String id) {
        return DatasetJson.of(datasets.accept(datasets.get(id).id(), Sessions.caller().name()));
    }

    @GetMapping("/{id}/content")
    @Operation(summary = "The file itself")
    ResponseEntity<InputStreamResource> content(@PathVariable String id) {
        Dataset dataset = datasets.get(id);
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType("application/jsonl"))
                .contentLength(dataset.bytes())
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(dataset.filename(), StandardCharsets.UTF_8)
                                .build()
                                .toString())
                .body(new InputStreamResource(datasets.open(dataset.id())));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Delete a version that no live job uses",
            description =
                    "Its bytes go within minutes. Jobs that are over, and versions made from it, still show its name,"
                            + " counts and findings.")
    void delete(@PathVariable String id) {
        datasets.delete(datasets.get(id).id());
    }

    private ReportJson report(Dataset dataset, Locale locale) {
        return ReportJson.of(
                dataset,
                datasets.family(dataset),
                datasets.report(dataset.id()).orElse(null),
                datasets.progress(dataset.id()).orElse(null),
                locale);
    }
}
