package dev.afinador.verification;

import dev.afinador.job.Job;
import dev.afinador.job.JobError;
import dev.afinador.job.Progress;
import dev.afinador.job.RemoteUpdate;
import dev.afinador.provider.ProviderKind;
import dev.afinador.verification.Finding.Action;
import dev.afinador.verification.Finding.Code;
import dev.afinador.verification.Finding.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Findings about the state the job is in and how it moves.
final class ProgressRules {

    private static final Duration NO_LONGER_USUAL = Duration.ofHours(24);
    private static final Duration CANCELS_WITHIN = Duration.ofMinutes(5);
    private static final Duration REPORTS_WITHIN = Duration.ofHours(1);

    /// Steps are reported every ten or so, and evaluations come in between.
    private static final Duration SHORTEST_STALL = Duration.ofMinutes(30);

    private static final int STEPS_OF_PATIENCE = 30;

    private ProgressRules() {}

    static void add(Facts facts, Job job, List<Finding> findings) {
        String raw = job.providerStatus();
        boolean odd = raw != null && !RemoteUpdate.knows(raw);
        if (odd) {
            findings.add(
                    Finding.of(
                            Code.UNKNOWN_STATUS,
                            Severity.WARNING,
                            Action.OPEN_DASHBOARD,
                            Arg.text(raw),
                            Arg.text(facts.provider().name()),
                            Arg.word("status." + job.status().word())));
        }
        switch (job.status()) {
            case PENDING -> {
                if (job.remoteId() != null) {
                    waiting(facts, job, odd, findings);
                }
            }
            case RUNNING -> running(facts, job, findings);
            case PAUSED ->
                    findings.add(
                            Finding.of(
                                    Code.PAUSED,
                                    Severity.INFO,
                                    Action.RESUME,
                                    step(job.progress()),
                                    Arg.number(job.progress().totalSteps())));
            case SUCCEEDED -> succeeded(facts, job, findings);
            case FAILED -> {} // told with its error
            case CANCELLED ->
                    findings.add(
                            Finding.of(
                                            Code.CANCELLED,
                                            Severity.INFO,
                                            Action.START_AGAIN,
                                            Arg.time(job.finishedAt()),
                                            Arg.text(facts.provider().name()))
                                    .variant(job.finishedAt() == null ? "undated" : null));
        }
        cancel(facts, job, findings);
    }

    private static void waiting(Facts facts, Job job, boolean odd, List<Finding> findings) {
        Duration waited = Verifier.between(Verifier.waitingSince(job), facts.now());
        History history = History.of(facts.pastWaits());
        Duration p90 = history.p90();
        boolean longerThanMost = p90 != null && waited.compareTo(p90) > 0;
        if (!odd) {
            String variant = null;
            if (waited.compareTo(Verification.WORTH_A_LOOK) > 0) {
                variant = "long";
            } else if (Verifier.state(job).equals("pending.validating")) {
                variant = "validating";
            }
            findings.add(
                    Finding.of(
                                    Code.WAITING_NORMAL,
                                    Severity.OK,
                                    Action.WAIT,
                                    Arg.span(waited),
                                    Arg.text(facts.provider().name()))
                            .variant(variant));
        }
        if (waited.compareTo(Verification.WORTH_A_LOOK) > 0) {
            boolean usualHere = p90 != null && !longerThanMost;
            findings.add(
                    Finding.of(
                                    Code.PENDING_OVER_2_HOURS,
                                    usualHere ? Severity.INFO : Severity.WARNING,
                                    Action.OPEN_DASHBOARD,
                                    Arg.span(waited),
                                    Arg.time(Verifier.waitingSince(job)),
                                    Arg.text(facts.provider().name()))
                            .variant(
                                    !usualHere && waited.compareTo(NO_LONGER_USUAL) > 0
                                            ? "days"
                                            : null));
        }
        if (longerThanMost) {
            findings.add(
                    Finding.of(
                            Code.WAITING_LONGER_THAN_P90,
                            Severity.WARNING,
                            Action.OPEN_DASHBOARD,
                            Arg.span(waited),
                            Arg.span(p90),
                            Arg.number(history.count())));
        }
    }

    private static void running(Facts facts, Job job, List<Finding> findings) {
        Instant started = job.startedAt();
        Instant lastStep = facts.lastStepAt();
        Duration running = started == null ? null : Verifier.between(started, facts.now());
        Progress progress = job.progress();
        if (lastStep == null) {
            boolean late = running != null && running.compareTo(REPORTS_WITHIN) > 0;
            findings.add(
                    Finding.of(
                            Code.RUNNING_NO_PROGRESS_YET,
                            late ? Severity.WARNING : Severity.INFO,
                            late ? Action.OPEN_DASHBOARD : Action.WAIT,
                            Arg.span(running),
                            Arg.text(facts.provider().name())));
        } else {
            Duration silence = Verifier.between(lastStep, facts.now());
            boolean stalled = silence.compareTo(patience(started, lastStep, progress)) > 0;
            findings.add(
                    Finding.of(
                                    stalled ? Code.PROGRESS_STALLED : Code.RUNNING_PROGRESSING,
                                    stalled ? Severity.WARNING : Severity.OK,
                                    stalled ? Action.OPEN_DASHBOARD : Action.WAIT,
                                    Arg.span(silence),
                                    Arg.time(lastStep),
                                    step(progress),
                                    Arg.number(progress.totalSteps()),
                                    Arg.time(job.eta()))
                            .variant(!stalled && isAhead(job.eta(), facts) ? "eta" : null));
        }
        History history = History.of(facts.pastRuns());
        if (running != null && history.p90() != null && running.compareTo(history.p90()) > 0) {
            findings.add(
                    Finding.of(
                            Code.RUNNING_LONGER_THAN_P90,
                            Severity.INFO,
                            Action.WAIT,
                            Arg.span(running),
                            Arg.span(history.p90()),
                            Arg.number(history.count())));
        }
    }

    /// A forecast that has passed without coming true says nothing any more.
    private static boolean isAhead(@Nullable Instant eta, Facts facts) {
        return eta != null && eta.isAfter(facts.now());
    }

    /// How long a job may be silent: so many of its own steps, and never less than half an hour.
    private static Duration patience(
            @Nullable Instant started, Instant lastStep, Progress progress) {
        Long step = progress.step();
        if (started == null || step == null || step <= 0) {
            return SHORTEST_STALL;
        }
        Duration pace = Verifier.between(started, lastStep).dividedBy(step);
        Duration patience = pace.multipliedBy(STEPS_OF_PATIENCE);
        return patience.compareTo(SHORTEST_STALL) > 0 ? patience : SHORTEST_STALL;
    }

    private static void succeeded(Facts facts, Job job, List<Finding> findings) {
        String model = job.fineTunedModel();
        Severity severity;
        Action action;
        String variant;
        if (model == null) {
            severity = Severity.WARNING;
            action = Action.REFRESH;
            variant = "no_model";
        } else if (OutcomeRules.retired(facts)) {
            severity = Severity.INFO;
            action = Action.START_AGAIN;
            variant = "retired";
        } else {
            severity = Severity.OK;
            action = Action.ACTIVATE;
            variant = facts.provider().kind() == ProviderKind.AZURE ? "azure" : null;
        }
        findings.add(
                Finding.of(
                                Code.SUCCEEDED_CAN_ACTIVATE,
                                severity,
                                action,
                                Arg.text(model),
                                Arg.time(job.finishedAt()),
                                Arg.number(job.trainedTokens()))
                        .variant(variant));
    }

    private static void cancel(Facts facts, Job job, List<Finding> findings) {
        JobError trouble = job.trouble();
        if (trouble != null && trouble.code().equals("cancel_refused")) {
            findings.add(
                    Finding.of(
                            Code.CANCEL_REFUSED,
                            Severity.WARNING,
                            Action.REFRESH,
                            Arg.text(facts.provider().name()),
                            Arg.text(trouble.message())));
        }
        Instant asked = job.cancelRequestedAt();
        if (asked != null && !job.status().isFinal()) {
            Duration since = Verifier.between(asked, facts.now());
            findings.add(
                    Finding.of(
                            Code.CANCEL_PENDING,
                            since.compareTo(CANCELS_WITHIN) > 0 ? Severity.WARNING : Severity.INFO,
                            Action.WAIT,
                            Arg.span(since),
                            Arg.text(facts.provider().name())));
        }
    }

    private static Arg step(Progress progress) {
        return Arg.number(progress.step());
    }
}
