package dev.afinador.server.api;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.DatasetText;
import dev.afinador.dataset.Datasets;
import dev.afinador.server.api.JobJson.DatasetJson;
import dev.afinador.work.Refusal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/// Training files.
@RestController
@RequestMapping(DatasetsResource.PATH)
@Tag(name = "datasets", description = "Training files: stored by content, checked line by line")
class DatasetsResource {

    static final String PATH = "/api/v1/ai/training/datasets";

    private final Datasets datasets;

    DatasetsResource(Datasets datasets) {
        this.datasets = datasets;
    }

    record DatasetList(List<DatasetJson> data) {}

    /// @param line 1-based; 0 when it is about the whole file
    record FindingJson(
            String rule,
            String severity,
            long line,
            @Nullable String path,
            String message,
            String fix) {}

    record DatasetReport(DatasetJson dataset, List<FindingJson> findings) {}

    @GetMapping
    DatasetList list(@RequestParam(defaultValue = "200") int limit) {
        return new DatasetList(
                datasets.list(Math.clamp(limit, 1, 1000)).stream().map(DatasetJson::of).toList());
    }

    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @Operation(
            summary =
                    "Upload a training file; the same content again gives the dataset that is there")
    ResponseEntity<DatasetReport> upload(
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
                "text/plain"
            })
    @Operation(summary = "Upload a training file as the body; its name in the query")
    ResponseEntity<DatasetReport> uploadBody(
            HttpServletRequest request,
            @RequestParam(defaultValue = "data.jsonl") String filename,
            @RequestParam(required = false) @Nullable String name,
            Locale locale)
            throws IOException {
        try (InputStream content = request.getInputStream()) {
            return add(name, filename, content, locale);
        }
    }

    private ResponseEntity<DatasetReport> add(
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
    DatasetReport one(@PathVariable String id, Locale locale) {
        return report(get(id), locale);
    }

    @GetMapping("/{id}/content")
    ResponseEntity<InputStreamResource> content(@PathVariable String id) {
        Dataset dataset = get(id);
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType("application/jsonl"))
                .contentLength(dataset.bytes())
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(
                                        dataset.filename(), java.nio.charset.StandardCharsets.UTF_8)
                                .build()
                                .toString())
                .body(new InputStreamResource(datasets.open(dataset.id())));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id) {
        datasets.delete(get(id).id());
    }

    private Dataset get(String id) {
        try {
            return datasets.find(DatasetId.parse(id))
                    .orElseThrow(() -> Refusal.notFound("dataset_unknown", id));
        } catch (IllegalArgumentException e) {
            throw Refusal.notFound(
                    "dataset_unknown", id.length() <= 80 ? id : id.substring(0, 80) + "…");
        }
    }

    private DatasetReport report(Dataset dataset, Locale locale) {
        return new DatasetReport(
                DatasetJson.of(dataset),
                datasets.findings(dataset.id(), 1000).stream()
                        .map(f -> finding(f, locale))
                        .toList());
    }

    private static FindingJson finding(DatasetFinding f, Locale locale) {
        return new FindingJson(
                f.rule(),
                f.severity().name().toLowerCase(Locale.ROOT),
                f.line(),
                f.path(),
                DatasetText.in(locale).title(f),
                DatasetText.in(locale).fix(f));
    }
}
