package dev.afinador.engine.protocol;

import dev.afinador.engine.EngineRefusal;
import dev.afinador.engine.process.Sampling;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Reads what clients ask of models. What the engine cannot do is refused by name rather than left out silently.
final class SamplingAsk {

    private static final int MOST_CHOICES = 8;
    private static final int MOST_STOPS = 4;
    private static final int MOST_LOGPROBS = 20;
    private static final int NORMAL_COMPLETION = 16;

    /// Members that change what comes out and that the trainer does not know, with the values that mean "as usual".
    private static final List<String> NOT_SUPPORTED =
            List.of(
                    "frequency_penalty",
                    "presence_penalty",
                    "logit_bias",
                    "functions",
                    "function_call",
                    "audio",
                    "prediction",
                    "web_search_options",
                    "suffix",
                    "best_of",
                    "echo");

    private SamplingAsk() {}

    static Sampling.Request chat(Ask ask) {
        refuseUnsupported(ask);
        JsonNode messages = messages(ask);
        JsonNode tools = tools(ask);
        Integer alternatives = null;
        if (ask.flag("logprobs")) {
            alternatives = whole(ask, "top_logprobs", 0, 0, MOST_LOGPROBS);
        } else if (ask.has("top_logprobs")) {
            throw EngineRefusal.badRequest(
                    "top_logprobs", null, "'logprobs' must be true when 'top_logprobs' is set");
        }
        Integer most = tokens(ask, "max_completion_tokens");
        return new Sampling.Request(
                messages,
                tools,
                null,
                number(ask, "temperature", 1, 2),
                number(ask, "top_p", 1, 1),
                most == null ? tokens(ask, "max_tokens") : most,
                stop(ask),
                ask.integer("seed"),
                choices(ask),
                alternatives);
    }

    static Sampling.Request completion(Ask ask, String prompt) {
        refuseUnsupported(ask);
        Integer most = tokens(ask, "max_tokens");
        return new Sampling.Request(
                null,
                null,
                prompt,
                number(ask, "temperature", 1, 2),
                number(ask, "top_p", 1, 1),
                most == null ? NORMAL_COMPLETION : most,
                stop(ask),
                ask.integer("seed"),
                choices(ask),
                ask.has("logprobs") ? whole(ask, "logprobs", 0, 0, 5) : null);
    }

    private static JsonNode messages(Ask ask) {
        JsonNode messages = ask.raw("messages");
        if (!messages.isArray()) {
            throw ask.has("messages")
                    ? ask.wrongType("messages", "an array of objects")
                    : EngineRefusal.badRequest(
                            "messages", null, "Missing required parameter: 'messages'.");
        }
        if (messages.isEmpty()) {
            throw EngineRefusal.badRequest(
                    "messages", "empty_array", "'messages' must have at least one message.");
        }
        ArrayNode plain = Wire.JSON.createArrayNode();
        for (int i = 0; i < messages.size(); i++) {
            plain.add(message(messages.get(i), "messages[" + i + "]"));
        }
        return plain;
    }

    /// A message with its content as one text: parts of text are joined, any other part is refused.
    private static JsonNode message(JsonNode message, String place) {
        if (!message.isObject() || !message.path("role").isString()) {
            throw EngineRefusal.badRequest(
                    place, "invalid_type", "Expected an object with a 'role' - '" + place + "'");
        }
        String role = message.path("role").stringValue();
        if (!List.of("system", "developer", "user", "assistant", "tool", "function")
                .contains(role)) {
            throw EngineRefusal.badRequest(
                    place + ".role",
                    null,
                    "the role is not one of ['system', 'developer', 'user', 'assistant', 'tool', 'function'] - '"
                            + place
                            + ".role'");
        }
        JsonNode content = message.path("content");
        boolean calls =
                message.path("tool_calls").isArray() || message.path("function_call").isObject();
        if (content.isString() || (calls && (content.isMissingNode() || content.isNull()))) {
            return message;
        }
        if (!content.isArray()) {
            throw EngineRefusal.badRequest(
                    place + ".content",
                    "invalid_type",
                    "Invalid type for '"
                            + place
                            + ".content': expected a string or an array of text parts.");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            if (!"text".equals(part.path("type").asString("")) || !part.path("text").isString()) {
                throw EngineRefusal.badRequest(
                        place + ".content",
                        "unsupported_content",
                        "This model reads text only; a part of type '"
                                + part.path("type").asString("?")
                                + "' cannot be used - '"
                                + place
                                + ".content'");
            }
            text.append(part.path("text").stringValue());
        }
        tools.jackson.databind.node.ObjectNode plain =
                (tools.jackson.databind.node.ObjectNode) message.deepCopy();
        plain.put("content", text.toString());
        return plain;
    }

    private static @Nullable JsonNode tools(Ask ask) {
        if (!ask.has("tools")) {
            return null;
        }
        JsonNode tools = ask.raw("tools");
        if (!tools.isArray()) {
            throw ask.wrongType("tools", "an array of objects");
        }
        if (ask.has("tool_choice")) {
            JsonNode choice = ask.raw("tool_choice");
            String word = choice.isString() ? choice.stringValue() : "";
            if (word.equals("none")) {
                return null;
            }
            if (!word.equals("auto")) {
                throw unsupported(
                        "tool_choice",
                        "The model decides by itself: only 'auto' and 'none' can be chosen.");
            }
        }
        return tools.isEmpty() ? null : tools;
    }

    private static void refuseUnsupported(Ask ask) {
        for (String name : NOT_SUPPORTED) {
            JsonNode value = ask.raw(name);
            boolean usual =
                    !ask.has(name)
                            || (value.isNumber()
                                    && value.doubleValue() == (name.equals("best_of") ? 1 : 0))
                            || (value.isBoolean() && !value.booleanValue())
                            || (value.isContainer() && value.isEmpty());
            if (!usual) {
                throw unsupported(name, "This engine does not support it.");
            }
        }
        JsonNode format = ask.raw("response_format").path("type");
        if (format.isString() && !format.stringValue().equals("text")) {
            throw unsupported("response_format", "This engine answers in free text only.");
        }
        JsonNode modalities = ask.raw("modalities");
        if (modalities.isArray()
                && !modalities.valueStream().allMatch(m -> m.asString("").equals("text"))) {
            throw unsupported("modalities", "This engine answers in text only.");
        }
    }

    private static EngineRefusal unsupported(String name, String why) {
        return EngineRefusal.badRequest(
                name, "unsupported_parameter", "Unsupported parameter: '" + name + "'. " + why);
    }

    private static double number(Ask ask, String name, double normal, double most) {
        Double value = ask.number(name);
        if (value == null) {
            return normal;
        }
        if (!(value >= 0 && value <= most)) {
            throw EngineRefusal.badRequest(
                    name,
                    null,
                    value + " is not between 0 and " + (int) most + " - '" + name + "'");
        }
        return value;
    }

    private static @Nullable Integer tokens(Ask ask, String name) {
        return ask.has(name) ? whole(ask, name, 1, 1, 1_000_000) : null;
    }

    private static int choices(Ask ask) {
        return whole(ask, "n", 1, 1, MOST_CHOICES);
    }

    private static int whole(Ask ask, String name, int normal, int least, int most) {
        Long value = ask.integer(name);
        if (value == null) {
            return normal;
        }
        if (value < least || value > most) {
            throw EngineRefusal.badRequest(
                    name,
                    null,
                    value + " is not between " + least + " and " + most + " - '" + name + "'");
        }
        return value.intValue();
    }

    private static @Nullable JsonNode stop(Ask ask) {
        if (!ask.has("stop")) {
            return null;
        }
        JsonNode stop = ask.raw("stop");
        ArrayNode list = Wire.JSON.createArrayNode();
        if (stop.isString()) {
            list.add(stop.stringValue());
        } else {
            List<String> texts = ask.texts("stop");
            if (texts == null || texts.size() > MOST_STOPS) {
                throw EngineRefusal.badRequest(
                        "stop", null, "at most " + MOST_STOPS + " texts are taken - 'stop'");
            }
            texts.forEach(list::add);
        }
        for (JsonNode text : list) {
            if (text.stringValue().isEmpty()) {
                throw EngineRefusal.badRequest(
                        "stop", null, "an empty text stops everything - 'stop'");
            }
        }
        return list.isEmpty() ? null : list;
    }
}
