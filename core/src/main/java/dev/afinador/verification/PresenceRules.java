package dev.afinador.verification;

import dev.afinador.job.Job;
import dev.afinador.job.JobError;
import dev.afinador.job.JobPhase;
import dev.afinador.job.Submission;
import dev.afinador.verification.Finding.Action;
import dev.afinador.verification.Finding.Code;
import dev.afinador.verification.Finding.Severity;
import dev.afinador.verification.Report.Presence;
import java.util.List;

/// Findings about whether the job is at the provider.
final class PresenceRules {

    private PresenceRules() {}

    static void add(Facts facts, Job job, Presence presence, List<Finding> findings) {
        String provider = facts.provider().name();
        switch (presence.answer()) {
            case YES ->
                    findings.add(
                            Finding.of(
                                    Code.AT_PROVIDER,
                                    Severity.OK,
                                    Action.NONE,
                                    remoteId(job),
                                    Arg.text(provider),
                                    Arg.time(presence.lookedUpAt()),
                                    Arg.text(presence.rawStatus()),
                                    Arg.text(presence.requestId())));
            case NO -> {
                if (job.remoteId() == null) {
                    findings.add(
                            Finding.of(
                                            Code.NOT_YET_AT_PROVIDER,
                                            Severity.INFO,
                                            Action.START_AGAIN,
                                            Arg.text(provider))
                                    .variant("never"));
                } else {
                    boolean over = job.status().isFinal();
                    findings.add(
                            Finding.of(
                                            Code.UNKNOWN_TO_PROVIDER,
                                            over ? Severity.WARNING : Severity.PROBLEM,
                                            Action.OPEN_DASHBOARD,
                                            remoteId(job),
                                            Arg.text(provider),
                                            Arg.time(
                                                    presence.lookedUpAt() == null
                                                            ? job.missingSince()
                                                            : presence.lookedUpAt()),
                                            Arg.text(presence.requestId()))
                                    .variant(over ? "over" : null));
                }
            }
            case NOT_YET -> {
                JobPhase phase = job.phase() == null ? JobPhase.PREPARING : job.phase();
                findings.add(
                        Finding.of(
                                        Code.NOT_YET_AT_PROVIDER,
                                        Severity.INFO,
                                        Action.WAIT,
                                        Arg.text(provider),
                                        Arg.span(Verifier.between(job.createdAt(), facts.now())))
                                .variant(
                                        switch (phase) {
                                            case PREPARING, UPLOADING, SUBMITTING -> phase.word();
                                            case VALIDATING, QUEUED -> "submitting";
                                        }));
            }
            case UNKNOWN -> {
                // why nobody can tell is said by the rules of the link
            }
        }
        if (job.remoteId() == null && !job.status().isFinal()) {
            submission(facts, job, findings);
        }
    }

    private static void submission(Facts facts, Job job, List<Finding> findings) {
        if (job.submission().outcome() == Submission.Outcome.UNKNOWN) {
            findings.add(
                    Finding.of(
                            Code.OUTCOME_UNKNOWN,
                            Severity.WARNING,
                            Action.WAIT,
                            Arg.text(facts.provider().name()),
                            Arg.time(job.submission().lastSentAt()),
                            Arg.number(job.submission().attempts())));
        }
        JobError trouble = job.trouble();
        if (trouble != null && !trouble.code().equals("outcome_unknown")) {
            findings.add(
                    Finding.of(
                            Code.SUBMISSION_HELD_UP,
                            Severity.WARNING,
                            Action.READ_LOG,
                            Arg.text(facts.provider().name()),
                            Arg.number(job.submission().failures()),
                            Arg.text(
                                    trouble.message().isBlank()
                                            ? trouble.code()
                                            : trouble.message())));
        }
    }

    private static Arg remoteId(Job job) {
        return Arg.text(job.remoteId() == null ? null : job.remoteId().value());
    }
}
