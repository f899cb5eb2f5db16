package dev.afinador.engine;

import java.time.Instant;
import java.util.List;

/// Which machines have the engine.
public interface EngineMachineStore {

    /// Stores what a machine says about itself, in place of what it said before.
    void put(EngineMachine machine);

    /// Machines that were seen at `since` or later, the latest first.
    List<EngineMachine> seenSince(Instant since);

    /// A machine that ends in order is missed by nobody.
    void remove(String id);
}
