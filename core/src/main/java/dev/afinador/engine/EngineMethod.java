package dev.afinador.engine;

import java.util.List;
import java.util.Locale;

/// How a job trains.
public enum EngineMethod {
    SUPERVISED(List.of("n_epochs", "batch_size", "learning_rate_multiplier")),
    DPO(List.of("n_epochs", "batch_size", "learning_rate_multiplier", "beta"));

    private final List<String> hyperparameters;

    EngineMethod(List<String> hyperparameters) {
        this.hyperparameters = hyperparameters;
    }

    /// The names that can be set, in the protocol's order.
    public List<String> hyperparameters() {
        return hyperparameters;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
