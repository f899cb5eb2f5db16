package dev.afinador.trainer.serve;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls of functions in the text of an answer, as the supported families write them: `<tool_call>{…}</tool_call>` (Qwen and others in Hermes' way), or an
/// answer that is one JSON object with `name` and `arguments` or `parameters` (Llama 3.1).
final class ToolCalls {

    static final String OPENING = "<tool_call>";
    private static final Pattern TAGGED =
            Pattern.compile("<tool_call>\\s*(\\{.*?\\})\\s*(?:</tool_call>|$)", Pattern.DOTALL);

    private ToolCalls() {}

    /// @param id of the request, so that the calls' ids are unique
    /// @return the message with `content` and `tool_calls`, or null when the text calls nothing
    static @Nullable ObjectNode of(String text, String id, int index) {
        ObjectNode message = JsonMapper.shared().createObjectNode();
        ArrayNode calls = JsonMapper.shared().createArrayNode();
        Matcher tagged = TAGGED.matcher(text);
        int first = -1;
        while (tagged.find()) {
            if (add(calls, tagged.group(1), id, index) && first < 0) {
                first = tagged.start();
            }
        }
        if (calls.isEmpty() && text.strip().startsWith("{")) {
            add(calls, text.strip(), id, index);
            first = 0;
        }
        if (calls.isEmpty()) {
            return null;
        }
        String content = text.substring(0, first).strip();
        if (content.isEmpty()) {
            message.putNull("content");
        } else {
            message.put("content", content);
        }
        message.set("tool_calls", calls);
        return message;
    }

    private static boolean add(ArrayNode calls, String json, String id, int index) {
        JsonNode call;
        try {
            call = JsonMapper.shared().readTree(json);
        } catch (JacksonException e) {
            return false;
        }
        JsonNode arguments =
                call.has("arguments") ? call.path("arguments") : call.path("parameters");
        if (!call.path("name").isString() || arguments.isMissingNode()) {
            return false;
        }
        ObjectNode node = calls.addObject();
        node.put(
                "id",
                "call_" + Integer.toHexString((id + "/" + index + "/" + calls.size()).hashCode()));
        node.put("type", "function");
        node.putObject("function")
                .put("name", call.path("name").asString())
                .put(
                        "arguments",
                        arguments.isString() ? arguments.asString() : arguments.toString());
        return true;
    }
}
