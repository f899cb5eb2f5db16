package dev.afinador.dataset;

/// What the lines of a training file are.
public enum DatasetKind {
    /// Supervised chat: `messages`.
    CHAT,
    /// Preference pairs: `input`, `preferred_output`, `non_preferred_output`.
    PREFERENCE,
    /// Reinforcement items: `messages` that do not end with the assistant, plus fields for graders.
    REINFORCEMENT,
    /// Legacy `prompt` and `completion`.
    COMPLETION,
    /// None of these.
    UNKNOWN
}
