package dev.afinador.conversation;

import java.util.UUID;

/// Our id of a conversation: a UUIDv7.
public record ConversationId(UUID value) {

    /// @throws IllegalArgumentException when the text is no UUID
    public static ConversationId parse(String text) {
        return new ConversationId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
