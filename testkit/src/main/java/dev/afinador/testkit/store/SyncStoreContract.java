package dev.afinador.testkit.store;

import static dev.afinador.testkit.store.Samples.OPENAI;
import static dev.afinador.testkit.store.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderId;
import dev.afinador.sync.SyncState;
import dev.afinador.sync.SyncStore;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What a [SyncStore] must keep to.
public abstract class SyncStoreContract {

    private static final ProviderError RATE_LIMITED =
            new ProviderError(
                    ProviderError.Kind.RATE_LIMITED,
                    429,
                    "rate_limit_exceeded",
                    "slow down",
                    null,
                    "req-1",
                    START.plusSeconds(60));

    protected abstract Stores stores();

    private SyncStore store() {
        return stores().sync();
    }

    @Test
    void a_provider_that_was_never_synced_has_a_state() {
        assertThat(store().get(OPENAI)).isEqualTo(SyncState.never(OPENAI));
        assertThat(store().list()).isEmpty();
    }

    @Test
    void a_request_only_moves_forward() {
        store().requested(OPENAI, START);
        store().requested(OPENAI, START.minusSeconds(1));
        assertThat(store().get(OPENAI).requestedAt()).isEqualTo(START);

        store().requested(OPENAI, START.plusSeconds(1));
        assertThat(store().get(OPENAI).requestedAt()).isEqualTo(START.plusSeconds(1));
    }

    @Test
    void the_latest_of_many_requests_stays() throws Exception {
        Race.of(
                8,
                i -> {
                    store().requested(OPENAI, START.plusSeconds(i));
                    return i;
                });

        assertThat(store().get(OPENAI).requestedAt()).isEqualTo(START.plusSeconds(7));
    }

    @Test
    void a_start_takes_what_was_requested_and_a_later_request_stays() {
        store().requested(OPENAI, START.plusSeconds(60)); // by a machine whose clock is ahead
        store().started(OPENAI, START);
        assertThat(store().get(OPENAI).requestedAt()).isNull();

        store().requested(OPENAI, START.plusSeconds(1));
        store().succeeded(OPENAI, START, START.plusSeconds(2));
        assertThat(store().get(OPENAI).requestedAt()).isEqualTo(START.plusSeconds(1));
    }

    @Test
    void a_good_sync_clears_what_bad_ones_left() {
        store().started(OPENAI, START.plusSeconds(1));
        store().failed(OPENAI, START.plusSeconds(2), RATE_LIMITED);
        store().failed(OPENAI, START.plusSeconds(3), RATE_LIMITED);

        assertThat(store().get(OPENAI))
                .isEqualTo(
                        new SyncState(
                                OPENAI,
                                null,
                                START.plusSeconds(1),
                                START.plusSeconds(3),
                                null,
                                2,
                                "provider_rate_limited",
                                "slow down",
                                429,
                                START.plusSeconds(60)));

        store().started(OPENAI, START.plusSeconds(4));
        store().succeeded(OPENAI, START.plusSeconds(4), START.plusSeconds(5));

        assertThat(store().get(OPENAI))
                .isEqualTo(
                        new SyncState(
                                OPENAI,
                                null,
                                START.plusSeconds(4),
                                START.plusSeconds(5),
                                START.plusSeconds(4),
                                0,
                                null,
                                null,
                                null,
                                null));
    }

    @Test
    void states_that_were_brought_leave_the_rest_until_the_sync_ends() {
        store().started(OPENAI, START);
        store().failed(OPENAI, START.plusSeconds(1), RATE_LIMITED);
        SyncState failed = store().get(OPENAI);
        store().started(OPENAI, START.plusSeconds(10));

        store().brought(OPENAI, START.plusSeconds(10));

        SyncState state = store().get(OPENAI);
        assertThat(state.syncedAt()).isEqualTo(START.plusSeconds(10));
        assertThat(state.finishedAt()).isEqualTo(failed.finishedAt());
        assertThat(state.errorCode()).isEqualTo(failed.errorCode());
        assertThat(state.failures()).isEqualTo(1);
    }

    @Test
    void a_first_record_of_any_sort_makes_the_state() {
        store().failed(new ProviderId("a"), START, RATE_LIMITED);
        store().succeeded(new ProviderId("b"), START, START.plusSeconds(1));
        store().started(new ProviderId("c"), START);

        assertThat(store().get(new ProviderId("a")).failures()).isEqualTo(1);
        assertThat(store().get(new ProviderId("b")).syncedAt()).isEqualTo(START);
        assertThat(store().get(new ProviderId("c")).startedAt()).isEqualTo(START);
        assertThat(store().list())
                .extracting(s -> s.provider().value())
                .containsExactlyInAnyOrder("a", "b", "c");
        store().delete(new ProviderId("a"));
        assertThat(store().list()).hasSize(2);
    }

    @Test
    void failures_at_the_same_moment_are_all_counted() throws Exception {
        List<Integer> done =
                Race.of(
                        8,
                        i -> {
                            store().failed(OPENAI, START, RATE_LIMITED);
                            return i;
                        });

        assertThat(done).hasSameElementsAs(IntStream.range(0, 8).boxed().toList());
        assertThat(store().get(OPENAI).failures()).isEqualTo(8);
    }
}
