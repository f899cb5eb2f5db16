package dev.afinador.server.web.jobs;

import dev.afinador.dataset.CheckReport;
import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.Datasets;
import dev.afinador.dataset.check.FileReport.Numbers;
import dev.afinador.dataset.check.ModelTokens;
import dev.afinador.dataset.check.NumbersJson;
import dev.afinador.dataset.cost.Price;
import dev.afinador.dataset.cost.PriceList;
import dev.afinador.dataset.cost.TrainingPlan;
import dev.afinador.server.web.shared.Piece;
import dev.afinador.server.web.shared.Words;
import dev.afinador.work.Refusal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// What a training would be billed for, while the start form is filled in.
@Controller
class QuotePage {

    private static final int MOST_EPOCHS = 50;

    private final Datasets datasets;
    private final PriceList prices = PriceList.shipped();

    QuotePage(Datasets datasets) {
        this.datasets = datasets;
    }

    /// @param lines  what is known, one line each
    /// @param source where the price is published and when, or null
    record QuoteView(List<String> lines, @Nullable String cost, List<Piece> source) {}

    @GetMapping("/jobs/new/quote")
    String quote(
            @RequestParam(defaultValue = "") String dataset,
            @RequestParam(defaultValue = "") String baseModel,
            @RequestParam(defaultValue = "auto") String nEpochs,
            Words words,
            Model model) {
        model.addAttribute("quote", quote(find(dataset), baseModel.strip(), nEpochs, words));
        return "jobs/quote :: quote(q=${quote})";
    }

    private Optional<Dataset> find(String id) {
        try {
            return id.isBlank() ? Optional.empty() : Optional.of(datasets.get(id));
        } catch (Refusal unknown) {
            return Optional.empty(); // the form itself will say so
        }
    }

    private @Nullable QuoteView quote(
            Optional<Dataset> file, String baseModel, String nEpochs, Words words) {
        Numbers numbers =
                file.filter(d -> d.kind() != DatasetKind.REINFORCEMENT)
                        .flatMap(d -> datasets.report(d.id()))
                        .map(CheckReport::numbers)
                        .map(NumbersJson::read)
                        .orElse(null);
        if (numbers == null) {
            return null;
        }
        boolean chosen = nEpochs.matches("[1-9][0-9]?") && Integer.parseInt(nEpochs) <= MOST_EPOCHS;
        TrainingPlan plan = numbers.plan(chosen ? Integer.parseInt(nEpochs) : 0).orElse(null);
        if (plan == null) {
            return null;
        }
        List<String> lines = new ArrayList<>();
        lines.add(
                words.say(
                        chosen ? "quote.tokens" : "quote.tokens.recommended",
                        words.number(plan.tokensPerEpoch()),
                        words.number(plan.epochs()),
                        words.number(plan.tokens())));
        if (numbers.imageExamples() > 0) {
            lines.add(words.say("quote.images"));
        }
        if (baseModel.isEmpty()) {
            lines.add(words.say("quote.no-model"));
            return new QuoteView(lines, null, List.of());
        }
        Optional<Price> price = prices.find(ModelTokens.base(baseModel));
        if (price.isEmpty()) {
            lines.add(words.say("quote.no-price", baseModel));
            return new QuoteView(lines, null, List.of());
        }
        Price known = price.get();
        String amount =
                String.format(
                        words.locale(),
                        "%,.2f",
                        plan.cost(known).setScale(2, RoundingMode.CEILING));
        return new QuoteView(
                lines,
                words.say("quote.cost", known.currency(), amount),
                Piece.of(
                        words.say(
                                "quote.source",
                                known.currency(),
                                known.perMillion().toPlainString(),
                                words.day(known.asOf()),
                                known.source())));
    }
}
