package dev.afinador.verification;

import dev.afinador.verification.ReportDocument.FindingText;
import dev.afinador.verification.ReportDocument.Row;
import dev.afinador.verification.ReportDocument.Section;
import dev.afinador.verification.ReportDocument.Step;
import dev.afinador.verification.ReportDocument.Table;
import dev.afinador.verification.ReportDocument.TableRow;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A report as a Markdown document (CommonMark with tables) to send to a colleague.
public final class ReportMarkdown {

    private static final Pattern PLAIN = Pattern.compile("[\\w.:/@+=-]+");

    private ReportMarkdown() {}

    public static String render(Report report, Locale locale, ZoneId zone) {
        return render(ReportDocument.of(report, locale, zone));
    }

    public static String render(ReportDocument document) {
        var out = new StringBuilder();
        out.append("# ").append(escape(document.title())).append("\n\n");
        out.append("**").append(escape(document.subtitle())).append("**  \n");
        out.append(escape(document.madeAt())).append("\n\n");
        out.append("> ")
                .append(ReportText.sign(document.severity()))
                .append(" **")
                .append(escape(document.conclusion()))
                .append("**\n");
        int number = 1;
        for (Section section : document.sections()) {
            section(section, number, out);
            number++;
        }
        return out.toString();
    }

    private static void section(Section section, int number, StringBuilder out) {
        out.append("\n## ").append(number).append(". ").append(escape(section.heading()));
        out.append("\n");
        if (section.answer() != null) {
            out.append("\n**").append(escape(section.answer().word())).append("**\n");
        }
        for (String paragraph : section.paragraphs()) {
            out.append("\n").append(escape(paragraph)).append("\n");
        }
        rows(section.rows(), out);
        flow(section.flow(), out);
        if (section.table() != null) {
            table(section.table(), out);
        }
        for (FindingText finding : section.findings()) {
            finding(finding, out);
        }
    }

    private static void rows(List<Row> rows, StringBuilder out) {
        if (rows.isEmpty()) {
            return;
        }
        out.append("\n");
        for (Row row : rows) {
            out.append("- ").append(escape(row.label())).append(": ");
            out.append(row.literal() ? code(row.value()) : escape(row.value())).append("\n");
        }
    }

    private static void flow(List<Step> flow, StringBuilder out) {
        if (flow.isEmpty()) {
            return;
        }
        out.append("\n");
        for (int i = 0; i < flow.size(); i++) {
            Step step = flow.get(i);
            String sign =
                    switch (step.place()) {
                        case DONE -> "✔";
                        case CURRENT -> "▶";
                        case AHEAD -> "○";
                        case NOT_REACHED -> "–";
                    };
            boolean current = step.place() == Report.FlowStep.Place.CURRENT;
            String label = escape(step.label());
            out.append(i + 1).append(". ").append(sign).append(" ");
            out.append(current ? "**" + label + "**" : label);
            if (!step.at().isEmpty()) {
                out.append(" (").append(escape(step.at())).append(")");
            }
            out.append("\n");
        }
    }

    private static void table(Table table, StringBuilder out) {
        out.append("\n");
        tableRow(table.headers(), false, out);
        tableRow(Collections.nCopies(table.headers().size(), "---"), false, out);
        for (TableRow row : table.rows()) {
            tableRow(row.cells(), row.current(), out);
        }
    }

    private static void tableRow(List<String> cells, boolean current, StringBuilder out) {
        out.append(
                cells.stream()
                        .map(cell -> cell.equals("---") ? cell : escape(cell))
                        .map(cell -> current ? "**" + cell + "**" : cell)
                        .collect(Collectors.joining(" | ", "| ", " |\n")));
    }

    private static void finding(FindingText finding, StringBuilder out) {
        out.append("\n### ").append(ReportText.sign(finding.severity())).append(" ");
        out.append(escape(finding.title())).append("\n");
        if (!finding.evidence().isEmpty()) {
            out.append("\n").append(escape(finding.evidence())).append("\n");
        }
        if (!finding.details().isEmpty()) {
            out.append("\n");
            for (String detail : finding.details()) {
                out.append("- ").append(escape(detail)).append("\n");
            }
        }
        if (!finding.action().isEmpty()) {
            out.append("\n→ ").append(escape(finding.action())).append("\n");
        }
    }

    /// Nothing that came from outside may become a heading, a link, an image or a tag.
    static String escape(String text) {
        var out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '\\', '`', '*', '_', '[', ']', '|', '~', '#', '!', '$' ->
                        out.append('\\').append(c);
                case '\n', '\r' -> out.append(' ');
                // a list marker or a setext underline only counts at the start of a line
                case '-', '+', '=' -> {
                    if (out.isEmpty()) {
                        out.append('\\');
                    }
                    out.append(c);
                }
                // "1." and "1)" at the start would be a list
                case '.', ')' -> {
                    if (i > 0
                            && i <= 9
                            && text.chars().limit(i).allMatch(ReportMarkdown::isDigit)) {
                        out.append('\\');
                    }
                    out.append(c);
                }
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /// Only what looks like an id goes into a code span: some renderers let tags through even there.
    private static String code(String text) {
        return PLAIN.matcher(text).matches() ? "`" + text + "`" : escape(text);
    }
}
