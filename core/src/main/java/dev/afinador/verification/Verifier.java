package dev.afinador.verification;

import dev.afinador.job.Job;
import dev.afinador.job.JobPhase;
import dev.afinador.job.JobStatus;
import dev.afinador.job.JobTransition;
import dev.afinador.job.RemoteUpdate;
import dev.afinador.job.Submission;
import dev.afinador.verification.Report.Answer;
import dev.afinador.verification.Report.FlowStep;
import dev.afinador.verification.Report.FlowStep.Place;
import dev.afinador.verification.Report.Outlook;
import dev.afinador.verification.Report.Presence;
import dev.afinador.verification.Report.SyncCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Makes a [Report] of [Facts]. Pure: the same facts give the same report, and nothing is looked up here.
public final class Verifier {

    private Verifier() {}

    public static Report verify(Facts facts) {
        Job job =
                switch (facts.lookup()) {
                    case Lookup.Found found ->
                            RemoteUpdate.apply(facts.job(), found.job(), found.at());
                    case Lookup.Unknown404 _ -> facts.job();
                    case Lookup.Failed _ -> facts.job();
                    case Lookup.NotSubmitted _ -> facts.job();
                    case Lookup.NotTried _ -> facts.job();
                };
        Presence presence = presence(facts);
        SyncCheck sync = SyncRules.check(facts);
        List<Finding> findings = new ArrayList<>();
        PresenceRules.add(facts, job, presence, findings);
        LinkRules.add(facts, job, findings);
        SyncRules.add(facts, job, sync, findings);
        ProgressRules.add(facts, job, findings);
        OutcomeRules.add(facts, job, findings);
        findings.sort(
                Comparator.comparing(Finding::severity).reversed().thenComparing(Finding::code));
        return new Report(
                facts.now(),
                job,
                facts.provider(),
                presence,
                sync,
                outlook(facts, job),
                flow(facts, job),
                findings,
                Conclusions.draw(job, presence, findings));
    }

    private static Presence presence(Facts facts) {
        Job job = facts.job();
        return switch (facts.lookup()) {
            case Lookup.Found(var remote, var requestId, var took, var at) ->
                    new Presence(
                            Answer.YES, "found", at, took, requestId, null, remote.status(), null);
            case Lookup.Unknown404(var requestId, var took, var at) ->
                    new Presence(
                            Answer.NO,
                            "gone",
                            at,
                            took,
                            requestId,
                            404,
                            job.providerStatus(),
                            null);
            case Lookup.Failed(var error, var at) ->
                    new Presence(
                            Answer.UNKNOWN,
                            job.syncedAt() == null ? "failed" : "failed_seen",
                            at,
                            null,
                            error.requestId(),
                            error.httpStatus(),
                            job.providerStatus(),
                            error.message());
            case Lookup.NotSubmitted _ -> unasked(job);
            case Lookup.NotTried _ -> unasked(job);
        };
    }

    private static Presence unasked(Job job) {
        Answer answer;
        String reason;
        if (job.missingSince() != null) {
            answer = Answer.NO;
            reason = "missing";
        } else if (job.remoteId() != null) {
            answer = Answer.UNKNOWN;
            reason = "not_asked";
        } else if (job.submission().outcome() == Submission.Outcome.UNKNOWN) {
            answer = Answer.UNKNOWN;
            reason = "outcome_unknown";
        } else if (job.status().isFinal()) {
            answer = Answer.NO;
            reason = "never";
        } else {
            answer = Answer.NOT_YET;
            reason = "not_yet";
        }
        return new Presence(answer, reason, null, null, null, null, job.providerStatus(), null);
    }

    private static Outlook outlook(Facts facts, Job job) {
        History history =
                switch (job.status()) {
                    case PENDING ->
                            job.remoteId() == null ? History.none() : History.of(facts.pastWaits());
                    case RUNNING -> History.of(facts.pastRuns());
                    case PAUSED, SUCCEEDED, FAILED, CANCELLED -> History.none();
                };
        Instant since =
                switch (job.status()) {
                    case PENDING -> waitingSince(job);
                    case RUNNING -> job.startedAt();
                    case PAUSED, SUCCEEDED, FAILED, CANCELLED -> null;
                };
        return new Outlook(
                state(job),
                since == null ? null : between(since, facts.now()),
                history.median(),
                history.p90(),
                history.count());
    }

    /// The state with its phase, as the bundle calls it: `pending.queued`, `running` …
    static String state(Job job) {
        if (job.status() != JobStatus.PENDING) {
            return job.status().word();
        }
        JobPhase phase = job.phase() == null ? JobPhase.QUEUED : job.phase();
        return "pending." + phase.word();
    }

    static Instant waitingSince(Job job) {
        return job.submittedAt() == null ? job.createdAt() : job.submittedAt();
    }

    /// Never negative: clocks of other machines may be ahead of ours.
    static Duration between(Instant from, Instant to) {
        return from.isAfter(to) ? Duration.ZERO : Duration.between(from, to);
    }

    private static List<FlowStep> flow(Facts facts, Job job) {
        List<String> steps = new ArrayList<>();
        if (job.origin() == Job.Origin.CREATED) {
            steps.addAll(List.of("preparing", "uploading", "submitting"));
        }
        steps.addAll(List.of("validating", "queued", "running"));
        if (job.status() == JobStatus.PAUSED) {
            steps.add("paused");
        }
        steps.add(job.status().isFinal() ? job.status().word() : "succeeded");
        String here =
                job.status() == JobStatus.PENDING
                        ? (job.phase() == null ? JobPhase.QUEUED : job.phase()).word()
                        : job.status().word();
        int current = steps.indexOf(here);
        List<FlowStep> flow = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            String step = steps.get(i);
            Optional<Instant> at = reached(facts.transitions(), job, step);
            Place place;
            if (i == current) {
                place = Place.CURRENT;
            } else if (i > current) {
                place = Place.AHEAD;
            } else {
                place = wasReached(job, step, at.isPresent()) ? Place.DONE : Place.NOT_REACHED;
            }
            flow.add(new FlowStep(step, place, at.orElse(null)));
        }
        return flow;
    }

    /// Not every state in between is seen, so a later one proves the earlier ones; a job that failed or was cancelled
    /// may have skipped the rest.
    private static boolean wasReached(Job job, String step, boolean seen) {
        if (seen) {
            return true;
        }
        boolean brokenOff = job.status() == JobStatus.FAILED || job.status() == JobStatus.CANCELLED;
        return switch (step) {
            case "preparing" -> true;
            case "uploading", "submitting", "validating" -> !brokenOff || job.remoteId() != null;
            default -> !brokenOff || job.startedAt() != null;
        };
    }

    private static Optional<Instant> reached(
            List<JobTransition> transitions, Job job, String step) {
        return transitions.stream()
                .filter(t ->
                        t.to() == JobStatus.PENDING
                                ? t.phase() != null && t.phase().word().equals(step)
                                : t.to().word().equals(step))
                .map(t -> t.knownAt(job))
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder());
    }
}
