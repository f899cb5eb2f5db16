package dev.afinador.conversation;

import org.jspecify.annotations.Nullable;

/// Something that was said.
///
/// @param role the protocol's word: `system`, `developer`, `user`, `assistant`, `tool` or `function`
/// @param text what a person can read of it; empty for a message that only calls tools
/// @param json the message as it came when it holds more than role and text (calls of tools, pictures, a name), else null
public record Turn(String role, String text, @Nullable String json) {

    public boolean isAnswer() {
        return role.equals("assistant") && !text.isBlank();
    }

    Turn withText(String better) {
        return new Turn(role, better, json == null ? null : Turns.withContent(json, better));
    }

    /// What people said stays out of logs.
    @Override
    public String toString() {
        return role;
    }
}
