package dev.afinador.provider;

/// What a create call told us. The difference between "nothing was created" and "something may have been" is the point.
public sealed interface CreateOutcome {

    /// The provider has the job.
    record Accepted(RemoteJob job) implements CreateOutcome {}

    /// Refused for good: the same request will not work later. Nothing was created.
    record Rejected(ProviderError error) implements CreateOutcome {}

    /// Nothing was created, and the same request may work later or after a person has acted
    /// (429, connection refused, DNS, wrong key).
    record TryLater(ProviderError error) implements CreateOutcome {}

    /// The answer was lost, late, garbled or a server error: the job may exist. Look before sending again.
    record Unknown(ProviderError error) implements CreateOutcome {}
}
