package dev.afinador.engine.protocol;

import static dev.afinador.engine.protocol.Wire.object;

import dev.afinador.engine.process.Sampling.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The two ways in which answers of models are written: chat and the older completions.
sealed interface Dialect {

    /// A whole answer.
    Map<String, Object> whole(List<Map<String, Object>> choices, Map<String, Object> usage);

    Map<String, Object> choice(ChatResource.Choice choice);

    /// An event of a stream, around these choices.
    Map<String, Object> chunk(List<Map<String, Object>> choices);

    /// What a stream begins a choice with, or null.
    @Nullable Map<String, Object> opening(int index);

    Map<String, Object> piece(int index, Answer.Text text);

    /// What a stream ends a choice with.
    List<Map<String, Object>> closing(int index, Answer.Finished finished);

    /// @param created seconds since 1970
    record Chat(String id, String model, long created) implements Dialect {

        @Override
        public Map<String, Object> whole(
                List<Map<String, Object>> choices, Map<String, Object> usage) {
            return object(
                    "id", id,
                    "object", "chat.completion",
                    "created", created,
                    "model", model,
                    "choices", choices,
                    "usage", usage);
        }

        @Override
        public Map<String, Object> choice(ChatResource.Choice choice) {
            Map<String, Object> message =
                    object("role", "assistant", "content", choice.text.toString(), "refusal", null);
            JsonNode calls = calls(choice.message);
            if (calls != null) {
                JsonNode content = choice.message == null ? null : choice.message.get("content");
                message.putAll(
                        object("content", content == null || content.isNull() ? null : content));
                message.put("tool_calls", calls);
            }
            return object(
                    "index",
                    choice.index,
                    "message",
                    message,
                    "logprobs",
                    choice.withLogprobs ? logprobs(choice.logprobs) : null,
                    "finish_reason",
                    choice.reason);
        }

        @Override
        public Map<String, Object> chunk(List<Map<String, Object>> choices) {
            return object(
                    "id", id,
                    "object", "chat.completion.chunk",
                    "created", created,
                    "model", model,
                    "choices", choices);
        }

        @Override
        public Map<String, Object> opening(int index) {
            return delta(
                    index, object("role", "assistant", "content", "", "refusal", null), null, null);
        }

        @Override
        public Map<String, Object> piece(int index, Answer.Text text) {
            JsonNode logprobs = text.logprobs();
            return delta(
                    index,
                    object("content", text.text()),
                    logprobs == null ? null : logprobs(logprobs.valueStream().toList()),
                    null);
        }

        @Override
        public List<Map<String, Object>> closing(int index, Answer.Finished finished) {
            List<Map<String, Object>> events = new ArrayList<>();
            JsonNode calls = calls(finished.message());
            if (calls != null) {
                List<Map<String, Object>> numbered = new ArrayList<>();
                for (JsonNode call : calls) {
                    Map<String, Object> one = object("index", numbered.size());
                    call.properties().forEach(e -> one.put(e.getKey(), e.getValue()));
                    numbered.add(one);
                }
                events.add(delta(index, object("tool_calls", numbered), null, null));
            }
            events.add(delta(index, object(), null, finished.reason()));
            return events;
        }

        private Map<String, Object> delta(
                int index,
                Map<String, Object> delta,
                @Nullable Map<String, Object> logprobs,
                @Nullable String reason) {
            return chunk(
                    List.of(
                            object(
                                    "index", index,
                                    "delta", delta,
                                    "logprobs", logprobs,
                                    "finish_reason", reason)));
        }

        private static @Nullable JsonNode calls(@Nullable JsonNode message) {
            return message != null
                            && message.path("tool_calls").isArray()
                            && !message.path("tool_calls").isEmpty()
                    ? message.get("tool_calls")
                    : null;
        }

        private static Map<String, Object> logprobs(List<JsonNode> tokens) {
            List<Map<String, Object>> content = new ArrayList<>();
            for (JsonNode token : tokens) {
                Map<String, Object> one = token(token);
                List<Map<String, Object>> top = new ArrayList<>();
                token.path("top").forEach(alternative -> top.add(token(alternative)));
                one.put("top_logprobs", top);
                content.add(one);
            }
            return object("content", content, "refusal", null);
        }

        private static Map<String, Object> token(JsonNode token) {
            return object(
                    "token", token.path("token").asString(""),
                    "logprob", token.path("logprob").asDouble(0),
                    "bytes", token.path("bytes").isArray() ? token.get("bytes") : null);
        }
    }

    /// @param created seconds since 1970
    record Completion(String id, String model, long created) implements Dialect {

        @Override
        public Map<String, Object> whole(
                List<Map<String, Object>> choices, Map<String, Object> usage) {
            Map<String, Object> whole = chunk(choices);
            whole.put("usage", usage);
            return whole;
        }

        @Override
        public Map<String, Object> choice(ChatResource.Choice choice) {
            return choice(
                    choice.index,
                    choice.text.toString(),
                    choice.withLogprobs ? logprobs(choice.logprobs) : null,
                    choice.reason);
        }

        @Override
        public Map<String, Object> chunk(List<Map<String, Object>> choices) {
            return object(
                    "id", id,
                    "object", "text_completion",
                    "created", created,
                    "model", model,
                    "choices", choices);
        }

        @Override
        public @Nullable Map<String, Object> opening(int index) {
            return null;
        }

        @Override
        public Map<String, Object> piece(int index, Answer.Text text) {
            JsonNode logprobs = text.logprobs();
            return chunk(
                    List.of(
                            choice(
                                    index,
                                    text.text(),
                                    logprobs == null
                                            ? null
                                            : logprobs(logprobs.valueStream().toList()),
                                    null)));
        }

        @Override
        public List<Map<String, Object>> closing(int index, Answer.Finished finished) {
            return List.of(chunk(List.of(choice(index, "", null, finished.reason()))));
        }

        private static Map<String, Object> choice(
                int index,
                String text,
                @Nullable Map<String, Object> logprobs,
                @Nullable String reason) {
            return object(
                    "text", text, "index", index, "logprobs", logprobs, "finish_reason", reason);
        }

        private static Map<String, Object> logprobs(List<JsonNode> tokens) {
            List<String> texts = new ArrayList<>();
            List<Double> values = new ArrayList<>();
            List<Map<String, Object>> tops = new ArrayList<>();
            List<Integer> offsets = new ArrayList<>();
            int offset = 0;
            for (JsonNode token : tokens) {
                String text = token.path("token").asString("");
                texts.add(text);
                values.add(token.path("logprob").asDouble(0));
                Map<String, Object> top = object();
                token.path("top")
                        .forEach(a ->
                                top.put(
                                        a.path("token").asString(""),
                                        a.path("logprob").asDouble(0)));
                tops.add(top);
                offsets.add(offset);
                offset += text.length();
            }
            return object(
                    "tokens", texts,
                    "token_logprobs", values,
                    "top_logprobs", tops,
                    "text_offset", offsets);
        }
    }
}
