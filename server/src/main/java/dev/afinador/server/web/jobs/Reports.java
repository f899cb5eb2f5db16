package dev.afinador.server.web.jobs;

import dev.afinador.job.Job;
import dev.afinador.job.JobStatus;
import dev.afinador.server.web.shared.FindingView;
import dev.afinador.server.web.shared.StatusView;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import dev.afinador.verification.Finding.Severity;
import dev.afinador.verification.Report.Answer;
import dev.afinador.verification.ReportDocument;
import dev.afinador.verification.ReportDocument.FindingText;
import dev.afinador.verification.ReportDocument.Section;
import dev.afinador.verification.ReportDocument.Step;
import dev.afinador.verification.ReportDocument.Table;
import dev.afinador.verification.ReportDocument.TableRow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Puts a verification into the shape of its page.
final class Reports {

    private static final JsonMapper PRETTY =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Reports() {}

    static ReportView view(
            Job job, ReportDocument document, @Nullable String dashboard, Words words) {
        String api = "/api/v1/ai/training/fine-tuning/jobs/" + job.id() + "/verification";
        return new ReportView(
                job.id().toString(),
                "/jobs/" + job.id(),
                job.name(),
                StatusView.of(job.status(), words),
                document.title(),
                document.madeAt(),
                tone(document.severity()),
                document.conclusion(),
                document.sections().stream().map(s -> section(s, words)).toList(),
                api,
                "/jobs/" + job.id() + "/verification.md",
                dashboard);
    }

    private static ReportView.Section section(Section s, Words words) {
        return new ReportView.Section(
                s.id(),
                s.heading(),
                s.answer() == null
                        ? null
                        : new ReportView.Answer(tone(s.answer().answer()), s.answer().word()),
                s.paragraphs(),
                s.rows().stream()
                        .map(r -> new ReportView.Fact(r.label(), r.value(), r.literal()))
                        .toList(),
                s.flow().stream().map(Reports::step).toList(),
                s.table() == null ? null : table(s.table(), words),
                s.findings().stream().map(Reports::finding).toList());
    }

    private static ReportView.Step step(Step step) {
        return switch (step.place()) {
            case DONE -> new ReportView.Step(step.label(), step.at(), "done", "check");
            case CURRENT -> new ReportView.Step(step.label(), step.at(), "now", "arrow");
            case AHEAD -> new ReportView.Step(step.label(), step.at(), "next", "dot");
            case NOT_REACHED -> new ReportView.Step(step.label(), step.at(), "never", "failed");
        };
    }

    private static ReportView.Table table(Table table, Words words) {
        return new ReportView.Table(
                table.headers(), table.rows().stream().map(r -> row(r, words)).toList());
    }

    private static ReportView.TableRow row(TableRow row, Words words) {
        StatusView badge = null;
        for (JobStatus status : JobStatus.values()) {
            StatusView view = StatusView.of(status, words);
            if (!row.cells().isEmpty() && row.cells().getFirst().startsWith(view.word())) {
                badge = view;
            }
        }
        return new ReportView.TableRow(badge, row.cells(), row.current());
    }

    static FindingView finding(FindingText f) {
        List<String> evidence = new ArrayList<>();
        if (!f.evidence().isEmpty()) {
            evidence.add(f.evidence());
        }
        evidence.addAll(f.details());
        return new FindingView(
                tone(f.severity()),
                f.title(),
                evidence.isEmpty() ? null : String.join(" · ", evidence),
                orNull(f.action()));
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    static Tone tone(Severity severity) {
        return switch (severity) {
            case OK -> Tone.OK;
            case INFO -> Tone.INFO;
            case WARNING -> Tone.WARNING;
            case PROBLEM -> Tone.ERROR;
        };
    }

    private static Tone tone(Answer answer) {
        return switch (answer) {
            case YES -> Tone.OK;
            case NO -> Tone.ERROR;
            case NOT_YET -> Tone.INFO;
            case UNKNOWN -> Tone.WARNING;
        };
    }

    static String pretty(String json) {
        try {
            return PRETTY.writeValueAsString(PRETTY.readTree(json));
        } catch (JacksonException e) {
            return json; // shown as it came
        }
    }
}
