package dev.afinador.fake;

import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderId;
import dev.afinador.sync.SyncState;
import dev.afinador.sync.SyncStore;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/// The state of links in memory.
public final class MemorySyncStore implements SyncStore {

    private final Memory memory;

    public MemorySyncStore(Memory memory) {
        this.memory = memory;
    }

    @Override
    public SyncState get(ProviderId provider) {
        return memory.read(t -> t.syncs.getOrDefault(provider, SyncState.never(provider)));
    }

    @Override
    public List<SyncState> list() {
        return memory.read(t -> List.copyOf(t.syncs.values()));
    }

    private void change(ProviderId provider, UnaryOperator<SyncState> change) {
        SyncState unused =
                memory.write(t ->
                        t.syncs.compute(
                                provider,
                                (id, old) ->
                                        change.apply(old == null ? SyncState.never(id) : old)));
    }

    @Override
    public void requested(ProviderId provider, Instant at) {
        change(
                provider,
                s -> {
                    boolean newer = s.requestedAt() == null || s.requestedAt().isBefore(at);
                    return newer
                            ? new SyncState(
                                    s.provider(),
                                    at,
                                    s.startedAt(),
                                    s.finishedAt(),
                                    s.syncedAt(),
                                    s.failures(),
                                    s.errorCode(),
                                    s.errorMessage(),
                                    s.errorHttpStatus(),
                                    s.retryNotBefore())
                            : s;
                });
    }

    @Override
    public void started(ProviderId provider, Instant at) {
        change(
                provider,
                s ->
                        new SyncState(
                                s.provider(),
                                null,
                                at,
                                s.finishedAt(),
                                s.syncedAt(),
                                s.failures(),
                                s.errorCode(),
                                s.errorMessage(),
                                s.errorHttpStatus(),
                                s.retryNotBefore()));
    }

    @Override
    public void brought(ProviderId provider, Instant startedAt) {
        change(
                provider,
                s ->
                        new SyncState(
                                s.provider(),
                                s.requestedAt(),
                                s.startedAt(),
                                s.finishedAt(),
                                startedAt,
                                s.failures(),
                                s.errorCode(),
                                s.errorMessage(),
                                s.errorHttpStatus(),
                                s.retryNotBefore()));
    }

    @Override
    public void succeeded(ProviderId provider, Instant startedAt, Instant finishedAt) {
        change(
                provider,
                s ->
                        new SyncState(
                                s.provider(),
                                s.requestedAt(),
                                s.startedAt() == null ? startedAt : s.startedAt(),
                                finishedAt,
                                startedAt,
                                0,
                                null,
                                null,
                                null,
                                null));
    }

    @Override
    public void failed(ProviderId provider, Instant finishedAt, ProviderError error) {
        change(
                provider,
                s ->
                        new SyncState(
                                s.provider(),
                                s.requestedAt(),
                                s.startedAt(),
                                finishedAt,
                                s.syncedAt(),
                                s.failures() + 1,
                                error.stableCode(),
                                error.message(),
                                error.httpStatus(),
                                error.retryNotBefore()));
    }

    @Override
    public void delete(ProviderId provider) {
        SyncState unused = memory.write(t -> t.syncs.remove(provider));
    }
}
