package dev.afinador.dataset;

import java.util.Optional;

/// What one kind of training file asks of each line. Stateless.
sealed interface Format
        permits ChatFormat, PreferenceFormat, ReinforcementFormat, CompletionFormat {

    DatasetKind kind();

    void check(Example example, long line, Findings findings);

    /// The format that a line follows or tries to follow.
    static Optional<Format> of(Example example) {
        if (example.hasAny(PreferenceFormat.KEYS)) {
            return Optional.of(PreferenceFormat.INSTANCE);
        }
        if (example.has("messages")) {
            return Optional.of(
                    ReinforcementFormat.looksLike(example)
                            ? ReinforcementFormat.INSTANCE
                            : ChatFormat.INSTANCE);
        }
        if (example.hasAny(CompletionFormat.KEYS)) {
            return Optional.of(CompletionFormat.INSTANCE);
        }
        return Optional.empty();
    }
}
