package dev.afinador.server.web.datasets;

import dev.afinador.dataset.CheckReport;
import dev.afinador.dataset.check.FileReport.Bar;
import dev.afinador.dataset.check.FileReport.Numbers;
import dev.afinador.dataset.check.FileReport.Spread;
import dev.afinador.dataset.check.NumbersJson;
import dev.afinador.dataset.check.Role;
import dev.afinador.server.web.shared.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The numbers of a training file.
///
/// @param note how tokens were counted
public record NumbersView(List<Stat> stats, List<ByRole> roles, List<Plot> plots, String note) {

    public record Stat(String label, String value) {}

    public record ByRole(String who, String messages, String tokens) {}

    /// How many examples are how long, as bars in a field of 400 by 100.
    ///
    /// @param rows the same in words
    public record Plot(
            String id,
            String title,
            String summary,
            List<Column> columns,
            String least,
            String most,
            List<Stat> rows) {}

    public record Column(double x, double y, double width, double height) {}

    private static final double WIDE = 400;
    private static final double HIGH = 100;

    /// @return null where nothing was counted
    static @Nullable NumbersView of(CheckReport report, Words words) {
        if (report.numbers() == null || report.examples() == 0) {
            return null;
        }
        Numbers n = NumbersJson.read(report.numbers());
        if (n.encoding() == null) {
            return null;
        }
        List<Stat> stats = new ArrayList<>();
        stats.add(stat("per-epoch", n.tokensPerEpoch(), words));
        stats.add(stat("learned", n.learnedTokens(), words));
        if (n.recommendedEpochs() > 0) {
            stats.add(stat("epochs", n.recommendedEpochs(), words));
        }
        if (n.distinct() > 0 && n.distinct() < report.examples()) {
            stats.add(stat("distinct", n.distinct(), words));
        }
        if (n.overLimit() > 0) {
            stats.add(stat("over", n.overLimit(), words));
        }
        if (n.images() > 0) {
            stats.add(stat("images", n.images(), words));
        }
        List<ByRole> roles =
                Arrays.stream(Role.values())
                        .filter(role -> n.messages().getOrDefault(role, 0L) > 0)
                        .map(role ->
                                new ByRole(
                                        words.sayOr("dataset.role." + role.word(), role.word()),
                                        words.number(n.messages().getOrDefault(role, 0L)),
                                        words.number(n.tokens().getOrDefault(role, 0L))))
                        .toList();
        List<Plot> plots = new ArrayList<>();
        plots.add(plot("example", n.tokensPerExample(), words));
        if (n.answerTokens().most() > 0) {
            plots.add(plot("answer", n.answerTokens(), words));
        }
        return new NumbersView(stats, roles, plots, words.say("numbers.note", n.encoding()));
    }

    private static Stat stat(String key, long value, Words words) {
        return new Stat(words.say("numbers." + key), words.number(value));
    }

    private static Plot plot(String kind, Spread spread, Words words) {
        long most = spread.bars().stream().mapToLong(Bar::count).max().orElse(1);
        double width = WIDE / Math.max(1, spread.bars().size());
        List<Column> columns = new ArrayList<>();
        List<Stat> rows = new ArrayList<>();
        for (int i = 0; i < spread.bars().size(); i++) {
            Bar bar = spread.bars().get(i);
            // what is there is seen, however little it is
            double height = bar.count() == 0 ? 0 : Math.max(1.5, HIGH * bar.count() / most);
            String range =
                    bar.from() == bar.to()
                            ? words.number(bar.from())
                            : words.number(bar.from()) + "–" + words.number(bar.to());
            columns.add(
                    new Column(
                            rounded(i * width + width * 0.06),
                            rounded(HIGH - height),
                            rounded(width * 0.88),
                            rounded(height)));
            if (bar.count() > 0) {
                rows.add(new Stat(range, words.number(bar.count())));
            }
        }
        return new Plot(
                kind,
                words.say("numbers.plot." + kind),
                words.say(
                        "numbers.spread",
                        words.number(spread.median()),
                        words.number(spread.p95()),
                        words.number(spread.most())),
                columns,
                spread.bars().isEmpty() ? "" : words.number(spread.bars().getFirst().from()),
                spread.bars().isEmpty() ? "" : words.number(spread.bars().getLast().to()),
                rows);
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
