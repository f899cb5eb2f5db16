package dev.afinador.activation;

import java.util.List;
import java.util.Optional;

/// Where activations are kept. Append-only.
public interface ActivationStore {

    /// Appends an activation whose number is one above the alias's highest.
    ///
    /// @return false when somebody else appended that number meanwhile: nothing was stored
    boolean append(Activation activation);

    Optional<Activation> current(String alias);

    /// The activation in force of every alias, by alias.
    List<Activation> current();

    /// Newest first.
    List<Activation> history(String alias, int limit);

    /// Whether a model is in force under any alias.
    boolean inForce(String model);
}
