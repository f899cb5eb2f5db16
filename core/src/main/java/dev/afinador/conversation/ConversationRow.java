package dev.afinador.conversation;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A conversation as lists show it.
///
/// @param question the start of what was asked first
/// @param answer   the start of what was answered last
/// @param turns    how many there are
/// @param edited   whether there is a better answer
public record ConversationRow(
        ConversationId id,
        @Nullable String externalId,
        String question,
        String answer,
        int turns,
        @Nullable Integer stars,
        boolean edited,
        List<String> tags,
        @Nullable String model,
        Instant saidAt) {

    /// How much of a question or answer a row keeps.
    public static final int EXCERPT = 240;

    public ConversationRow {
        tags = List.copyOf(tags);
    }

    @Override
    public String toString() {
        return "conversation " + id;
    }
}
