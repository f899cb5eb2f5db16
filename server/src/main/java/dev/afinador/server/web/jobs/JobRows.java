package dev.afinador.server.web.jobs;

import dev.afinador.job.Job;
import dev.afinador.job.JobError;
import dev.afinador.job.JobPhase;
import dev.afinador.job.JobStatus;
import dev.afinador.job.Progress;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderId;
import dev.afinador.server.web.shared.StatusView;
import dev.afinador.server.web.shared.TimeView;
import dev.afinador.server.web.shared.Words;
import dev.afinador.verification.Verification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts a job into one line of the list.
final class JobRows {

    private JobRows() {}

    static JobsView.Row row(Job job, Map<ProviderId, Provider> providers, Words words) {
        Provider provider = providers.get(job.providerId());
        Told told = tell(job, words);
        boolean moving = job.status() == JobStatus.RUNNING || job.status() == JobStatus.PAUSED;
        return new JobsView.Row(
                job.id().toString(),
                job.version(),
                "/jobs/" + job.id(),
                job.name(),
                job.resolvedModel() == null ? job.baseModel() : job.resolvedModel(),
                provider == null ? job.providerId().value() : provider.name(),
                StatusView.of(job.status(), words),
                moving ? job.progress().percent() : null,
                job.progress().kind() == Progress.Kind.ESTIMATE,
                told.text(),
                told.tone(),
                told.time(),
                told.clock(),
                job.remoteId() == null ? null : job.remoteId().value(),
                words.ago(job.createdAt()));
    }

    private record Told(@Nullable String text, String tone, @Nullable TimeView time, String clock) {

        static Told plain(@Nullable String text) {
            return new Told(text, "plain", null, "elapsed");
        }
    }

    private static Told tell(Job job, Words words) {
        if (!job.status().isFinal()) {
            if (job.missingSince() != null) {
                return new Told(words.say("job.missing.title"), "trouble", null, "elapsed");
            }
            if (job.trouble() != null) {
                return new Told(words.trouble(job.trouble().code()), "trouble", null, "elapsed");
            }
            if (job.cancelRequestedAt() != null) {
                return Told.plain(words.say("job.cancelling.title"));
            }
        }
        return switch (job.status()) {
            case PENDING -> pending(job, words);
            case RUNNING -> running(job, words);
            case PAUSED -> Told.plain(step(job, words));
            case SUCCEEDED -> Told.plain(succeeded(job, words));
            case FAILED -> new Told(failure(job.error(), words), "fail", null, "elapsed");
            case CANCELLED -> Told.plain(cancelled(job, words));
        };
    }

    private static Told pending(Job job, Words words) {
        JobPhase phase = job.phase() == null ? JobPhase.QUEUED : job.phase();
        String waits = words.say("phase." + phase.word());
        Instant since = waitingSince(job);
        boolean tooLong = since.plus(Verification.WORTH_A_LOOK).isBefore(words.now());
        return new Told(
                tooLong ? words.say("phase.long", waits) : waits,
                tooLong ? "trouble" : "plain",
                words.elapsed(since),
                "elapsed");
    }

    /// Since when a pending job waits for what it waits for.
    static Instant waitingSince(Job job) {
        boolean there = job.phase() == JobPhase.QUEUED || job.phase() == JobPhase.VALIDATING;
        return there && job.submittedAt() != null ? job.submittedAt() : job.createdAt();
    }

    private static Told running(Job job, Words words) {
        String step = step(job, words);
        Instant eta = job.eta();
        if (eta != null && eta.isAfter(words.now())) {
            String left = words.say("job.progress.left-row");
            return new Told(
                    step == null ? left : step + " · " + left,
                    "plain",
                    words.remaining(eta),
                    "remaining");
        }
        if (step != null) {
            return Told.plain(step);
        }
        return job.startedAt() == null
                ? Told.plain(null)
                : new Told(
                        words.say("job.progress.training-row"),
                        "plain",
                        words.elapsed(job.startedAt()),
                        "elapsed");
    }

    static @Nullable String step(Job job, Words words) {
        Long step = job.progress().step();
        Long total = job.progress().totalSteps();
        if (step == null) {
            return null;
        }
        return total == null
                ? words.say("job.progress.step-only", words.number(step))
                : words.say("job.progress.step-row", words.number(step), words.number(total));
    }

    private static @Nullable String succeeded(Job job, Words words) {
        List<String> parts = new ArrayList<>();
        Duration took = took(job);
        if (took != null) {
            parts.add(words.duration(took));
        }
        if (job.trainedTokens() != null) {
            parts.add(words.say("job.progress.tokens-row", words.number(job.trainedTokens())));
        }
        return parts.isEmpty() ? null : String.join(" · ", parts);
    }

    private static @Nullable String cancelled(Job job, Words words) {
        Long step = job.progress().step();
        if (step != null) {
            return words.say("job.progress.cancelled-at", words.number(step));
        }
        Duration took = took(job);
        return took == null
                ? null
                : words.say("job.progress.cancelled-after", words.duration(took));
    }

    static @Nullable Duration took(Job job) {
        Instant from = job.startedAt() == null ? job.submittedAt() : job.startedAt();
        return from == null || job.finishedAt() == null || !job.finishedAt().isAfter(from)
                ? null
                : Duration.between(from, job.finishedAt());
    }

    static @Nullable String failure(@Nullable JobError error, Words words) {
        if (error == null) {
            return null;
        }
        return error.message().isBlank() ? words.hint(error.code()) : error.message();
    }
}
