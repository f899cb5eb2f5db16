package dev.afinador.cli;

import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetFinding.Excerpt;
import dev.afinador.dataset.DatasetFinding.Severity;
import dev.afinador.dataset.DatasetText;
import dev.afinador.dataset.check.CheckOptions;
import dev.afinador.dataset.check.FileReport;
import dev.afinador.dataset.check.FileReport.Spread;
import dev.afinador.dataset.check.Role;
import dev.afinador.dataset.cost.Price;
import dev.afinador.dataset.cost.TrainingPlan;
import dev.afinador.text.Messages;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.NumberFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// For people. A finding's first line has the form of a compiler's, which editors and terminals can jump to.
final class TextOutput implements Output {

    private static final int INDENT = 4;

    private final int show;
    private final boolean colours;

    /// @param show findings of each rule; the rest is told as a number
    TextOutput(int show, boolean colours) {
        this.show = show;
        this.colours = colours;
    }

    @Override
    public void write(Run run, PrintWriter out) {
        Messages messages = Messages.of(TextOutput.class, run.locale());
        var writer = new Writer(run, out, messages, DatasetText.in(run.locale()));
        for (CheckedFile file : run.files()) {
            writer.file(file);
        }
    }

    private final class Writer {
        private final Run run;
        private final PrintWriter out;
        private final Messages messages;
        private final DatasetText words;

        Writer(Run run, PrintWriter out, Messages messages, DatasetText words) {
            this.run = run;
            this.out = out;
            this.messages = messages;
            this.words = words;
        }

        void file(CheckedFile file) {
            FileReport report = file.report();
            byRule(report).forEach((rule, findings) -> rule(file, rule, findings));
            String name =
                    file.role() == CheckOptions.Role.VALIDATION
                            ? messages.text("text.validation", file.name())
                            : file.name();
            out.println(
                    bold(name)
                            + "  "
                            + messages.text(
                                    "text.counts",
                                    words.kind(report.kind()),
                                    report.lines(),
                                    report.examples()));
            numbers(report);
            run.quote().plan(file).ifPresent(this::plan);
            out.println("  " + verdict(report));
            out.println();
        }

        /// Errors first, then by the first line that each is on.
        private Map<String, List<DatasetFinding>> byRule(FileReport report) {
            Map<String, List<DatasetFinding>> byRule = new LinkedHashMap<>();
            report.findings().stream()
                    .sorted(
                            Comparator.comparing(DatasetFinding::severity)
                                    .thenComparingLong(DatasetFinding::line)
                                    .thenComparingInt(DatasetFinding::column))
                    .forEach(finding ->
                            byRule.computeIfAbsent(finding.rule(), r -> new ArrayList<>())
                                    .add(finding));
            return byRule;
        }

        private void rule(CheckedFile file, String rule, List<DatasetFinding> findings) {
            int shown = Math.min(show, findings.size());
            String told = null;
            for (DatasetFinding finding : findings.subList(0, shown)) {
                told = finding(file, finding, told);
            }
            long rest = file.report().counts().getOrDefault(rule, 0L) - shown;
            if (rest > 0) {
                String more =
                        shown == 0
                                ? messages.text("text.rule", rule, rest)
                                : messages.text("text.more", rule, rest);
                out.println(faint(" ".repeat(INDENT) + more));
                out.println();
            }
        }

        /// @param told what to do, if the finding before has told it
        /// @return what to do about this one
        private String finding(CheckedFile file, DatasetFinding finding, @Nullable String told) {
            var place = new StringBuilder(file.name());
            if (finding.line() > 0) {
                place.append(':').append(finding.line());
            }
            if (finding.column() > 0) {
                place.append(':').append(finding.column());
            }
            String severity =
                    messages.text(
                            finding.severity() == Severity.ERROR ? "text.error" : "text.warning");
            out.println(
                    bold(place + ": ")
                            + coloured(finding.severity(), severity + ": ")
                            + words.title(finding)
                            + faint("  [" + finding.rule() + "]"));
            if (finding.path() != null) {
                out.println(faint(" ".repeat(INDENT) + finding.path()));
            }
            Excerpt excerpt = finding.excerpt();
            if (excerpt != null) {
                out.println(" ".repeat(INDENT) + excerpt.text());
                int at = Math.min(excerpt.at(), excerpt.text().length());
                int before = excerpt.text().codePointCount(0, at);
                out.println(coloured(finding.severity(), " ".repeat(INDENT + before) + "^"));
            }
            String fix = fix(finding);
            if (!fix.equals(told)) {
                out.println(" ".repeat(INDENT) + "→ " + fix);
            }
            out.println();
            return fix;
        }

        private String fix(DatasetFinding finding) {
            return finding.rule().equals("needs_conversion")
                    ? messages.text("text.convert")
                    : words.fix(finding);
        }

        private void numbers(FileReport report) {
            FileReport.Numbers numbers = report.numbers();
            if (numbers.encoding() == null || report.examples() == 0) {
                return;
            }
            List<String> byRole = new ArrayList<>();
            for (Role role : Role.values()) {
                Long tokens = numbers.tokens().get(role);
                if (tokens != null && tokens > 0) {
                    byRole.add(messages.text("text.tokens.role", role.word(), tokens));
                }
            }
            if (numbers.toolTokens() > 0) {
                byRole.add(messages.text("text.tokens.tools", numbers.toolTokens()));
            }
            byRole.add(messages.text("text.tokens.frame", numbers.frameTokens()));
            out.println(
                    "  "
                            + messages.text(
                                    "text.tokens",
                                    numbers.totalTokens(),
                                    numbers.encoding(),
                                    String.join(", ", byRole)));
            Spread spread = numbers.tokensPerExample();
            out.println(
                    "  "
                            + messages.text(
                                    "text.example",
                                    spread.least(),
                                    spread.median(),
                                    spread.p95(),
                                    spread.most())
                            + faint("  " + plot(spread)));
            out.println(
                    "  "
                            + messages.text(
                                    "text.epoch",
                                    numbers.tokensPerEpoch(),
                                    numbers.learnedTokens()));
            if (numbers.images() > 0) {
                out.println("  " + messages.text("text.images", numbers.images()));
            }
        }

        private void plan(TrainingPlan plan) {
            Quote quote = run.quote();
            String epochs = quote.epochs() == 0 ? "text.plan.recommended" : "text.plan";
            out.println("  " + messages.text(epochs, plan.epochs(), plan.tokens()));
            Optional<Price> price = quote.price();
            if (price.isPresent()) {
                Price known = price.get();
                out.println(
                        "  "
                                + messages.text(
                                        "text.cost",
                                        money(plan.cost(known)),
                                        money(plan.costPerEpoch(known)),
                                        known.perMillion(),
                                        known.currency(),
                                        known.model(),
                                        known.asOf().toString(),
                                        known.source()));
            } else if (quote.model() != null) {
                out.println("  " + messages.text("text.no_price", quote.model()));
            }
            if (quote.tokensPerSecond() > 0) {
                out.println(
                        "  "
                                + messages.text(
                                        "text.time",
                                        time(plan.time(quote.tokensPerSecond())),
                                        quote.tokensPerSecond()));
            }
        }

        /// In cents, never less than it costs.
        private String money(BigDecimal amount) {
            NumberFormat format = NumberFormat.getNumberInstance(messages.locale());
            format.setMinimumFractionDigits(2);
            format.setMaximumFractionDigits(2);
            return format.format(amount.setScale(2, RoundingMode.UP));
        }

        private static String time(Duration time) {
            return "%d:%02d:%02d"
                    .formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart());
        }

        /// The bars of a distribution in one line.
        private String plot(Spread spread) {
            long most = spread.bars().stream().mapToLong(FileReport.Bar::count).max().orElse(0);
            var plot = new StringBuilder();
            for (FileReport.Bar bar : spread.bars()) {
                // what is there at all is seen
                plot.append(
                        bar.count() == 0
                                ? '·'
                                : (char) ('▁' + (int) (7 * bar.count() / Math.max(1, most))));
            }
            return plot.toString();
        }

        private String verdict(FileReport report) {
            boolean bad =
                    (report.errors() > 0 && run.fails(Severity.ERROR))
                            || (report.warnings() > 0 && run.fails(Severity.WARNING));
            String words =
                    report.errors() == 0 && report.warnings() == 0
                            ? messages.text("text.clean")
                            : messages.text("text.verdict", report.errors(), report.warnings());
            String sign = bad ? "✗ " : "✓ ";
            return colours
                    ? "\u001B[" + (bad ? 31 : 32) + "m" + sign + words + RESET
                    : sign + words;
        }
    }

    private static final String RESET = "\u001B[0m";

    private String bold(String text) {
        return colours ? "\u001B[1m" + text + RESET : text;
    }

    private String faint(String text) {
        return colours ? "\u001B[2m" + text + RESET : text;
    }

    private String coloured(Severity severity, String text) {
        int colour =
                switch (severity) {
                    case ERROR -> 31;
                    case WARNING -> 33;
                };
        return colours ? "\u001B[" + colour + "m" + text + RESET : text;
    }
}
