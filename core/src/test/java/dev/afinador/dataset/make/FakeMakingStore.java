package dev.afinador.dataset.make;

import dev.afinador.dataset.DatasetId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Behaves as the port says, in memory.
public final class FakeMakingStore implements MakingStore {

    private final Map<MakingId, Making> rows = new LinkedHashMap<>();

    @Override
    public void insert(Making making) {
        rows.put(making.id(), making);
    }

    @Override
    public Optional<Making> find(MakingId id) {
        return Optional.ofNullable(rows.get(id));
    }

    @Override
    public List<Making> working(int limit) {
        return rows.values().stream().filter(m -> m.state() == Making.State.WORKING).toList();
    }

    @Override
    public boolean progress(MakingId id, long done, long total, Instant now) {
        return change(id, m -> with(m, m.state(), done, total, m.results(), null, List.of(), now));
    }

    @Override
    public boolean done(MakingId id, List<DatasetId> results, Instant now) {
        return change(
                id,
                m ->
                        with(
                                m,
                                Making.State.DONE,
                                m.total(),
                                m.total(),
                                results,
                                null,
                                List.of(),
                                now));
    }

    @Override
    public boolean fail(MakingId id, String trouble, List<String> args, Instant now) {
        return change(
                id,
                m ->
                        with(
                                m,
                                Making.State.FAILED,
                                m.done(),
                                m.total(),
                                List.of(),
                                trouble,
                                args,
                                now));
    }

    @Override
    public boolean cancel(MakingId id, Instant now) {
        return change(
                id,
                m ->
                        with(
                                m,
                                Making.State.CANCELLED,
                                m.done(),
                                m.total(),
                                List.of(),
                                null,
                                List.of(),
                                now));
    }

    @Override
    public void prune(Instant endedBefore) {
        rows.values()
                .removeIf(m ->
                        m.state() != Making.State.WORKING && m.changedAt().isBefore(endedBefore));
    }

    private boolean change(MakingId id, UnaryOperator<Making> change) {
        Making making = rows.get(id);
        if (making == null || making.state() != Making.State.WORKING) {
            return false;
        }
        rows.put(id, change.apply(making));
        return true;
    }

    private static Making with(
            Making m,
            Making.State state,
            long done,
            long total,
            List<DatasetId> results,
            String trouble,
            List<String> args,
            Instant now) {
        return new Making(
                m.id(),
                m.kind(),
                m.source(),
                m.recipe(),
                m.name(),
                state,
                done,
                total,
                results,
                trouble,
                args,
                m.createdAt(),
                now);
    }
}
