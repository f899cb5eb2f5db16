package dev.afinador.trainer.serve;

import dev.afinador.trainer.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What is to be answered.
///
/// @param messages of a chat, or null when `prompt` is a text to go on with
/// @param maxTokens of each answer; empty for as many as the context has room for
/// @param alternatives how many likely tokens are told with each; empty for no log-probabilities
record Request(
        String id,
        Path baseModel,
        @Nullable Path adapter,
        @Nullable JsonNode messages,
        @Nullable JsonNode tools,
        @Nullable String prompt,
        double temperature,
        double topP,
        OptionalInt maxTokens,
        List<String> stop,
        OptionalLong seed,
        int answers,
        OptionalInt alternatives) {

    private static final int MOST_ANSWERS = 128;
    private static final int MOST_ALTERNATIVES = 20;

    /// @throws Failure `invalid_request` naming the member that is wrong
    static Request read(JsonNode json) {
        String prompt = json.path("prompt").isString() ? json.path("prompt").asString() : null;
        JsonNode messages = json.path("messages").isArray() ? json.path("messages") : null;
        if ((prompt == null) == (messages == null)) {
            throw invalid("messages", "either messages or prompt must be given");
        }
        JsonNode tools = json.path("tools");
        var stop = new ArrayList<String>();
        json.path("stop").valueStream().forEach(text -> stop.add(text.asString("")));
        stop.removeIf(String::isEmpty);
        String adapter = json.path("adapter").asString("");
        return new Request(
                json.path("id").asString(""),
                Path.of(json.path("base_model").asString("")),
                adapter.isEmpty() ? null : Path.of(adapter),
                messages,
                tools.isArray() && !tools.isEmpty() ? tools : null,
                prompt,
                number(json, "temperature", 0, 2),
                number(json, "top_p", 0, 1),
                whole(json, "max_tokens", 1, Integer.MAX_VALUE),
                List.copyOf(stop),
                json.path("seed").isIntegralNumber()
                        ? OptionalLong.of(json.path("seed").asLong())
                        : OptionalLong.empty(),
                whole(json, "n", 1, MOST_ANSWERS).orElse(1),
                whole(json, "logprobs", 0, MOST_ALTERNATIVES));
    }

    private static double number(JsonNode json, String name, double least, double most) {
        JsonNode node = json.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return 1;
        }
        double value = node.asDouble(Double.NaN);
        if (!(value >= least && value <= most)) {
            throw invalid(name, name + " must be a number from " + least + " to " + most);
        }
        return value;
    }

    private static OptionalInt whole(JsonNode json, String name, int least, int most) {
        JsonNode node = json.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return OptionalInt.empty();
        }
        if (!node.isIntegralNumber() || node.asLong() < least || node.asLong() > most) {
            throw invalid(name, name + " must be a whole number from " + least + " to " + most);
        }
        return OptionalInt.of(node.asInt());
    }

    static Failure invalid(String param, String message) {
        return new Failure(Failure.Code.INVALID_REQUEST, param, message);
    }
}
