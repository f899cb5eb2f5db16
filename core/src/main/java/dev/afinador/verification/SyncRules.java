package dev.afinador.verification;

import dev.afinador.job.Job;
import dev.afinador.provider.RemoteJob;
import dev.afinador.verification.Finding.Action;
import dev.afinador.verification.Finding.Code;
import dev.afinador.verification.Finding.Severity;
import dev.afinador.verification.Report.Answer;
import dev.afinador.verification.Report.Difference;
import dev.afinador.verification.Report.SyncCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Whether our record follows the provider.
final class SyncRules {

    private static final Duration FAILING_FOR_LONG = Duration.ofMinutes(10);

    private SyncRules() {}

    static SyncCheck check(Facts facts) {
        Job job = facts.job();
        Instant syncedAt = later(job.syncedAt(), syncedByList(facts));
        Duration lag = syncedAt == null ? null : Verifier.between(syncedAt, facts.now());
        List<Difference> differences =
                facts.lookup() instanceof Lookup.Found found
                        ? differences(job, found.job(), found.at())
                        : List.of();
        boolean stale = lag == null || lag.compareTo(staleAfter(facts)) > 0;
        Answer answer;
        String reason;
        if (job.remoteId() == null) {
            answer = Answer.NOT_YET;
            reason = "nothing_yet";
        } else if (job.status().isFinal() && differences.isEmpty()) {
            answer = Answer.YES;
            reason = "over";
        } else if (facts.sync().failures() > 0) {
            answer = Answer.NO;
            reason = "failing";
        } else if (stale) {
            answer = Answer.NO;
            reason = syncedAt == null ? "never" : "stale";
        } else {
            answer = Answer.YES;
            reason = differences.isEmpty() ? "fresh" : "changed_just_now";
        }
        return new SyncCheck(
                answer,
                reason,
                syncedAt,
                lag,
                facts.sync().failures(),
                facts.sync().errorCode(),
                facts.sync().errorMessage(),
                facts.sync().retryNotBefore(),
                differences);
    }

    static void add(Facts facts, Job job, SyncCheck sync, List<Finding> findings) {
        Arg provider = Arg.text(facts.provider().name());
        switch (sync.reason()) {
            case "nothing_yet" -> {}
            case "over" ->
                    findings.add(
                            Finding.of(
                                            Code.SYNC_FRESH,
                                            Severity.OK,
                                            Action.NONE,
                                            Arg.span(sync.lag()),
                                            Arg.time(sync.syncedAt()))
                                    .variant("over"));
            case "fresh", "changed_just_now" ->
                    findings.add(
                            Finding.of(
                                    Code.SYNC_FRESH,
                                    Severity.OK,
                                    Action.NONE,
                                    Arg.span(sync.lag()),
                                    Arg.time(sync.syncedAt())));
            case "stale" ->
                    findings.add(
                            Finding.of(
                                    Code.SYNC_STALE,
                                    Severity.WARNING,
                                    Action.REFRESH,
                                    Arg.span(sync.lag()),
                                    Arg.time(sync.syncedAt()),
                                    Arg.span(facts.pollInterval())));
            case "never" ->
                    findings.add(
                            Finding.of(Code.SYNC_STALE, Severity.WARNING, Action.REFRESH, provider)
                                    .variant("never"));
            case "failing" -> {
                boolean forLong = sync.lag() == null || sync.lag().compareTo(FAILING_FOR_LONG) > 0;
                findings.add(
                        Finding.of(
                                Code.SYNC_FAILING,
                                forLong ? Severity.PROBLEM : Severity.WARNING,
                                Action.CHECK_PROVIDER,
                                provider,
                                Arg.number(sync.failures()),
                                Arg.time(sync.syncedAt()),
                                Arg.text(
                                        sync.errorMessage() == null
                                                ? sync.errorCode()
                                                : sync.errorMessage())));
            }
            default -> throw new IllegalStateException(sync.reason());
        }
        if (!sync.differences().isEmpty()) {
            boolean expected = sync.answer() == Answer.YES;
            findings.add(
                    Finding.of(
                            Code.RECORD_DIFFERED,
                            expected ? Severity.INFO : Severity.WARNING,
                            Action.REFRESH,
                            Arg.number(sync.differences().size()),
                            Arg.text(
                                    sync.differences().stream()
                                            .map(Difference::field)
                                            .collect(Collectors.joining(", ")))));
        }
    }

    /// A sync of the provider covers all its live jobs, but a job that the provider misses was not told about.
    private static @Nullable Instant syncedByList(Facts facts) {
        return facts.job().syncedAt() == null || facts.job().missingSince() != null
                ? null
                : facts.sync().syncedAt();
    }

    private static Duration staleAfter(Facts facts) {
        Duration longer =
                facts.freshness().compareTo(facts.pollInterval()) > 0
                        ? facts.freshness()
                        : facts.pollInterval();
        return longer.multipliedBy(3);
    }

    private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return a.isAfter(b) ? a : b;
    }

    /// What the provider leaves out is no difference: many leave out much. An answer that is older than the record says
    /// nothing about it.
    private static List<Difference> differences(Job ours, RemoteJob theirs, Instant askedAt) {
        List<Difference> found = new ArrayList<>();
        if (ours.syncedAt() != null && ours.syncedAt().isAfter(askedAt)) {
            return found;
        }
        compare(found, "status", lower(ours.providerStatus()), lower(theirs.status()));
        compare(found, "model", ours.resolvedModel(), theirs.model());
        compare(found, "fine_tuned_model", ours.fineTunedModel(), theirs.fineTunedModel());
        compare(found, "training_file", ours.trainingFile(), theirs.trainingFile());
        compare(found, "validation_file", ours.validationFile(), theirs.validationFile());
        compare(
                found,
                "trained_tokens",
                ours.trainedTokens() == null ? null : String.valueOf(ours.trainedTokens()),
                theirs.trainedTokens() == null ? null : String.valueOf(theirs.trainedTokens()));
        compare(
                found,
                "error",
                ours.error() == null ? null : ours.error().code(),
                theirs.error() == null ? null : theirs.error().code());
        Instant finished = theirs.finishedAt();
        if (finished != null
                && (ours.finishedAt() == null
                        || Duration.between(ours.finishedAt(), finished).abs().toSeconds() > 1)) {
            found.add(
                    new Difference("finished_at", Arg.time(ours.finishedAt()), Arg.time(finished)));
        }
        return found;
    }

    private static @Nullable String lower(@Nullable String word) {
        return word == null ? null : word.toLowerCase(Locale.ROOT);
    }

    private static void compare(
            List<Difference> found, String field, @Nullable String ours, @Nullable String theirs) {
        if (theirs != null && !theirs.isBlank() && !theirs.equals(ours)) {
            found.add(new Difference(field, Arg.text(ours), Arg.text(theirs)));
        }
    }
}
