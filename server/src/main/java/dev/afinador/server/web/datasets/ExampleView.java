package dev.afinador.server.web.datasets;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An example as a conversation.
///
/// @param href     of the line
/// @param raw      the line's beginning where it is no example, or null
/// @param preferred and rejected: of a preference pair, otherwise empty
/// @param tools    names of the tools that the model is told of
/// @param extras   what else the example has, for a grader
/// @param left     how many messages are not shown, or null
public record ExampleView(
        String line,
        String href,
        @Nullable String raw,
        List<Message> messages,
        List<Message> preferred,
        List<Message> rejected,
        List<String> tools,
        List<String> extras,
        @Nullable String left) {

    /// @param role    `system`, `user`, `assistant` or `tool`: its colours
    /// @param who     in the reader's language
    /// @param learned whether the model learns it; else it only reads it
    /// @param note    e.g. that its weight is 0, or null
    public record Message(
            String role, String who, boolean learned, @Nullable String note, List<Part> parts) {}

    /// @param kind  `text`, `call` or `attachment`
    /// @param title of a call: the tool's name
    /// @param more  how much of the text is not shown, or null
    public record Part(String kind, @Nullable String title, String text, @Nullable String more) {}
}
