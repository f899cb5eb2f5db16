package dev.afinador.provider;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What went wrong with a call to a provider.
///
/// @param httpStatus     null when no answer came
/// @param code           the provider's own code, e.g. `training_not_available`
/// @param message        the provider's own words, or ours when no answer came; holds no secret
/// @param retryNotBefore when the provider asked to be left alone until
public record ProviderError(
        Kind kind,
        @Nullable Integer httpStatus,
        @Nullable String code,
        String message,
        @Nullable String param,
        @Nullable String requestId,
        @Nullable Instant retryNotBefore) {

    /// Told apart by what a person has to do about it.
    public enum Kind {
        /// No key is configured and the provider wants one (or an environment variable is not set any more).
        KEY_MISSING,
        /// 401: the key is wrong or was revoked.
        KEY_REJECTED,
        /// 403 without a more exact code.
        FORBIDDEN,
        /// 403 `training_not_available`: the account may not create training jobs any more. Never retried.
        TRAINING_NOT_AVAILABLE,
        /// The host's name does not resolve.
        DNS,
        /// Nobody listens there.
        REFUSED,
        /// The local engine runs neither here nor on a machine that shares this database.
        ENGINE_OFF,
        /// Certificate or handshake trouble.
        TLS,
        /// No answer in time. For a create call this means "may exist".
        TIMEOUT,
        /// The connection broke. For a create call this means "may exist".
        CONNECTION_LOST,
        /// 404.
        NOT_FOUND,
        /// 400, 409, 422 and other refusals of this very request.
        BAD_REQUEST,
        /// 429 that heals with time.
        RATE_LIMITED,
        /// 429 `insufficient_quota`: a person must pay or raise a limit.
        QUOTA,
        /// 5xx.
        SERVER_ERROR,
        /// An answer that is not the fine-tuning protocol's (HTML, other JSON, broken JSON).
        NOT_THIS_PROTOCOL
    }

    /// Stable word for programs and message bundles: `provider_` + the kind, e.g. `provider_key_rejected`.
    public String stableCode() {
        return "provider_" + kind.name().toLowerCase(java.util.Locale.ROOT);
    }
}
