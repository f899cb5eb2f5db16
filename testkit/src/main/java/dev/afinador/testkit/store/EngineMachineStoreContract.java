package dev.afinador.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.engine.EngineMachine;
import dev.afinador.engine.EngineMachineStore;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What an [EngineMachineStore] must keep to.
public abstract class EngineMachineStoreContract {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00.123Z");

    protected abstract EngineStores stores();

    @Test
    void machines_are_known_by_what_they_said_last_until_they_go_or_fall_silent() {
        EngineMachineStore store = stores().machines();
        EngineMachine first = new EngineMachine("a", null, Map.of(), START);
        EngineMachine again =
                new EngineMachine(
                        "a",
                        URI.create("http://gpu:8080/engine/v1"),
                        Map.of("device", "cuda", "name", "ñ"),
                        START.plusSeconds(10));
        EngineMachine other = new EngineMachine("b", null, Map.of(), START.plusSeconds(20));
        store.put(first);
        store.put(again);
        store.put(other);

        assertThat(store.seenSince(START)).containsExactly(other, again);
        assertThat(store.seenSince(START.plusSeconds(11))).containsExactly(other);
        store.remove("b");
        assertThat(store.seenSince(START)).containsExactly(again);
    }
}
