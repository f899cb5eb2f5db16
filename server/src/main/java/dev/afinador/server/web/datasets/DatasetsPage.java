package dev.afinador.server.web.datasets;

import dev.afinador.dataset.CheckState;
import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetText;
import dev.afinador.dataset.Datasets;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import dev.afinador.work.Refusal;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;

/// Training files: the list, a file's findings, coming and going.
@Controller
@RequestMapping("/datasets")
class DatasetsPage {

    private static final int MANY = 200;
    private static final int FINDINGS = 200;

    private final Datasets datasets;

    DatasetsPage(Datasets datasets) {
        this.datasets = datasets;
    }

    @GetMapping
    String list(Words words, Model model) {
        return show(List.of(), words, model);
    }

    private String show(List<NoticeView> problem, Words words, Model model) {
        model.addAttribute(
                "view",
                new DatasetsView(
                        datasets.list(MANY).stream().map(d -> row(d, words)).toList(), problem));
        return "datasets/list";
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
            Object[] args = refusal.args().toArray();
            String key = "problem." + refusal.code();
            NoticeView problem =
                    new NoticeView(
                            Tone.ERROR,
                            words.sayOr(key + ".title", refusal.code(), args),
                            words.sayOr(key + ".detail", "", args),
                            words.sayOr(key + ".fix", "", args),
                            null,
                            null,
                            null);
            return show(List.of(problem), words, model);
        }
    }

    @GetMapping("/{id}")
    String one(@PathVariable String id, Words words, Model model) {
        Dataset d = datasets.get(id);
        DatasetText text = DatasetText.in(words.locale());
        List<DatasetFinding> findings = datasets.findings(d.id(), FINDINGS + 1);
        boolean more = findings.size() > FINDINGS;
        model.addAttribute(
                "view",
                new DatasetsView.One(
                        row(d, words),
                        d.sha256(),
                        d.usable(),
                        verdict(d, words),
                        findings.stream()
                                .limit(FINDINGS)
                                .map(f -> finding(f, text, words))
                                .toList(),
                        more,
                        true,
                        d.usable() ? "/jobs/new?dataset=" + d.id() : null));
        return "datasets/dataset";
    }

    @PostMapping("/{id}/deletion")
    String delete(@PathVariable String id) {
        datasets.delete(datasets.get(id).id());
        return "redirect:/datasets?said=dataset-deleted";
    }

    private static DatasetsView.Row row(Dataset d, Words words) {
        Tone tone =
                switch (d.check()) {
                    case WAITING, CANCELLED -> Tone.INFO;
                    case FAILED -> Tone.ERROR;
                    case DONE ->
                            d.errors() > 0 ? Tone.ERROR : d.warnings() > 0 ? Tone.WARNING : Tone.OK;
                };
        String verdict =
                d.check() != CheckState.DONE
                        ? words.say("datasets.check." + d.check().word())
                        : switch (tone) {
                            case ERROR -> words.say("datasets.verdict.errors", d.errors());
                            case WARNING -> words.say("datasets.verdict.warnings", d.warnings());
                            case OK, INFO -> words.say("datasets.verdict.ready");
                        };
        return new DatasetsView.Row(
                d.id().toString(),
                "/datasets/" + d.id(),
                d.name(),
                d.filename(),
                words.say("datasets.kind." + d.kind().name().toLowerCase(Locale.ROOT)),
                words.number(d.examples()),
                words.bytes(d.bytes()),
                tone,
                verdict,
                words.ago(d.createdAt()));
    }

    private static NoticeView verdict(Dataset d, Words words) {
        if (d.check() != CheckState.DONE) {
            return NoticeView.of(
                    d.check() == CheckState.FAILED ? Tone.ERROR : Tone.INFO,
                    words.say("datasets.check." + d.check().word()),
                    words.say("datasets.check." + d.check().word() + ".text"));
        }
        if (d.errors() > 0) {
            return NoticeView.of(
                    Tone.ERROR,
                    words.say("dataset.verdict.error.title", d.errors()),
                    words.say("dataset.verdict.error.text"));
        }
        if (d.warnings() > 0) {
            return NoticeView.of(
                    Tone.WARNING,
                    words.say("dataset.verdict.warning.title", d.warnings()),
                    words.say("dataset.verdict.warning.text"));
        }
        return NoticeView.of(
                Tone.OK,
                words.say("dataset.verdict.ok.title", d.examples(), words.number(d.examples())),
                words.say("dataset.verdict.ok.text"));
    }

    private static DatasetsView.Finding finding(DatasetFinding f, DatasetText text, Words words) {
        boolean error = f.severity() == DatasetFinding.Severity.ERROR;
        return new DatasetsView.Finding(
                error ? Tone.ERROR : Tone.WARNING,
                words.say(error ? "dataset.severity.error" : "dataset.severity.warning"),
                f.line() == 0 ? null : words.number(f.line()),
                f.path(),
                text.title(f),
                text.fix(f));
    }
}
