package dev.afinador.sync;

import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderId;
import java.time.Instant;
import java.util.List;

/// Where the state of each provider's link is kept. Every method is atomic.
public interface SyncStore {

    /// Never absent: a provider that was never synced gives [SyncState#never].
    SyncState get(ProviderId provider);

    List<SyncState> list();

    /// Asks for a sync that starts after this. Moves `requestedAt` forward to `at`, never back.
    void requested(ProviderId provider, Instant at);

    /// Records the start of a sync, which serves what was requested until now: `requestedAt` is null afterwards.
    void started(ProviderId provider, Instant at);

    /// Records that the state of every live job is here as of `startedAt`, while the sync that began then goes on with what
    /// takes longer. What the last bad sync left stays until this one ends well.
    void brought(ProviderId provider, Instant startedAt);

    /// Records a sync that went well and began at `startedAt`; clears error and failures.
    void succeeded(ProviderId provider, Instant startedAt, Instant finishedAt);

    /// Records a sync that failed; failures go up by one.
    void failed(ProviderId provider, Instant finishedAt, ProviderError error);

    void delete(ProviderId provider);
}
