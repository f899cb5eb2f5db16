package dev.afinador.dataset.check;

import java.util.Locale;

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
    OTHER;

    private final String word = name().toLowerCase(Locale.ROOT);

    public String word() {
        return word;
    }
}
