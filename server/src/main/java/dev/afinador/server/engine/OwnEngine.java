package dev.afinador.server.engine;

import dev.afinador.engine.EngineMachine;
import dev.afinador.engine.EngineMachineStore;
import dev.afinador.provider.Credential;
import dev.afinador.provider.LocalEngine;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The engine in this process, or else the machine beside it that was seen last.
public final class OwnEngine implements LocalEngine {

    /// Machines tell that they live every 20 seconds.
    static final Duration LATELY = Duration.ofSeconds(70);

    private final Credential key;
    private final @Nullable Supplier<URI> own;
    private final EngineMachineStore machines;
    private final InstantSource clock;

    /// @param own where this process's engine answers, once it is listening; null when it has none
    OwnEngine(
            Credential key,
            @Nullable Supplier<URI> own,
            EngineMachineStore machines,
            InstantSource clock) {
        this.key = key;
        this.own = own;
        this.machines = machines;
        this.clock = clock;
    }

    @Override
    public Optional<URI> baseUrl() {
        if (own != null) {
            return Optional.of(own.get());
        }
        for (EngineMachine machine : machines.seenSince(clock.instant().minus(LATELY))) {
            if (machine.url() != null) {
                return Optional.of(machine.url());
            }
        }
        return Optional.empty();
    }

    @Override
    public Credential key() {
        return key;
    }
}
