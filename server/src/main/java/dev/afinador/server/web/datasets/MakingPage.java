package dev.afinador.server.web.datasets;

import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.Datasets;
import dev.afinador.dataset.make.Making;
import dev.afinador.dataset.make.Makings;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;

/// A dataset in the making. When it is there, whoever waits is taken to it.
@Controller
@RequestMapping("/datasets/makings/{id}")
class MakingPage {

    private final Makings makings;
    private final Datasets datasets;

    MakingPage(Makings makings, Datasets datasets) {
        this.makings = makings;
        this.datasets = datasets;
    }

    /// @param percent null before it has begun
    /// @param back    where it was ordered
    record MakingView(
            String href,
            String name,
            String title,
            String text,
            boolean working,
            @Nullable Integer percent,
            @Nullable NoticeView ended,
            String back) {}

    @GetMapping
    String page(
            @PathVariable String id,
            @RequestHeader(name = "HX-Request", required = false) @Nullable String htmx,
            HttpServletResponse response,
            Words words,
            Model model) {
        Making making = makings.get(id);
        if (making.state() == Making.State.DONE) {
            DatasetId main = making.results().getFirst();
            boolean there = datasets.find(main).filter(d -> d.deletedAt() == null).isPresent();
            String to =
                    there
                            ? "/datasets/" + main + "?said=made-" + making.kind().word()
                            : "/datasets";
            if (htmx != null) {
                response.setHeader("HX-Redirect", to);
                return "datasets/checking :: over";
            }
            return "redirect:" + to;
        }
        model.addAttribute("view", view(making, words));
        return htmx == null ? "datasets/making" : "datasets/making :: state(view=${view})";
    }

    private static MakingView view(Making making, Words words) {
        boolean working = making.state() == Making.State.WORKING;
        String trouble = making.trouble();
        NoticeView ended =
                switch (making.state()) {
                    case WORKING, DONE -> null;
                    case CANCELLED -> NoticeView.of(Tone.INFO, words.say("making.cancelled"), null);
                    case FAILED ->
                            NoticeView.of(
                                    Tone.ERROR,
                                    words.say("making.failed"),
                                    trouble == null
                                            ? null
                                            : words.sayOr(
                                                    "making." + trouble,
                                                    trouble,
                                                    making.troubleArgs().toArray()));
                };
        return new MakingView(
                "/datasets/makings/" + making.id(),
                making.name(),
                words.say("making.kind." + making.kind().word()),
                words.say("making.text"),
                working,
                making.total() > 0 ? making.percent() : null,
                ended,
                making.source() == null ? "/datasets" : "/datasets/" + making.source());
    }

    @PostMapping("/cancellation")
    String cancel(@PathVariable String id) {
        Making making = makings.cancel(makings.get(id).id());
        return "redirect:/datasets/makings/" + making.id();
    }
}
