package dev.afinador.verification;

import dev.afinador.provider.ProviderError;
import dev.afinador.provider.RemoteJob;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What came of asking the provider for this very job, just now.
public sealed interface Lookup {

    /// @param at   when it was asked
    /// @param took until the answer was there
    record Found(RemoteJob job, @Nullable String requestId, Duration took, Instant at)
            implements Lookup {}

    /// The provider answered that it knows no such job.
    record Unknown404(@Nullable String requestId, Duration took, Instant at) implements Lookup {}

    /// No usable answer came.
    record Failed(ProviderError error, Instant at) implements Lookup {}

    /// The provider has not accepted the job yet, so there is nothing to ask for.
    record NotSubmitted() implements Lookup {}

    /// Nobody asked.
    record NotTried() implements Lookup {}
}
