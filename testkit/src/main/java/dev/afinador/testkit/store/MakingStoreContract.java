package dev.afinador.testkit.store;

import static dev.afinador.testkit.store.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.make.Making;
import dev.afinador.dataset.make.Making.State;
import dev.afinador.dataset.make.MakingId;
import dev.afinador.dataset.make.MakingStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What a [MakingStore] must keep to.
public abstract class MakingStoreContract {

    protected abstract Stores stores();

    private MakingStore store() {
        return stores().makings();
    }

    @Test
    void a_making_comes_back_and_tells_how_far_it_is_until_it_is_done() {
        Making making = making(START);
        MakingId id = making.id();
        store().insert(making);
        assertThat(store().find(id)).contains(making);
        assertThat(store().working(9)).containsExactly(making);

        assertThat(store().progress(id, 30, 90, START.plusSeconds(1))).isTrue();
        assertThat(store().find(id).orElseThrow().percent()).isEqualTo(33);

        List<DatasetId> results =
                List.of(new DatasetId(UUID.randomUUID()), new DatasetId(UUID.randomUUID()));
        assertThat(store().done(id, results, START.plusSeconds(2))).isTrue();
        assertThat(store().find(id).orElseThrow())
                .extracting(Making::state, Making::results, Making::changedAt, Making::percent)
                .containsExactly(State.DONE, results, START.plusSeconds(2), 100);
        assertThat(store().working(9)).isEmpty();
    }

    @Test
    void what_has_ended_stays_as_it_ended() {
        Making cancelled = making(START);
        store().insert(cancelled);
        assertThat(store().cancel(cancelled.id(), START)).isTrue();
        Making failed = making(START);
        store().insert(failed);
        assertThat(store().fail(failed.id(), "source_gone", List.of("ventas", "ñ"), START))
                .isTrue();

        for (Making making : List.of(cancelled, failed)) {
            assertThat(store().progress(making.id(), 1, 2, START)).isFalse();
            assertThat(store().done(making.id(), List.of(), START)).isFalse();
            assertThat(store().fail(making.id(), "x", List.of(), START)).isFalse();
            assertThat(store().cancel(making.id(), START)).isFalse();
        }
        assertThat(store().find(cancelled.id()).orElseThrow().state()).isEqualTo(State.CANCELLED);
        assertThat(store().find(failed.id()).orElseThrow())
                .extracting(Making::state, Making::trouble, Making::troubleArgs)
                .containsExactly(State.FAILED, "source_gone", List.of("ventas", "ñ"));
    }

    @Test
    void only_what_ended_long_ago_is_forgotten() {
        Making working = making(START);
        Making old = making(START);
        Making young = making(START);
        List.of(working, old, young).forEach(store()::insert);
        store().cancel(old.id(), START);
        store().cancel(young.id(), START.plusSeconds(10));

        store().prune(START.plusSeconds(10));

        assertThat(store().find(old.id())).isEmpty();
        assertThat(store().find(young.id())).isPresent();
        assertThat(store().find(working.id())).isPresent();
    }

    private static Making making(Instant at) {
        return new Making(
                new MakingId(UUID.randomUUID()),
                Making.Kind.REPAIR,
                new DatasetId(UUID.randomUUID()),
                Map.of("fixes", "trim keys", "ñ", "🙂"),
                "ventas",
                State.WORKING,
                0,
                0,
                List.of(),
                null,
                List.of(),
                at,
                at);
    }
}
