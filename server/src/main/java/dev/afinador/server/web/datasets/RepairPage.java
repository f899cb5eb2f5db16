package dev.afinador.server.web.datasets;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.Datasets;
import dev.afinador.dataset.make.Making;
import dev.afinador.dataset.repair.Fix;
import dev.afinador.dataset.repair.Repair;
import dev.afinador.dataset.repair.RepairPlan;
import dev.afinador.dataset.repair.Repairs;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import dev.afinador.work.Refusal;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// Choosing what to repair, seeing what it would change, ordering it.
@Controller
@RequestMapping("/datasets/{id}/repair")
class RepairPage {

    private static final int CHANGES = 60;
    private static final long PREVIEW_BYTES = 32L << 20;
    private static final int MOST_PERCENT = 50;

    private final Datasets datasets;
    private final Repairs repairs;
    private final DatasetViews views;

    RepairPage(Datasets datasets, Repairs repairs, DatasetViews views) {
        this.datasets = datasets;
        this.repairs = repairs;
        this.views = views;
    }

    /// @param chosen  what is asked for
    /// @param counts  what would be done, in words
    /// @param changes the first lines that would change
    /// @param nothing whether nothing would change
    record RepairView(
            DatasetsView.Row row,
            List<FixView> fixes,
            String percent,
            String seed,
            String validation,
            @Nullable NoticeView problem,
            List<String> chosen,
            @Nullable NoticeView verdict,
            List<String> counts,
            List<DiffView> changes,
            boolean nothing) {}

    /// @param count how many lines it would change; null when it is not chosen or would change none
    record FixView(
            String word, String label, String help, boolean chosen, @Nullable String count) {}

    /// What comes from the form.
    ///
    /// @param given whether it comes from the form; else what is safe is proposed
    record Wish(
            @Nullable Set<String> fix,
            @Nullable Integer percent,
            @Nullable Long seed,
            @Nullable String validation,
            @Nullable String given) {

        RepairPlan plan() {
            Set<Fix> fixes = EnumSet.noneOf(Fix.class);
            if (fix == null && given == null) {
                Arrays.stream(Fix.values()).filter(Fix::safe).forEach(fixes::add);
            } else if (fix != null) {
                fix.stream().map(Fix::of).flatMap(Optional::stream).forEach(fixes::add);
            }
            return new RepairPlan(
                    fixes,
                    percent == null ? 0 : Math.clamp(percent, 0, MOST_PERCENT),
                    seed == null ? 0 : seed);
        }
    }

    @GetMapping
    String form(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable Set<String> fix,
            @RequestParam(required = false) @Nullable Integer percent,
            @RequestParam(required = false) @Nullable Long seed,
            @RequestParam(required = false) @Nullable String validation,
            @RequestParam(required = false) @Nullable String given,
            Words words,
            Model model)
            throws IOException {
        Dataset dataset = datasets.get(id);
        var wish = new Wish(fix, percent, seed, validation, given);
        model.addAttribute("view", view(dataset, wish, words));
        return "datasets/repair";
    }

    private RepairView view(Dataset dataset, Wish wish, Words words) throws IOException {
        RepairPlan plan = wish.plan();
        NoticeView problem = null;
        Repair.Outcome outcome = null;
        try {
            outcome = repairs.preview(dataset, plan, CHANGES, PREVIEW_BYTES);
        } catch (Refusal refusal) {
            problem = DatasetsPage.problem(refusal, words);
        }
        Repair.Outcome seen = outcome;
        List<FixView> fixes =
                Arrays.stream(Fix.values()).map(fix -> fix(fix, plan, seen, words)).toList();
        String validation = wish.validation();
        return new RepairView(
                views.row(dataset, words),
                fixes,
                Integer.toString(plan.percent()),
                Long.toString(plan.seed()),
                validation == null || validation.isBlank()
                        ? words.say("repair.validation.name", dataset.name())
                        : validation,
                problem,
                plan.fixes().stream().map(Fix::word).sorted().toList(),
                outcome == null ? null : verdict(outcome, words),
                outcome == null ? List.of() : counts(outcome, words),
                outcome == null ? List.of() : DiffView.of(outcome, words),
                outcome == null || outcome.changesNothing());
    }

    private static FixView fix(
            Fix fix, RepairPlan plan, Repair.@Nullable Outcome outcome, Words words) {
        Long count = outcome == null ? null : outcome.counts().get(fix);
        return new FixView(
                fix.word(),
                words.say("repair.fix." + fix.word()),
                words.say("repair.fix." + fix.word() + ".help"),
                plan.fixes().contains(fix),
                count == null ? null : words.number(count));
    }

    private static List<String> counts(Repair.Outcome outcome, Words words) {
        return outcome.counts().entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .map(e ->
                        words.say("repair.did." + e.getKey().word())
                                + ": "
                                + words.number(e.getValue()))
                .toList();
    }

    private static NoticeView verdict(Repair.Outcome outcome, Words words) {
        String looked = outcome.complete() ? "" : " " + words.say("repair.beginning");
        if (outcome.changesNothing()) {
            return NoticeView.of(
                    Tone.OK,
                    words.say("repair.nothing.title"),
                    words.say("repair.nothing.text") + looked);
        }
        String text =
                words.say(
                        "repair.would.text",
                        words.number(outcome.lines()),
                        words.number(outcome.kept() - outcome.setAside()));
        if (outcome.setAside() > 0) {
            text += " " + words.say("repair.would.aside", words.number(outcome.setAside()));
        }
        return NoticeView.of(Tone.INFO, words.say("repair.would.title"), text + looked);
    }

    @PostMapping
    String order(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable Set<String> fix,
            @RequestParam(required = false) @Nullable Integer percent,
            @RequestParam(required = false) @Nullable Long seed,
            @RequestParam(required = false) @Nullable String validation,
            Words words) {
        Dataset dataset = datasets.get(id);
        var wish = new Wish(fix, percent, seed, validation, "");
        Making making =
                repairs.order(
                        dataset,
                        wish.plan(),
                        validation == null || validation.isBlank()
                                ? words.say("repair.validation.name", dataset.name())
                                : validation.strip());
        return "redirect:/datasets/makings/" + making.id();
    }
}
