package dev.afinador.verification;

import dev.afinador.verification.Finding.Action;
import dev.afinador.verification.Finding.Severity;
import dev.afinador.verification.Report.Answer;
import dev.afinador.verification.Report.FlowStep;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A report in words, in one language and time zone. The page, the JSON and the Markdown are all made from it, so they
/// say the same. Every text is plain: whoever puts it into HTML or Markdown escapes it.
///
/// @param subtitle the job's name and its id at the provider
/// @param madeAt   when and in which time zone
public record ReportDocument(
        String title,
        String subtitle,
        String language,
        Instant at,
        String madeAt,
        Severity severity,
        String severityWord,
        String conclusionCode,
        String conclusion,
        List<Section> sections) {

    public ReportDocument {
        sections = List.copyOf(sections);
    }

    public static ReportDocument of(Report report, Locale locale, ZoneId zone) {
        return new ReportText(report, locale, zone).document();
    }

    /// @param id    stable: `job`, `presence`, `sync`, `meaning`, `states`, `findings`, `conclusion`
    /// @param answer of the sections that ask a question
    public record Section(
            String id,
            String heading,
            @Nullable AnswerText answer,
            List<String> paragraphs,
            List<Row> rows,
            List<Step> flow,
            @Nullable Table table,
            List<FindingText> findings) {
        public Section {
            paragraphs = List.copyOf(paragraphs);
            rows = List.copyOf(rows);
            flow = List.copyOf(flow);
            findings = List.copyOf(findings);
        }
    }

    public record AnswerText(Answer answer, String word) {}

    /// @param literal ids and names of the machine's world, shown in a fixed-width font
    public record Row(String label, String value, boolean literal) {}

    /// @param at when the job came there, or an empty text
    public record Step(String step, FlowStep.Place place, String label, String at) {}

    public record Table(List<String> headers, List<TableRow> rows) {
        public Table {
            headers = List.copyOf(headers);
            rows = List.copyOf(rows);
        }
    }

    /// @param current whether it is about the state that the job is in
    public record TableRow(List<String> cells, boolean current) {
        public TableRow {
            cells = List.copyOf(cells);
        }
    }

    /// @param code    stable word, e.g. `pending_over_2_hours`
    /// @param action  what to do, in words
    /// @param doing   what a page can offer for it
    /// @param details places in the training file
    public record FindingText(
            String code,
            @Nullable String variant,
            Severity severity,
            String severityWord,
            String title,
            String evidence,
            String action,
            Action doing,
            List<String> details) {
        public FindingText {
            details = List.copyOf(details);
        }
    }
}
