package dev.afinador.verification;

import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetText;
import dev.afinador.job.Job;
import dev.afinador.job.JobStatus;
import dev.afinador.job.Progress;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.text.Messages;
import dev.afinador.verification.Finding.Severity;
import dev.afinador.verification.Report.Answer;
import dev.afinador.verification.Report.Conclusion;
import dev.afinador.verification.Report.Outlook;
import dev.afinador.verification.Report.Presence;
import dev.afinador.verification.Report.SyncCheck;
import dev.afinador.verification.ReportDocument.AnswerText;
import dev.afinador.verification.ReportDocument.FindingText;
import dev.afinador.verification.ReportDocument.Row;
import dev.afinador.verification.ReportDocument.Section;
import dev.afinador.verification.ReportDocument.Step;
import dev.afinador.verification.ReportDocument.Table;
import dev.afinador.verification.ReportDocument.TableRow;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Puts a report into words.
final class ReportText {

    private static final String NONE = "—";

    private final Report report;
    private final Job job;
    private final Messages messages;
    private final DatasetText datasetText;
    private final ZoneId zone;
    private final DateTimeFormatter times;
    private final DateTimeFormatter days;

    ReportText(Report report, Locale locale, ZoneId zone) {
        this.report = report;
        this.job = report.job();
        this.messages = Messages.of(ReportText.class, locale);
        this.datasetText = DatasetText.in(locale);
        this.zone = zone;
        // month names have to be in the language of the words around them, not in the reader's
        Locale language = Locale.of(messages.text("language"));
        this.times =
                DateTimeFormatter.ofPattern(messages.text("format.time"), language).withZone(zone);
        this.days = DateTimeFormatter.ofPattern(messages.text("format.day"), language);
    }

    ReportDocument document() {
        Conclusion conclusion = report.conclusion();
        String sentence = sentence(conclusion);
        return new ReportDocument(
                messages.text("title"),
                subtitle(),
                messages.text("language"),
                report.at(),
                madeAt(),
                conclusion.severity(),
                messages.text("severity." + conclusion.severity().word()),
                conclusion.code(),
                sentence,
                List.of(
                        jobSection(),
                        presenceSection(),
                        syncSection(),
                        meaningSection(),
                        statesSection(),
                        findingsSection(),
                        conclusionSection(sentence)));
    }

    /// A job that was adopted without a name is called by its id.
    private String subtitle() {
        String name = Redaction.clean(job.name());
        RemoteJobId remote = job.remoteId();
        return remote == null || remote.value().equals(job.name())
                ? name
                : name + " · " + Redaction.clean(remote.value());
    }

    private String madeAt() {
        ZoneOffset offset = zone.getRules().getOffset(report.at());
        String at = time(report.at());
        if (zone instanceof ZoneOffset || zone.getId().equals("UTC")) {
            return messages.text("made_at.utc", at, utc(offset));
        }
        return messages.text("made_at", at, zone.getId(), utc(offset));
    }

    /// Nobody waits or grows old in milliseconds; only answers are measured in them.
    private String span(Duration span) {
        return !span.isNegative() && span.toSeconds() < 1
                ? messages.text("span.under_a_second")
                : DurationText.of(span);
    }

    private static String utc(ZoneOffset offset) {
        return offset.equals(ZoneOffset.UTC) ? "UTC" : "UTC" + offset.getId();
    }

    private Section jobSection() {
        List<Row> rows = new ArrayList<>();
        rows.add(words("job.name", job.name()));
        rows.add(literal("job.remote_id", job.remoteId() == null ? null : job.remoteId().value()));
        rows.add(literal("job.id", job.id().toString()));
        rows.add(words("job.provider", report.provider().name()));
        rows.add(words("job.status", status()));
        rows.add(literal("job.base_model", job.baseModel()));
        if (job.resolvedModel() != null && !job.resolvedModel().equals(job.baseModel())) {
            rows.add(literal("job.resolved_model", job.resolvedModel()));
        }
        rows.add(literal("job.method", job.method()));
        rows.add(words("job.created_at", time(job.createdAt())));
        optionalTime(rows, "job.submitted_at", job.submittedAt());
        optionalTime(rows, "job.started_at", job.startedAt());
        optionalTime(rows, "job.finished_at", job.finishedAt());
        if (job.status() == JobStatus.RUNNING || job.status() == JobStatus.PAUSED) {
            rows.add(words("job.progress", progress(job.progress())));
            if (job.eta() != null && job.eta().isAfter(report.at())) {
                rows.add(words("job.eta", time(job.eta())));
            }
        }
        if (job.fineTunedModel() != null) {
            rows.add(literal("job.fine_tuned_model", job.fineTunedModel()));
        }
        if (job.trainingFile() != null) {
            rows.add(literal("job.training_file", job.trainingFile()));
        }
        return section("job", null, List.of(), rows);
    }

    private String status() {
        String badge = messages.text("status." + job.status().word());
        if (job.status() != JobStatus.PENDING) {
            return badge;
        }
        return badge + " (" + messages.text("step." + phaseWord()) + ")";
    }

    private String phaseWord() {
        return report.outlook().state().substring("pending.".length());
    }

    private String progress(Progress progress) {
        Long step = progress.step();
        Long total = progress.totalSteps();
        Integer percent = progress.percent();
        if (percent == null) {
            return messages.text("progress.unknown");
        }
        return switch (progress.kind()) {
            case STEPS ->
                    step == null || total == null
                            ? messages.text("progress.percent", percent)
                            : messages.text("progress.steps", percent, step, total);
            case ESTIMATE -> messages.text("progress.estimate", percent);
            case UNKNOWN -> messages.text("progress.unknown");
        };
    }

    private Section presenceSection() {
        Presence presence = report.presence();
        List<Row> rows = new ArrayList<>();
        if (presence.lookedUpAt() != null) {
            rows.add(words("presence.looked_up_at", time(presence.lookedUpAt())));
        }
        if (presence.took() != null) {
            rows.add(words("presence.took", DurationText.of(presence.took())));
        }
        if (presence.requestId() != null) {
            rows.add(literal("presence.request_id", presence.requestId()));
        }
        if (presence.httpStatus() != null) {
            rows.add(literal("presence.http_status", String.valueOf(presence.httpStatus())));
        }
        if (presence.rawStatus() != null) {
            rows.add(
                    literal(
                            presence.answer() == Answer.YES
                                    ? "presence.raw_status"
                                    : "presence.last_raw_status",
                            presence.rawStatus()));
        }
        if (presence.error() != null) {
            rows.add(words("presence.error", presence.error()));
        }
        String why =
                messages.text(
                        "presence." + presence.reason(),
                        Redaction.clean(report.provider().name()),
                        job.syncedAt() == null ? NONE : time(job.syncedAt()),
                        job.missingSince() == null ? NONE : time(job.missingSince()));
        return section("presence", presence.answer(), List.of(why), rows);
    }

    private Section syncSection() {
        SyncCheck sync = report.sync();
        List<Row> rows = new ArrayList<>();
        if (job.remoteId() != null) {
            rows.add(
                    words(
                            "sync.synced_at",
                            sync.syncedAt() == null ? null : time(sync.syncedAt())));
            if (sync.lag() != null) {
                rows.add(words("sync.lag", span(sync.lag())));
            }
        }
        if (sync.failures() > 0) {
            rows.add(words("sync.failures", String.valueOf(sync.failures())));
            rows.add(
                    words(
                            "sync.last_error",
                            sync.errorMessage() == null ? sync.errorCode() : sync.errorMessage()));
        }
        if (sync.retryNotBefore() != null && sync.retryNotBefore().isAfter(report.at())) {
            rows.add(words("sync.retry_not_before", time(sync.retryNotBefore())));
        }
        Table table = null;
        if (!sync.differences().isEmpty()) {
            table =
                    new Table(
                            List.of(
                                    messages.text("sync.field"),
                                    messages.text("sync.ours"),
                                    messages.text("sync.theirs")),
                            sync.differences().stream()
                                    .map(d ->
                                            new TableRow(
                                                    List.of(
                                                            field(d.field()),
                                                            words(d.ours()),
                                                            words(d.theirs())),
                                                    false))
                                    .toList());
        }
        return new Section(
                "sync",
                messages.text("heading.sync"),
                answer(sync.answer()),
                List.of(
                        messages.text(
                                "sync." + sync.reason(),
                                Redaction.clean(report.provider().name()))),
                rows,
                List.of(),
                table,
                List.of());
    }

    private String field(String field) {
        return messages.text("field." + field) + " (" + field + ")";
    }

    private Section meaningSection() {
        Outlook outlook = report.outlook();
        List<String> paragraphs = new ArrayList<>();
        paragraphs.add(messages.text("meaning." + outlook.state()));
        paragraphs.add(messages.text("next." + outlook.state()));
        if (job.status() == JobStatus.PENDING || job.status() == JobStatus.RUNNING) {
            paragraphs.add(usual(outlook));
        }
        List<Row> rows =
                outlook.elapsed() == null
                        ? List.of()
                        : List.of(
                                words(
                                        "meaning.elapsed." + job.status().word(),
                                        DurationText.of(outlook.elapsed())));
        return new Section(
                "meaning",
                messages.text("heading.meaning", status()),
                null,
                paragraphs,
                rows,
                List.of(),
                null,
                List.of());
    }

    private String usual(Outlook outlook) {
        String what = job.status().word();
        if (job.remoteId() == null) {
            return messages.text("usual.not_submitted");
        }
        if (outlook.median() == null || outlook.p90() == null) {
            return messages.text("usual." + what + ".no_history", outlook.past());
        }
        return messages.text(
                "usual." + what,
                DurationText.of(outlook.median()),
                DurationText.of(outlook.p90()),
                outlook.past());
    }

    private Section statesSection() {
        List<TableRow> rows = new ArrayList<>();
        for (JobStatus status : JobStatus.values()) {
            rows.add(
                    new TableRow(
                            List.of(
                                    messages.text("status." + status.word())
                                            + " ("
                                            + status.word()
                                            + ")",
                                    messages.text("states." + status.word() + ".meaning"),
                                    messages.text("states." + status.word() + ".action")),
                            status == job.status()));
        }
        List<Step> flow =
                report.flow().stream()
                        .map(step ->
                                new Step(
                                        step.step(),
                                        step.place(),
                                        messages.text("step." + step.step()),
                                        step.at() == null ? "" : time(step.at())))
                        .toList();
        return new Section(
                "states",
                messages.text("heading.states"),
                null,
                List.of(),
                List.of(),
                flow,
                new Table(
                        List.of(
                                messages.text("states.status"),
                                messages.text("states.meaning"),
                                messages.text("states.action")),
                        rows),
                List.of());
    }

    private Section findingsSection() {
        List<FindingText> findings = report.findings().stream().map(this::finding).toList();
        return new Section(
                "findings",
                messages.text("heading.findings"),
                null,
                findings.isEmpty() ? List.of(messages.text("findings.none")) : List.of(),
                List.of(),
                List.of(),
                null,
                findings);
    }

    private FindingText finding(Finding finding) {
        return new FindingText(
                finding.code().word(),
                finding.variant(),
                finding.severity(),
                messages.text("severity." + finding.severity().word()),
                part(finding, "title"),
                part(finding, "evidence"),
                part(finding, "action"),
                finding.action(),
                finding.lines().stream().map(this::line).toList());
    }

    private String line(DatasetFinding finding) {
        return Redaction.clean(
                datasetText.place(finding)
                        + ": "
                        + datasetText.title(finding)
                        + ". "
                        + datasetText.fix(finding));
    }

    private String part(Finding finding, String part) {
        String code = "finding." + finding.code().word();
        String exact = code + "." + finding.variant() + "." + part;
        return messages.text(
                finding.variant() != null && messages.has(exact) ? exact : code + "." + part,
                finding.args().stream().map(this::value).toArray());
    }

    private Section conclusionSection(String sentence) {
        List<String> paragraphs = new ArrayList<>();
        paragraphs.add(sentence);
        Finding because = report.conclusion().because();
        paragraphs.add(
                because == null
                        ? messages.text("do." + report.conclusion().code())
                        : messages.text("do_now", part(because, "action")));
        return section("conclusion", null, paragraphs, List.of());
    }

    private String sentence(Conclusion conclusion) {
        Finding because = conclusion.because();
        return messages.text(
                "conclusion." + conclusion.code(),
                Redaction.clean(report.provider().name()),
                because == null ? "" : inSentence(conclusion, because),
                job.fineTunedModel() == null ? NONE : Redaction.clean(job.fineTunedModel()));
    }

    /// A title inside a sentence starts with a small letter, unless it starts with a name or is the whole sentence.
    private String inSentence(Conclusion conclusion, Finding because) {
        String title = part(because, "title");
        boolean name =
                because.args().stream()
                        .anyMatch(
                                arg -> arg instanceof Arg.Text(var text) && title.startsWith(text));
        return name || conclusion.code().equals("failed")
                ? title
                : title.substring(0, 1).toLowerCase(messages.locale()) + title.substring(1);
    }

    private Section section(
            String id, @Nullable Answer answer, List<String> paragraphs, List<Row> rows) {
        return new Section(
                id,
                messages.text("heading." + id),
                answer == null ? null : answer(answer),
                paragraphs,
                rows,
                List.of(),
                null,
                List.of());
    }

    private AnswerText answer(Answer answer) {
        return new AnswerText(answer, messages.text("answer." + answer.word()));
    }

    private void optionalTime(List<Row> rows, String label, @Nullable Instant at) {
        if (at != null) {
            rows.add(words(label, time(at)));
        }
    }

    private Row words(String label, @Nullable String value) {
        return new Row(
                messages.text("label." + label),
                value == null ? NONE : Redaction.clean(value),
                false);
    }

    private Row literal(String label, @Nullable String value) {
        return new Row(
                messages.text("label." + label),
                value == null ? NONE : Redaction.clean(value),
                value != null);
    }

    private String words(Arg arg) {
        return String.valueOf(value(arg));
    }

    /// Numbers stay numbers, so that the patterns can choose between singular and plural.
    private Object value(Arg arg) {
        return switch (arg) {
            case Arg.Text(var text) -> text;
            case Arg.Word(var key) -> messages.text(key);
            case Arg.Number(var number) -> number;
            case Arg.Time(var at) -> time(at);
            case Arg.Span(var span) -> span(span);
            case Arg.Day(var day) -> day(day);
            case Arg.None() -> NONE;
        };
    }

    private String time(Instant at) {
        return times.format(at.truncatedTo(ChronoUnit.SECONDS));
    }

    private String day(LocalDate day) {
        return days.format(day);
    }

    /// A sign in front of texts that cannot have a colour.
    static String sign(Severity severity) {
        return switch (severity) {
            case OK -> "✅";
            case INFO -> "ℹ️";
            case WARNING -> "⚠️";
            case PROBLEM -> "❌";
        };
    }
}
