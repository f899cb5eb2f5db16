package dev.afinador.provider;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Gives the backend of a provider.
public interface Backends {

    /// A backend that uses this provider's present settings and key.
    ///
    /// @throws ProviderException with `KEY_MISSING` when its key cannot be had (environment variable gone, vault key
    /// lost)
    FineTuningBackend of(Provider provider);

    /// A backend for settings that are not stored (yet), to try them.
    FineTuningBackend of(Provider provider, @Nullable Credential key);

    /// The provider's clock minus ours, from the last answer of its that told the time; exact to about a second.
    Optional<Duration> clockOffset(ProviderId provider);
}
