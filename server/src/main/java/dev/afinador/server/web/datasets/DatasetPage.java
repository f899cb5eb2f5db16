package dev.afinador.server.web.datasets;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetText;
import dev.afinador.dataset.Datasets;
import dev.afinador.dataset.diff.LineDiff;
import dev.afinador.dataset.look.Marked;
import dev.afinador.dataset.look.Peek;
import dev.afinador.server.security.Sessions;
import dev.afinador.server.web.shared.Words;
import dev.afinador.work.Refusal;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// One version of a dataset: its report, its lines, its examples, where it comes from.
@Controller
@RequestMapping("/datasets/{id}")
class DatasetPage {

    private static final int KEPT = 1_000;
    private static final int EXAMPLES = 10;
    private static final int CHANGES = 100;
    private static final long COMPARED_BYTES = 256L << 20;

    private final Datasets datasets;
    private final DatasetViews views;
    private final ExampleViews examples;
    private final Peek peek;

    DatasetPage(Datasets datasets, DatasetViews views, ExampleViews examples, Peek peek) {
        this.datasets = datasets;
        this.views = views;
        this.examples = examples;
        this.peek = peek;
    }

    @GetMapping
    String page(@PathVariable String id, Words words, Model model) {
        model.addAttribute("view", views.view(datasets.get(id), words));
        return "datasets/dataset";
    }

    /// How far the check is, for the page to grow by. When it is over the page is told to come again as a whole.
    @GetMapping("/check")
    String check(
            @PathVariable String id,
            @RequestHeader(name = "HX-Request", required = false) @Nullable String htmx,
            HttpServletResponse response,
            Words words,
            Model model) {
        Dataset dataset = datasets.get(id);
        var progress = datasets.progress(dataset.id());
        if (htmx == null) {
            return "redirect:/datasets/" + dataset.id();
        }
        if (progress.isEmpty()) {
            response.setHeader("HX-Refresh", "true");
            return "datasets/checking :: over";
        }
        model.addAttribute("checking", views.checking(dataset, progress.get(), words));
        return "datasets/checking :: checking(c=${checking})";
    }

    @PostMapping("/check")
    String recheck(@PathVariable String id) {
        Dataset dataset = datasets.get(id);
        datasets.recheck(dataset.id());
        return "redirect:/datasets/" + dataset.id();
    }

    @PostMapping("/check/cancellation")
    String cancelCheck(@PathVariable String id) {
        Dataset dataset = datasets.get(id);
        datasets.cancelCheck(dataset.id());
        return "redirect:/datasets/" + dataset.id();
    }

    @PostMapping("/acceptance")
    String accept(@PathVariable String id) {
        Dataset dataset = datasets.get(id);
        datasets.accept(dataset.id(), Sessions.caller().name());
        return "redirect:/datasets/" + dataset.id() + "?said=dataset-accepted";
    }

    @PostMapping("/description")
    String describe(
            @PathVariable String id,
            @RequestParam String name,
            @RequestParam(defaultValue = "") String tags,
            @RequestParam(defaultValue = "") String notes) {
        Dataset dataset = datasets.get(id);
        datasets.describe(dataset.family(), name, Arrays.asList(tags.split(",")), notes);
        return "redirect:/datasets/" + dataset.id() + "?said=dataset-described";
    }

    @PostMapping("/deletion")
    String delete(@PathVariable String id) {
        datasets.delete(datasets.get(id).id());
        return "redirect:/datasets?said=dataset-deleted";
    }

    @GetMapping("/content")
    ResponseEntity<InputStreamResource> content(@PathVariable String id) {
        Dataset dataset = datasets.get(id);
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .contentLength(dataset.bytes())
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(dataset.filename(), StandardCharsets.UTF_8)
                                .build()
                                .toString())
                .body(new InputStreamResource(datasets.open(dataset.id())));
    }

    @GetMapping("/findings/{rule}")
    String findings(@PathVariable String id, @PathVariable String rule, Words words, Model model) {
        Dataset dataset = datasets.get(id);
        List<DatasetFinding> found = datasets.findings(dataset.id(), rule, KEPT);
        if (found.isEmpty()) {
            throw Refusal.notFound("finding_unknown", rule.length() > 80 ? "…" : rule);
        }
        long count =
                datasets.report(dataset.id())
                        .map(r -> r.rules().getOrDefault(rule, (long) found.size()))
                        .orElse((long) found.size());
        DatasetText text = DatasetText.in(words.locale());
        DatasetView.Group group = views.group(dataset, found, count, words);
        model.addAttribute(
                "view",
                new DatasetView.RuleView(
                        views.row(dataset, words),
                        group,
                        found.stream()
                                .map(f -> views.finding(dataset, f, group.title(), text, words))
                                .toList()));
        return "datasets/findings";
    }

    /// @param rule what was clicked, to be shown first; or null
    @GetMapping("/lines/{number}")
    String line(
            @PathVariable String id,
            @PathVariable long number,
            @RequestParam(required = false) @Nullable String rule,
            @RequestHeader(name = "HX-Request", required = false) @Nullable String htmx,
            Words words,
            Model model) {
        Dataset dataset = datasets.get(id);
        List<Peek.Line> lines = number < 1 ? List.of() : peek.lines(dataset, number, 1);
        if (lines.isEmpty()) {
            throw Refusal.notFound("line_unknown", dataset.name(), number);
        }
        Peek.Line line = lines.getFirst();
        List<DatasetFinding> found =
                datasets.findings(dataset.id(), KEPT).stream()
                        .filter(f -> f.line() == number)
                        .filter(f -> htmx == null || rule == null || f.rule().equals(rule))
                        .toList();
        List<DatasetView.Spot> spots = new ArrayList<>();
        for (DatasetFinding f : found) {
            DatasetView.Spot spot = spot(f, line, words);
            spots.add(f.rule().equals(rule) ? 0 : spots.size(), spot);
        }
        if (spots.isEmpty()) {
            spots.add(plain(line, words));
        }
        String href = "/datasets/" + dataset.id() + "/lines/";
        long last = peek.count(dataset);
        model.addAttribute(
                "view",
                new DatasetView.LineView(
                        views.row(dataset, words),
                        number,
                        words.say("dataset.line", words.number(number)),
                        href + number,
                        spots,
                        number > 1 ? href + (number - 1) : null,
                        number < last ? href + (number + 1) : null));
        return htmx == null ? "datasets/line" : "datasets/line :: spots(spots=${view.spots})";
    }

    private static DatasetView.Spot spot(DatasetFinding f, Peek.Line line, Words words) {
        DatasetText text = DatasetText.in(words.locale());
        Marked marked = Marked.of(line.text(), f);
        return new DatasetView.Spot(
                DatasetViews.tone(f),
                words.say(
                        f.severity() == DatasetFinding.Severity.ERROR
                                ? "dataset.severity.error"
                                : "dataset.severity.warning"),
                text.title(f),
                text.fix(f),
                f.path(),
                marked.column() > 0
                        ? words.say("dataset.column", words.number(marked.column()))
                        : null,
                marked,
                hidden(marked.hiddenBefore(), words),
                hidden(marked.hiddenInside(), words),
                hidden(marked.hiddenAfter(), words));
    }

    private static DatasetView.Spot plain(Peek.Line line, Words words) {
        Marked marked = Marked.plain(line.text());
        return new DatasetView.Spot(
                dev.afinador.server.web.shared.Tone.OK,
                "",
                words.say("dataset.line.clean"),
                null,
                null,
                null,
                marked,
                null,
                null,
                hidden(marked.hiddenAfter(), words));
    }

    private static @Nullable String hidden(int count, Words words) {
        return count == 0 ? null : words.say("dataset.more-characters", words.number(count));
    }

    @GetMapping("/examples")
    String examples(
            @PathVariable String id,
            @RequestParam(defaultValue = "1") long line,
            Words words,
            Model model) {
        Dataset dataset = datasets.get(id);
        long last = peek.count(dataset);
        long from = Math.clamp(line, 1, Math.max(1, last));
        List<Peek.Line> lines = peek.lines(dataset, from, EXAMPLES);
        long next = lines.isEmpty() ? from : lines.getLast().number() + 1;
        String href = "/datasets/" + dataset.id() + "/examples?line=";
        model.addAttribute(
                "view",
                new DatasetView.ExamplesView(
                        views.row(dataset, words),
                        lines.stream()
                                .filter(l -> !l.text().isBlank())
                                .map(l -> examples.of(dataset.id(), l, words))
                                .toList(),
                        from,
                        last,
                        words.say(
                                "dataset.examples.range",
                                words.number(from),
                                words.number(Math.max(from, next - 1)),
                                words.number(last)),
                        from > 1 ? href + Math.max(1, from - EXAMPLES) : null,
                        next <= last ? href + next : null));
        return "datasets/examples";
    }

    @GetMapping("/diff")
    String diff(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String with,
            Words words,
            Model model)
            throws IOException {
        Dataset after = datasets.get(id);
        Dataset before =
                with != null
                        ? datasets.get(with)
                        : Optional.ofNullable(after.origin().from())
                                .map(datasets::get)
                                .orElseThrow(
                                        () -> Refusal.notFound("nothing_to_compare", after.name()));
        try (InputStream old = datasets.open(before.id());
                InputStream fresh = datasets.open(after.id())) {
            LineDiff.Result result = LineDiff.between(old, fresh, CHANGES, COMPARED_BYTES);
            model.addAttribute(
                    "view",
                    new DiffView.Page(
                            views.row(after, words),
                            before.name() + " v" + before.version(),
                            "/datasets/" + before.id(),
                            words.say(
                                    "diff.counts",
                                    words.number(result.changed()),
                                    words.number(result.removed()),
                                    words.number(result.added())),
                            result.changes().isEmpty(),
                            result.complete(),
                            DiffView.of(result, words)));
        }
        return "datasets/diff";
    }
}
