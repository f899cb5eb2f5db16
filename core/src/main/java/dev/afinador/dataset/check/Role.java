package dev.afinador.dataset.check;

/// Who says something in an example.
public enum Role {
    SYSTEM,
    DEVELOPER,
    USER,
    ASSISTANT,
    TOOL,
    FUNCTION,
    /// A prompt of the legacy format.
    PROMPT,
    /// A completion of the legacy format.
    COMPLETION,
    /// A role that nobody knows.
    OTHER
}
