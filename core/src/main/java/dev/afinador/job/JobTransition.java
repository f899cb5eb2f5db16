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
        @Nullable String providerStatus) {}
