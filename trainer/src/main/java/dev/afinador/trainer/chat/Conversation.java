package dev.afinador.trainer.chat;

import dev.afinador.trainer.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Messages and tools of a request or a training example, in the form that chat templates expect:
///
/// - `developer` is called `system`; what is absent or null of `content` is an empty text; parts of text are joined;
/// - arguments of tool calls, which come as JSON in a text, are objects again;
/// - whatever in a text looks like a control token of the model is guarded ([Tokenizer#GUARD]) and counted.
///
/// @param weights per message: 0 for an answer that must not be trained, else 1
/// @param guarded how many control tokens were spelled in texts
public record Conversation(
        List<Map<String, @Nullable Object>> messages,
        @Nullable List<@Nullable Object> tools,
        List<Float> weights,
        int guarded) {

    /// Why messages cannot be read; `path` says where, as in `messages[2].content`.
    public static final class Problem extends Exception {
        private static final long serialVersionUID = 1L;
        private final String code;
        private final String path;

        Problem(String code, String path, String message) {
            super(message);
            this.code = code;
            this.path = path;
        }

        public String code() {
            return code;
        }

        public String path() {
            return path;
        }
    }

    /// @param tools the declarations, or null or missing
    /// @param path what to call the messages in problems
    public static Conversation read(
            JsonNode messages, @Nullable JsonNode tools, String path, Tokenizer tokenizer)
            throws Problem {
        if (!messages.isArray() || messages.isEmpty()) {
            throw new Problem(
                    "messages_missing",
                    path,
                    "\"" + path + "\" must be a list with at least one message.");
        }
        var reader = new Reader(tokenizer);
        var read = new ArrayList<Map<String, @Nullable Object>>();
        var weights = new ArrayList<Float>();
        for (int i = 0; i < messages.size(); i++) {
            String at = path + "[" + i + "]";
            JsonNode message = messages.get(i);
            read.add(reader.message(message, at));
            weights.add(weight(message, at));
        }
        List<@Nullable Object> declared = null;
        if (tools != null && tools.isArray() && !tools.isEmpty()) {
            declared = new ArrayList<>();
            for (JsonNode tool : tools) {
                declared.add(reader.guarded(PythonJson.value(tool)));
            }
        }
        return new Conversation(read, declared, weights, reader.guarded);
    }

    public boolean isAssistant(int message) {
        return "assistant".equals(messages.get(message).get("role"));
    }

    /// The same with more messages behind.
    public Conversation then(Conversation more) {
        var all = new ArrayList<>(messages);
        all.addAll(more.messages);
        var allWeights = new ArrayList<>(weights);
        allWeights.addAll(more.weights);
        return new Conversation(all, tools, allWeights, guarded + more.guarded);
    }

    private static float weight(JsonNode message, String at) throws Problem {
        JsonNode weight = message.path("weight");
        if (weight.isMissingNode() || weight.isNull()) {
            return 1;
        }
        if (weight.isNumber() && (weight.doubleValue() == 0 || weight.doubleValue() == 1)) {
            return weight.floatValue();
        }
        throw new Problem("weight_invalid", at + ".weight", "\"weight\" must be 0 or 1.");
    }

    private static final class Reader {
        private final Tokenizer tokenizer;
        private int guarded;

        Reader(Tokenizer tokenizer) {
            this.tokenizer = tokenizer;
        }

        Map<String, @Nullable Object> message(JsonNode message, String at) throws Problem {
            if (!message.isObject()) {
                throw new Problem(
                        "message_invalid",
                        at,
                        "A message must be an object with \"role\" and \"content\".");
            }
            String role = message.path("role").asString("");
            var read = new LinkedHashMap<String, @Nullable Object>();
            switch (role) {
                case "system", "user", "assistant", "tool" -> read.put("role", role);
                case "developer" -> read.put("role", "system");
                default ->
                        throw new Problem(
                                "role_unknown",
                                at + ".role",
                                "The role must be system, developer, user, assistant or tool.");
            }
            read.put("content", content(message.path("content"), at));
            JsonNode calls = message.path("tool_calls");
            if (calls.isArray() && !calls.isEmpty()) {
                var list = new ArrayList<@Nullable Object>();
                for (JsonNode call : calls) {
                    list.add(call(call));
                }
                read.put("tool_calls", list);
            }
            for (Map.Entry<String, JsonNode> member : message.properties()) {
                String name = member.getKey();
                if (!read.containsKey(name)
                        && !name.equals("weight")
                        && !name.equals("tool_calls")) {
                    read.put(name, guarded(PythonJson.value(member.getValue())));
                }
            }
            return read;
        }

        private String content(JsonNode content, String at) throws Problem {
            if (content.isMissingNode() || content.isNull()) {
                return "";
            }
            if (content.isString()) {
                return guard(content.asString());
            }
            if (content.isArray()) {
                var text = new StringBuilder();
                for (int i = 0; i < content.size(); i++) {
                    JsonNode part = content.get(i);
                    if (!part.path("text").isString()) {
                        throw new Problem(
                                "content_not_text",
                                at + ".content[" + i + "]",
                                "This model reads text only; the part is of type \""
                                        + part.path("type").asString("?")
                                        + "\".");
                    }
                    text.append(part.path("text").asString());
                }
                return guard(text.toString());
            }
            throw new Problem("content_invalid", at + ".content", "\"content\" must be a text.");
        }

        private @Nullable Object call(JsonNode call) {
            Object value = guarded(PythonJson.value(call));
            JsonNode arguments = call.path("function").path("arguments");
            if (value instanceof Map<?, ?> read
                    && read.get("function") instanceof Map<?, ?> function
                    && arguments.isString()) {
                try {
                    JsonNode parsed = JsonMapper.shared().readTree(arguments.asString());
                    if (parsed.isObject()) {
                        var changed = new LinkedHashMap<Object, @Nullable Object>(function);
                        changed.put("arguments", guarded(PythonJson.value(parsed)));
                        var all = new LinkedHashMap<Object, @Nullable Object>(read);
                        all.put("function", changed);
                        return all;
                    }
                } catch (JacksonException noJson) {
                    // what is no JSON stays the text that it is
                    return value;
                }
            }
            return value;
        }

        private @Nullable Object guarded(@Nullable Object value) {
            return switch (value) {
                case String text -> guard(text);
                case List<?> items -> {
                    var copy = new ArrayList<@Nullable Object>();
                    items.forEach(item -> copy.add(guarded(item)));
                    yield copy;
                }
                case Map<?, ?> map -> {
                    var copy = new LinkedHashMap<Object, @Nullable Object>();
                    map.forEach((key, item) -> copy.put(guarded(key), guarded(item)));
                    yield copy;
                }
                case null, default -> value;
            };
        }

        private String guard(String text) {
            String safe = tokenizer.guard(text);
            guarded += safe.length() - text.length();
            return safe;
        }
    }
}
