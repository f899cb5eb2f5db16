package dev.afinador.server.web.gallery;

import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseBody;

/// The addresses of the gallery: `/gallery/<page>/<case>`.
@Controller
public class GalleryPages {

    /// Every page and case, for the test that renders them all.
    public static final List<String> ALL =
            List.of(
                    "jobs/usual",
                    "jobs/many",
                    "jobs/stale",
                    "jobs/no-provider",
                    "jobs/no-job",
                    "jobs/no-hit",
                    "job/running",
                    "job/pending",
                    "job/succeeded",
                    "job/failed",
                    "job/cancelled",
                    "job/trouble",
                    "log/usual",
                    "log/empty",
                    "verification/pending",
                    "start/usual",
                    "start/errors",
                    "start/no-dataset",
                    "providers/usual",
                    "providers/empty",
                    "provider/new",
                    "provider/edit",
                    "provider/refused",
                    "import/usual",
                    "import/empty",
                    "datasets/usual",
                    "datasets/empty",
                    "dataset/ready",
                    "dataset/broken",
                    "dataset/checking",
                    "models/usual",
                    "models/empty",
                    "sign-in/usual",
                    "sign-in/refused",
                    "error/404",
                    "error/403",
                    "error/500");

    private final MessageSource messages;

    public GalleryPages(MessageSource messages) {
        this.messages = messages;
    }

    @GetMapping("/gallery/{page}/{kind}")
    String page(@PathVariable String page, @PathVariable String kind, Model model, Locale locale) {
        var words = new Words(messages, locale, ZoneOffset.UTC, InstantSource.system());
        var samples = new Samples(words);
        switch (page) {
            case "jobs" -> model.addAttribute("view", samples.jobs(kind));
            case "job" -> model.addAttribute("view", samples.job(kind));
            case "log" -> model.addAttribute("view", samples.calls(kind));
            case "verification" -> model.addAttribute("view", samples.report());
            case "start" -> model.addAttribute("view", samples.start(kind));
            case "providers" -> model.addAttribute("view", samples.providers(kind));
            case "provider" -> model.addAttribute("view", samples.provider(kind));
            case "import" -> model.addAttribute("view", samples.importing(kind));
            case "datasets" -> model.addAttribute("view", samples.datasets(kind));
            case "dataset" -> model.addAttribute("view", samples.dataset(kind));
            case "models" -> model.addAttribute("view", samples.models(kind));
            case "sign-in" ->
                    model.addAttribute(
                            "problem",
                            kind.equals("usual")
                                    ? List.of()
                                    : List.of(
                                            NoticeView.of(
                                                    Tone.ERROR,
                                                    words.say("sign-in.refused"),
                                                    words.say("sign-in.refused.text"))));
            case "error" -> model.addAttribute("status", Integer.valueOf(kind));
            default -> throw new IllegalArgumentException(page);
        }
        return switch (page) {
            case "jobs" -> "jobs/list";
            case "job" -> "jobs/job";
            case "log", "verification", "start" -> "jobs/" + page;
            case "providers" -> "providers/list";
            case "provider" -> "providers/edit";
            case "import" -> "providers/import";
            case "datasets" -> "datasets/list";
            case "dataset" -> "datasets/dataset";
            case "models" -> "models/list";
            case "sign-in" -> "access/sign-in";
            default -> "error";
        };
    }

    @GetMapping("/jobs/{id}/chart.json")
    @ResponseBody
    Map<String, Object> chart(@PathVariable String id) {
        return Samples.chart();
    }
}
