package dev.afinador.engine.process;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What is asked of a model and what it answers, in the words of `docs/trainer-process.md`.
public final class Sampling {

    private Sampling() {}

    /// @param messages    the conversation as the client sent it, or null for a prompt
    /// @param tools       as the client sent them, or null
    /// @param prompt      plain text to go on from, or null for a conversation
    /// @param maxTokens   null for the end of the context
    /// @param stop        list of texts, or null
    /// @param logprobs    null, or how many alternatives per token
    public record Request(
            @Nullable JsonNode messages,
            @Nullable JsonNode tools,
            @Nullable String prompt,
            double temperature,
            double topP,
            @Nullable Integer maxTokens,
            @Nullable JsonNode stop,
            @Nullable Long seed,
            int n,
            @Nullable Integer logprobs) {}

    public sealed interface Answer {
        record Started(int promptTokens) implements Answer {}

        /// @param logprobs list of records per token, or null
        record Text(int index, String text, int tokens, @Nullable JsonNode logprobs)
                implements Answer {}

        /// @param reason  `stop`, `length` or `tool_calls`
        /// @param message with the tool calls, or null
        record Finished(int index, String reason, int completionTokens, @Nullable JsonNode message)
                implements Answer {}

        record Failed(String code, String message, @Nullable String param) implements Answer {}
    }
}
