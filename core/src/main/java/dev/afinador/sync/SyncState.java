package dev.afinador.sync;

import dev.afinador.provider.ProviderId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The state of the link to one provider.
///
/// @param requestedAt when somebody last asked for another sync; null when none was asked for since the last one began
/// @param startedAt   start of the last sync, running or not
/// @param finishedAt  end of the last sync, good or bad; before `startedAt` while one runs
/// @param syncedAt    start of the last sync that brought the state of every live job: what we show is at least as new as this
/// @param failures    bad syncs in a row
/// @param errorCode   stable code of the last bad sync's error; null when the last one went well
/// @param retryNotBefore when the provider asked to be left alone until
public record SyncState(
        ProviderId provider,
        @Nullable Instant requestedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Instant syncedAt,
        int failures,
        @Nullable String errorCode,
        @Nullable String errorMessage,
        @Nullable Integer errorHttpStatus,
        @Nullable Instant retryNotBefore) {

    public static SyncState never(ProviderId provider) {
        return new SyncState(provider, null, null, null, null, 0, null, null, null, null);
    }
}
