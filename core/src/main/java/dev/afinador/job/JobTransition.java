package dev.afinador.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One change of a job's state, for the timeline. Append-only.
///
/// @param at             when it happened, as exactly as the provider says, else when we saw it
/// @param providerStatus the provider's raw word then
public record JobTransition(
        Instant at,
        @Nullable JobStatus from,
        JobStatus to,
        @Nullable JobPhase phase,
        @Nullable String providerStatus) {

    /// When it happened, as far as anybody knows: the first transition of a job that was adopted only tells how it was found.
    ///
    /// @param job the job as it is now
    public @Nullable Instant knownAt(Job job) {
        if (from != null || job.origin() != Job.Origin.IMPORTED) {
            return at;
        }
        return switch (to) {
            case PENDING -> job.submittedAt() == null ? job.createdAt() : job.submittedAt();
            case RUNNING -> job.startedAt();
            case PAUSED -> null;
            case SUCCEEDED, FAILED, CANCELLED -> job.finishedAt();
        };
    }
}
