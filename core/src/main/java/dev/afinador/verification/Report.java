package dev.afinador.verification;

import dev.afinador.job.Job;
import dev.afinador.provider.Provider;
import dev.afinador.verification.Finding.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a verification found, without words. [ReportDocument] puts it into a language.
///
/// @param at  when it was made
/// @param job as it is now: our record with what the lookup told
public record Report(
        Instant at,
        Job job,
        Provider provider,
        Presence presence,
        SyncCheck sync,
        Outlook outlook,
        List<FlowStep> flow,
        List<Finding> findings,
        Conclusion conclusion) {

    public Report {
        flow = List.copyOf(flow);
        findings = List.copyOf(findings);
    }

    /// The answer to a question.
    public enum Answer {
        YES,
        NO,
        NOT_YET,
        UNKNOWN;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Is it really at the provider?
    ///
    /// @param reason    why the answer is so: the key of its words under `presence.`
    /// @param rawStatus the provider's own word, as it came just now or last
    /// @param error     why the lookup failed
    public record Presence(
            Answer answer,
            String reason,
            @Nullable Instant lookedUpAt,
            @Nullable Duration took,
            @Nullable String requestId,
            @Nullable Integer httpStatus,
            @Nullable String rawStatus,
            @Nullable String error) {}

    /// Is what we show right?
    ///
    /// @param reason as in [Presence], under `sync.`
    /// @param lag    how old what we show is
    public record SyncCheck(
            Answer answer,
            String reason,
            @Nullable Instant syncedAt,
            @Nullable Duration lag,
            int failures,
            @Nullable String errorCode,
            @Nullable String errorMessage,
            @Nullable Instant retryNotBefore,
            List<Difference> differences) {
        public SyncCheck {
            differences = List.copyOf(differences);
        }
    }

    /// A field on which our record and the provider's answer differed.
    public record Difference(String field, Arg ours, Arg theirs) {}

    /// What the status means and how long it usually takes.
    ///
    /// @param state   key of the words under `meaning.` and `next.`
    /// @param elapsed since the job is in this state, null when that says nothing
    /// @param median  of this provider's past jobs, null without history
    /// @param past    how many past jobs that is from
    public record Outlook(
            String state,
            @Nullable Duration elapsed,
            @Nullable Duration median,
            @Nullable Duration p90,
            int past) {}

    /// @param step key of its words under `step.`
    /// @param at   when the job came there, where that is known
    public record FlowStep(String step, Place place, @Nullable Instant at) {
        public enum Place {
            DONE,
            CURRENT,
            AHEAD,
            /// The job ended before it came here.
            NOT_REACHED
        }
    }

    /// @param code    key of the sentence under `conclusion.`
    /// @param because the finding that decided it, where one did
    public record Conclusion(String code, Severity severity, @Nullable Finding because) {}
}
