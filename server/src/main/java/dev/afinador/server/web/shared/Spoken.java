package dev.afinador.server.web.shared;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An example as a conversation, wherever it comes from.
///
/// @param rejected the other answer of a preference pair, or null
public record Spoken(String title, List<Said> said, @Nullable String rejected) {

    /// @param role    `system`, `user`, `assistant` or `tool`: its colours
    /// @param learned whether the model learns it
    public record Said(String role, String who, String text, boolean learned) {}
}
