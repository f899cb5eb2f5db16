package dev.afinador.server.web.datasets;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetQuery;
import dev.afinador.dataset.Datasets;
import dev.afinador.dataset.make.Makings;
import dev.afinador.dataset.upload.Upload;
import dev.afinador.dataset.upload.Uploads;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Option;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import dev.afinador.work.Refusal;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.util.UriComponentsBuilder;

/// The list of training files, and how they come in.
@Controller
@RequestMapping("/datasets")
class DatasetsPage {

    private static final int MANY = 100;
    private static final int OPEN_UPLOADS = 20;
    private static final String API = "/api/v1/ai/training/datasets/uploads/";

    private final Datasets datasets;
    private final Uploads uploads;
    private final Makings makings;
    private final DatasetViews views;

    DatasetsPage(Datasets datasets, Uploads uploads, Makings makings, DatasetViews views) {
        this.datasets = datasets;
        this.uploads = uploads;
        this.makings = makings;
        this.views = views;
    }

    @GetMapping
    String list(
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "") String tag,
            @RequestParam(defaultValue = "") String verdict,
            @RequestParam(defaultValue = "") String after,
            Words words,
            Model model) {
        Optional<DatasetQuery.Verdict> wanted =
                Arrays.stream(DatasetQuery.Verdict.values())
                        .filter(v -> word(v).equals(verdict))
                        .findFirst();
        var query =
                new DatasetQuery(
                        q.isBlank() ? null : q.strip(),
                        tag.isBlank() ? null : tag,
                        null,
                        wanted.orElse(null),
                        false,
                        after.isBlank() ? null : datasets.get(after).id(),
                        MANY + 1);
        return show(query, List.of(), words, model);
    }

    private static String word(DatasetQuery.Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    private String show(DatasetQuery query, List<NoticeView> problem, Words words, Model model) {
        List<Dataset> found = datasets.list(query);
        List<Dataset> rows = found.stream().limit(MANY).toList();
        long total = datasets.count(query);
        boolean active = query.text() != null || query.tag() != null || query.verdict() != null;
        model.addAttribute(
                "view",
                new DatasetsView(
                        rows.stream().map(d -> views.row(d, words)).toList(),
                        problem,
                        active || total > 1 ? filter(query, active, words) : null,
                        words.say("datasets.total", total, words.number(total)),
                        uploads.open(OPEN_UPLOADS).stream().map(u -> upload(u, words)).toList(),
                        makings.working(OPEN_UPLOADS).stream()
                                .map(m ->
                                        new DatasetsView.MakingRow(
                                                "/datasets/makings/" + m.id(),
                                                m.name(),
                                                words.say("making.kind." + m.kind().word()),
                                                m.percent()))
                                .toList(),
                        query.after() == null ? null : address(query, null),
                        found.size() > MANY ? address(query, rows.getLast().id().toString()) : null,
                        datasets.maxBytes(),
                        words.bytes(datasets.maxBytes())));
        return "datasets/list";
    }

    private DatasetsView.FilterView filter(DatasetQuery query, boolean active, Words words) {
        return new DatasetsView.FilterView(
                query.text() == null ? "" : query.text(),
                Stream.concat(
                                datasets.tags().stream(),
                                Stream.ofNullable(query.tag())
                                        .filter(tag -> !datasets.tags().contains(tag)))
                        .map(tag -> new Option(tag, tag, tag.equals(query.tag())))
                        .toList(),
                Arrays.stream(DatasetQuery.Verdict.values())
                        .map(v ->
                                new Option(
                                        word(v),
                                        words.say("datasets.filter." + word(v)),
                                        v == query.verdict()))
                        .toList(),
                active);
    }

    private static String address(DatasetQuery query, @Nullable String after) {
        UriComponentsBuilder uri = UriComponentsBuilder.fromPath("/datasets");
        Optional.ofNullable(query.text()).ifPresent(q -> uri.queryParam("q", "{q}"));
        Optional.ofNullable(query.tag()).ifPresent(tag -> uri.queryParam("tag", "{tag}"));
        Optional.ofNullable(query.verdict()).ifPresent(v -> uri.queryParam("verdict", word(v)));
        Optional.ofNullable(after).ifPresent(id -> uri.queryParam("after", id));
        return uri.encode()
                .buildAndExpand(
                        Stream.of(query.text(), query.tag())
                                .filter(java.util.Objects::nonNull)
                                .toArray())
                .toUriString();
    }

    private DatasetsView.UploadRow upload(Upload u, Words words) {
        boolean receiving = u.state() == Upload.State.RECEIVING;
        String text =
                switch (u.state()) {
                    case RECEIVING ->
                            words.say(
                                    "uploads.part",
                                    words.bytes(u.received()),
                                    words.bytes(u.length()),
                                    words.exact(uploads.expiry(u)));
                    case RECEIVED -> words.say("uploads.received");
                    case DONE -> words.say("uploads.done");
                    case FAILED -> words.say("uploads.failed");
                };
        return new DatasetsView.UploadRow(
                u.id().toString(),
                API + u.id(),
                u.filename(),
                u.length(),
                u.percent(),
                text,
                receiving,
                u.trouble() == null
                        ? null
                        : words.sayOr("problem." + u.trouble() + ".title", u.trouble()));
    }

    @PostMapping
    String add(
            @RequestParam(required = false) @Nullable MultipartFile file,
            Words words,
            Model model,
            HttpServletResponse response)
            throws IOException {
        String filename = file == null ? null : file.getOriginalFilename();
        if (file == null || filename == null || filename.isEmpty()) {
            response.setStatus(422);
            return show(
                    DatasetQuery.newest(MANY + 1),
                    List.of(NoticeView.of(Tone.ERROR, words.say("start.error.data"), null)),
                    words,
                    model);
        }
        try (InputStream content = file.getInputStream()) {
            var before = words.now();
            Dataset added = datasets.add("", filename, content);
            boolean known = added.createdAt().isBefore(before.minusMillis(1));
            return "redirect:/datasets/"
                    + added.id()
                    + "?said="
                    + (known ? "dataset-known" : "dataset-added");
        } catch (Refusal refusal) {
            response.setStatus(422);
            return show(
                    DatasetQuery.newest(MANY + 1), List.of(problem(refusal, words)), words, model);
        }
    }

    static NoticeView problem(Refusal refusal, Words words) {
        Object[] args = refusal.args().toArray();
        String key = "problem." + refusal.code();
        if (!refusal.violations().isEmpty()) {
            Refusal.Violation first = refusal.violations().getFirst();
            return NoticeView.of(
                    Tone.ERROR,
                    words.sayOr("form." + first.field(), first.field()),
                    words.violation(first));
        }
        return new NoticeView(
                Tone.ERROR,
                words.sayOr(key + ".title", refusal.code(), args),
                words.sayOr(key + ".detail", "", args),
                words.sayOr(key + ".fix", "", args),
                null,
                null,
                null);
    }

    @PostMapping("/uploads/{id}/cancellation")
    String cancel(@PathVariable String id) {
        uploads.cancel(uploads.get(id).id());
        return "redirect:/datasets?said=upload-cancelled";
    }
}
