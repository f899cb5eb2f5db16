package dev.afinador.verification;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.job.Job;
import dev.afinador.job.JobError;
import dev.afinador.job.JobStatus;
import dev.afinador.provider.ModelLifecycle.Closing;
import dev.afinador.provider.ModelLifecycle.Retirement;
import dev.afinador.verification.Finding.Action;
import dev.afinador.verification.Finding.Code;
import dev.afinador.verification.Finding.Severity;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Findings about what becomes of the job: why it failed, whether its file is good, whether its model will live.
final class OutcomeRules {

    private static final int SMALL = 50;
    private static final int LINES_SHOWN = 10;
    private static final int DAYS_TO_WARN_OF_RETIREMENT = 90;
    private static final int DAYS_TO_WARN_OF_CLOSING = 120;

    /// `Invalid file format. Example 100, message 2 Discriminator 'role' is missing in value`
    private static final Pattern EXAMPLE =
            Pattern.compile(
                    "\\bexample (\\d{1,9})(?:, message (\\d{1,9}))?", Pattern.CASE_INSENSITIVE);

    private static final Pattern WRONG_FORMAT =
            Pattern.compile(
                    "format, but the specified|training method|unexpected file format",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern MODERATION =
            Pattern.compile(
                    "moderation|flagged|usage polic|safety|content polic",
                    Pattern.CASE_INSENSITIVE);

    private OutcomeRules() {}

    static void add(Facts facts, Job job, List<Finding> findings) {
        if (job.status() == JobStatus.FAILED) {
            findings.add(failure(facts, job));
        }
        file(facts, job, findings);
        retirement(facts, job, findings);
        closing(facts, job, findings);
    }

    private static Finding failure(Facts facts, Job job) {
        JobError error = job.error();
        if (error == null) {
            return Finding.of(
                            Code.FAILED_WITH_ERROR,
                            Severity.PROBLEM,
                            Action.OPEN_DASHBOARD,
                            Arg.text(null),
                            Arg.text(null))
                    .variant("untold");
        }
        Matcher example = EXAMPLE.matcher(error.message());
        boolean pointsAtExample = example.find();
        String variant = variant(error, pointsAtExample);
        Arg code = Arg.text(error.code());
        Arg message = Arg.text(error.message());
        Finding finding =
                Finding.of(
                                Code.FAILED_WITH_ERROR,
                                Severity.PROBLEM,
                                action(variant),
                                code,
                                message,
                                Arg.text(job.baseModel()),
                                Arg.text(job.method()))
                        .variant(variant);
        if (pointsAtExample) {
            long line = Long.parseLong(example.group(1));
            Long messageNumber = example.group(2) == null ? null : Long.valueOf(example.group(2));
            finding =
                    new Finding(
                            finding.code(),
                            variant,
                            finding.severity(),
                            List.of(code, message, Arg.number(line), Arg.number(messageNumber)),
                            finding.action(),
                            facts.datasetFindings().stream()
                                    .filter(found -> found.line() == line)
                                    .limit(LINES_SHOWN)
                                    .toList());
        }
        return finding;
    }

    private static @Nullable String variant(JobError error, boolean pointsAtExample) {
        String code = error.code().toLowerCase(Locale.ROOT);
        String message = error.message();
        if (MODERATION.matcher(message).find()) {
            return "moderation";
        }
        if (pointsAtExample) {
            return "example";
        }
        if (message.contains("must have at least") && message.contains("example")) {
            return "invalid_n_examples";
        }
        return switch (code) {
            case "invalid_training_file", "invalid_file_format" ->
                    WRONG_FORMAT.matcher(message).find() ? "wrong_format" : "invalid_training_file";
            case "invalid_n_examples",
                    "deleted_training_file",
                    "invalid_validation_file",
                    "training_not_available",
                    "model_not_available",
                    "dataset_missing",
                    "file_rejected",
                    "provider_removed" ->
                    code;
            case "model_not_found" -> "model_not_available";
            case "provider_training_not_available" -> "training_not_available";
            case "server_error", "internal_error" -> "server_error";
            case "training_failed" -> message.isBlank() ? "untold" : null;
            default -> null;
        };
    }

    private static Action action(@Nullable String variant) {
        return switch (variant) {
            case "moderation",
                    "example",
                    "invalid_n_examples",
                    "wrong_format",
                    "invalid_training_file",
                    "invalid_validation_file",
                    "file_rejected" ->
                    Action.FIX_FILE;
            case "deleted_training_file",
                    "model_not_available",
                    "dataset_missing",
                    "provider_removed",
                    "server_error" ->
                    Action.START_AGAIN;
            case "training_not_available" -> Action.CHECK_PROVIDER;
            case "untold" -> Action.OPEN_DASHBOARD;
            case null, default -> Action.START_AGAIN;
        };
    }

    private static void file(Facts facts, Job job, List<Finding> findings) {
        Dataset dataset = facts.dataset();
        if (dataset == null) {
            return;
        }
        if (dataset.errors() > 0) {
            List<DatasetFinding> errors =
                    facts.datasetFindings().stream()
                            .filter(f -> f.severity() == DatasetFinding.Severity.ERROR)
                            .limit(LINES_SHOWN)
                            .toList();
            boolean decides =
                    switch (job.status()) {
                        case FAILED -> true;
                        case PENDING -> job.remoteId() == null;
                        case RUNNING, PAUSED, SUCCEEDED, CANCELLED -> false;
                    };
            String lines =
                    errors.stream()
                            .map(DatasetFinding::line)
                            .filter(line -> line > 0)
                            .distinct()
                            .map(String::valueOf)
                            .collect(Collectors.joining(", "));
            findings.add(
                    Finding.of(
                                    Code.FILE_FORMAT,
                                    decides ? Severity.PROBLEM : Severity.WARNING,
                                    Action.FIX_FILE,
                                    Arg.text(dataset.name()),
                                    Arg.number(dataset.errors()),
                                    Arg.text(lines))
                            .variant(lines.isEmpty() ? "whole" : null)
                            .lines(errors));
        } else if (dataset.examples() < SMALL) {
            findings.add(
                    Finding.of(
                            Code.SMALL_DATASET,
                            Severity.INFO,
                            Action.NONE,
                            Arg.text(dataset.name()),
                            Arg.number(dataset.examples())));
        }
    }

    static boolean retired(Facts facts) {
        Retirement retirement = facts.retirement();
        return retirement != null && retirement.isOver(today(facts));
    }

    private static void retirement(Facts facts, Job job, List<Finding> findings) {
        Retirement retirement = facts.retirement();
        if (retirement == null) {
            return;
        }
        boolean useless = job.status() == JobStatus.FAILED || job.status() == JobStatus.CANCELLED;
        long days = ChronoUnit.DAYS.between(today(facts), retirement.shutdown());
        boolean over = retired(facts);
        Severity severity =
                useless || (!over && days > DAYS_TO_WARN_OF_RETIREMENT)
                        ? Severity.INFO
                        : over ? Severity.PROBLEM : Severity.WARNING;
        boolean replaceable =
                retirement.replacement() != null
                        && (retirement.replacementShutdown() == null
                                || retirement.replacementShutdown().isAfter(today(facts)));
        String variant = null;
        if (replaceable) {
            variant =
                    retirement.replacementShutdown() == null ? "replaceable" : "replaceable_until";
        }
        findings.add(
                Finding.of(
                                over ? Code.BASE_MODEL_RETIRED : Code.BASE_MODEL_RETIRING,
                                severity,
                                over ? Action.START_AGAIN : Action.NONE,
                                Arg.text(retirement.base()),
                                Arg.day(retirement.shutdown()),
                                Arg.number(Math.abs(days)),
                                Arg.text(retirement.replacement()),
                                Arg.day(retirement.replacementShutdown()),
                                retirement.source() == null
                                        ? Arg.text(facts.provider().name())
                                        : Arg.text(retirement.source().toString()))
                        .variant(variant));
    }

    private static void closing(Facts facts, Job job, List<Finding> findings) {
        Closing closing = facts.closing();
        if (closing == null) {
            return;
        }
        boolean over = closing.isOver(today(facts));
        long days = ChronoUnit.DAYS.between(today(facts), closing.from());
        boolean needsCreating =
                job.status() == JobStatus.FAILED
                        || (job.remoteId() == null && !job.status().isFinal());
        if (!over && days > DAYS_TO_WARN_OF_CLOSING) {
            return;
        }
        Severity severity;
        if (!needsCreating) {
            severity = Severity.INFO;
        } else {
            severity =
                    over && job.status() == JobStatus.PENDING ? Severity.PROBLEM : Severity.WARNING;
        }
        findings.add(
                Finding.of(
                                Code.PROVIDER_CLOSING,
                                severity,
                                needsCreating ? Action.CHECK_PROVIDER : Action.NONE,
                                Arg.text(facts.provider().name()),
                                Arg.day(closing.from()),
                                Arg.number(Math.abs(days)),
                                Arg.text(closing.source().toString()))
                        .variant(over ? "closed" : null));
    }

    /// Vendors name days without a zone; we read them as UTC.
    private static LocalDate today(Facts facts) {
        return facts.now().atZone(ZoneOffset.UTC).toLocalDate();
    }
}
