package dev.afinador.provider;

/// Where a provider's key comes from. Holds what may be shown of it, never the key.
public sealed interface KeySource {

    /// The endpoint needs no key.
    record None() implements KeySource {}

    /// Read from an environment variable at every start; never stored.
    record Environment(String variable, String lastCharacters) implements KeySource {}

    /// The local engine's own key: this installation knows both ends.
    record Own() implements KeySource {}

    /// Sealed in the database.
    record Stored(String lastCharacters) implements KeySource {}
}
