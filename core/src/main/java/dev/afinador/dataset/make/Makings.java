package dev.afinador.dataset.make;

import dev.afinador.dataset.DatasetId;
import dev.afinador.work.Refusal;
import dev.afinador.work.TaskQueue;
import dev.afinador.work.Transactions;
import dev.afinador.work.Uuid7;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Datasets in the making: ordered, looked at, cancelled.
public final class Makings {

    private final MakingStore store;
    private final Transactions transactions;
    private final TaskQueue tasks;
    private final Uuid7 ids;
    private final InstantSource clock;

    public Makings(
            MakingStore store,
            Transactions transactions,
            TaskQueue tasks,
            Uuid7 ids,
            InstantSource clock) {
        this.store = store;
        this.transactions = transactions;
        this.tasks = tasks;
        this.ids = ids;
        this.clock = clock;
    }

    /// Makes the order and the task that carries it out durable, then returns.
    public Making order(
            Making.Kind kind, @Nullable DatasetId source, Map<String, String> recipe, String name) {
        Instant now = clock.instant();
        var making =
                new Making(
                        new MakingId(ids.next()),
                        kind,
                        source,
                        recipe,
                        name,
                        Making.State.WORKING,
                        0,
                        0,
                        List.of(),
                        null,
                        List.of(),
                        now,
                        now);
        transactions.runInTransaction(() -> {
            store.insert(making);
            tasks.schedule(TaskQueue.Kind.MAKE_DATASET, making.id().toString(), now);
        });
        return making;
    }

    /// @throws Refusal `making_unknown`
    public Making get(String id) {
        try {
            return store.find(MakingId.parse(id)).orElseThrow(() -> unknown(id));
        } catch (IllegalArgumentException e) {
            throw unknown(id);
        }
    }

    private static Refusal unknown(String id) {
        return Refusal.notFound(
                "making_unknown", id.length() <= 80 ? id : id.substring(0, 80) + "…");
    }

    /// Those that are being worked on, newest first.
    public List<Making> working(int limit) {
        return store.working(limit);
    }

    /// @throws Refusal `making_over` when it has ended
    public Making cancel(MakingId id) {
        if (!store.cancel(id, clock.instant())) {
            throw Refusal.conflict("making_over", get(id.toString()).name());
        }
        return get(id.toString());
    }
}
