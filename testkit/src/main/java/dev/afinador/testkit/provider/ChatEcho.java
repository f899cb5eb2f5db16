package dev.afinador.testkit.provider;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Chat completions that name their model and repeat the last message.
final class ChatEcho {
    private ChatEcho() {}

    static Answer answer(ObjectNode body, String model, String id, Instant now) {
        String text = model + " responde: " + lastMessage(body);
        ObjectNode usage = usage(body, text);
        if (!body.path("stream").asBoolean(false)) {
            ObjectNode completion = head(id, "chat.completion", now, model);
            ObjectNode choice = completion.putArray("choices").addObject().put("index", 0);
            choice.putObject("message")
                    .put("role", "assistant")
                    .put("content", text)
                    .putNull("refusal");
            choice.putNull("logprobs").put("finish_reason", "stop");
            completion.set("usage", usage);
            return Answer.ok(completion);
        }
        boolean withUsage = body.path("stream_options").path("include_usage").asBoolean(false);
        List<String> lines = new ArrayList<>();
        ObjectNode first = delta(null, withUsage, id, now, model);
        ((ObjectNode) first.path("choices").path(0).path("delta"))
                .put("role", "assistant")
                .put("content", "");
        lines.add(line(first));
        for (String word : text.split("(?<= )", -1)) {
            ObjectNode chunk = delta(null, withUsage, id, now, model);
            ((ObjectNode) chunk.path("choices").path(0).path("delta")).put("content", word);
            lines.add(line(chunk));
        }
        lines.add(line(delta("stop", withUsage, id, now, model)));
        if (withUsage) {
            ObjectNode last = head(id, "chat.completion.chunk", now, model);
            last.putArray("choices");
            last.set("usage", usage);
            lines.add(line(last));
        }
        lines.add("data: [DONE]\n\n");
        return Answer.stream(lines);
    }

    private static ObjectNode head(String id, String object, Instant now, String model) {
        return Json.object()
                .put("id", id)
                .put("object", object)
                .put("created", now.getEpochSecond())
                .put("model", model);
    }

    private static ObjectNode delta(
            @Nullable String finish, boolean withUsage, String id, Instant now, String model) {
        ObjectNode chunk = head(id, "chat.completion.chunk", now, model);
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.putObject("delta");
        choice.putNull("logprobs").put("finish_reason", finish);
        if (withUsage) {
            chunk.putNull("usage");
        }
        return chunk;
    }

    private static String line(ObjectNode chunk) {
        return "data: " + Json.write(chunk) + "\n\n";
    }

    private static String lastMessage(ObjectNode body) {
        JsonNode messages = body.path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            throw Refusal.badRequest(
                    "missing_required_parameter", "messages", "'messages' must not be empty");
        }
        JsonNode content = messages.path(messages.size() - 1).path("content");
        return content.isString() ? content.stringValue() : content.toString();
    }

    /// A token is a word here: enough for a reader to see that the numbers differ.
    private static ObjectNode usage(ObjectNode body, String text) {
        int prompt = body.path("messages").toString().split("\\s+").length;
        int completion = text.split("\\s+").length;
        return Json.object()
                .put("prompt_tokens", prompt)
                .put("completion_tokens", completion)
                .put("total_tokens", prompt + completion);
    }
}
