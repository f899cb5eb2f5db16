package dev.afinador.server.web.datasets;

import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.look.Marked;
import dev.afinador.dataset.look.Peek;
import dev.afinador.server.web.shared.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/// Reads lines as conversations, whatever is wrong with them: what cannot be read is shown as it is.
@Component
class ExampleViews {

    private static final int MESSAGES = 40;
    private static final int LONGEST = 4_000;
    private static final Set<String> OF_THE_PROTOCOL =
            Set.of(
                    "messages",
                    "tools",
                    "functions",
                    "parallel_tool_calls",
                    "input",
                    "preferred_output",
                    "non_preferred_output",
                    "preferred_completion",
                    "non_preferred_completion",
                    "prompt",
                    "completion");

    private final ObjectMapper json = JsonMapper.shared();

    ExampleView of(DatasetId dataset, Peek.Line line, Words words) {
        String href = "/datasets/" + dataset + "/lines/" + line.number();
        String label = words.say("dataset.line", words.number(line.number()));
        JsonNode node = read(line.text());
        if (node == null || !node.isObject()) {
            return raw(label, href, line);
        }
        JsonNode input = node.path("input");
        JsonNode asked = node.has("messages") ? node.path("messages") : input.path("messages");
        JsonNode better = first(node, "preferred_output", "preferred_completion");
        JsonNode worse = first(node, "non_preferred_output", "non_preferred_completion");
        boolean pair = better.isArray() || worse.isArray();
        List<ExampleView.Message> messages = new ArrayList<>();
        int count = 0;
        if (asked.isArray()) {
            count = asked.size();
            for (int i = 0; i < Math.min(count, MESSAGES); i++) {
                messages.add(message(asked.get(i), !pair, words));
            }
        } else if (node.has("prompt") || node.has("completion")) {
            messages.add(said("user", node.path("prompt"), false, words));
            messages.add(said("assistant", node.path("completion"), true, words));
        } else if (!pair) {
            return raw(label, href, line);
        }
        return new ExampleView(
                label,
                href,
                null,
                messages,
                all(better, true, words),
                all(worse, false, words),
                tools(node.has("tools") ? node.path("tools") : input.path("tools")),
                extras(node),
                count > MESSAGES
                        ? words.say("dataset.messages-left", words.number(count - MESSAGES))
                        : null);
    }

    private static ExampleView raw(String label, String href, Peek.Line line) {
        Marked start = Marked.plain(line.text());
        return new ExampleView(
                label,
                href,
                start.hiddenAfter() > 0 ? start.before() + "…" : start.before(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null);
    }

    private @Nullable JsonNode read(String text) {
        try {
            return json.readTree(text);
        } catch (JacksonException e) {
            return null; // its findings say what is wrong with it
        }
    }

    private static JsonNode first(JsonNode node, String name, String older) {
        return node.has(name) ? node.path(name) : node.path(older);
    }

    private List<ExampleView.Message> all(JsonNode list, boolean learned, Words words) {
        List<ExampleView.Message> all = new ArrayList<>();
        for (int i = 0; i < Math.min(list.size(), MESSAGES); i++) {
            ExampleView.Message message = message(list.get(i), learned, words);
            all.add(message);
        }
        return all;
    }

    private ExampleView.Message message(JsonNode message, boolean answersCount, Words words) {
        String role = message.path("role").asString("");
        boolean answer = role.equals("assistant");
        boolean skipped =
                message.path("weight").isNumber() && message.path("weight").asDouble() == 0;
        List<ExampleView.Part> parts = new ArrayList<>();
        content(message.path("content"), parts, words);
        for (JsonNode call : message.path("tool_calls")) {
            JsonNode function = call.path("function");
            parts.add(call(function, words));
        }
        if (message.path("function_call").isObject()) {
            parts.add(call(message.path("function_call"), words));
        }
        String name = message.path("name").asString("");
        String who = who(role, words);
        return new ExampleView.Message(
                css(role),
                name.isEmpty() ? who : who + " · " + name,
                answer && answersCount && !skipped,
                answer && skipped ? words.say("dataset.weight-0") : null,
                parts);
    }

    private ExampleView.Message said(String role, JsonNode text, boolean learned, Words words) {
        List<ExampleView.Part> parts = new ArrayList<>();
        content(text, parts, words);
        return new ExampleView.Message(role, who(role, words), learned, null, parts);
    }

    private static String css(String role) {
        return switch (role) {
            case "system", "developer" -> "system";
            case "user" -> "user";
            case "assistant" -> "assistant";
            case "tool", "function" -> "tool";
            default -> "other";
        };
    }

    private static String who(String role, Words words) {
        return words.sayOr(
                "dataset.role." + role.toLowerCase(Locale.ROOT),
                role.isEmpty() ? words.say("dataset.role.none") : role);
    }

    private void content(JsonNode content, List<ExampleView.Part> parts, Words words) {
        if (content.isString()) {
            parts.add(text(content.asString(), words));
        } else if (content.isArray()) {
            for (JsonNode part : content) {
                if (part.path("text").isString()) {
                    parts.add(text(part.path("text").asString(), words));
                } else {
                    parts.add(attachment(part, words));
                }
            }
        } else if (!content.isMissingNode() && !content.isNull()) {
            parts.add(text(content.toString(), words));
        }
    }

    /// Pictures are named, never loaded: their addresses are of somebody else.
    private static ExampleView.Part attachment(JsonNode part, Words words) {
        String type = part.path("type").asString("?");
        String url = part.path("image_url").path("url").asString("");
        String shown = url.startsWith("data:") ? url.replaceFirst("[,;].*", "") : url;
        return new ExampleView.Part(
                "attachment",
                words.sayOr("dataset.part." + type, type),
                shown.length() > 200 ? shown.substring(0, 200) + "…" : shown,
                null);
    }

    private static ExampleView.Part call(JsonNode function, Words words) {
        ExampleView.Part arguments = text(function.path("arguments").asString(""), words);
        return new ExampleView.Part(
                "call", function.path("name").asString("?"), arguments.text(), arguments.more());
    }

    private static ExampleView.Part text(String text, Words words) {
        if (text.length() <= LONGEST) {
            return new ExampleView.Part("text", null, text, null);
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return new ExampleView.Part(
                "text",
                null,
                text.substring(0, end) + "…",
                words.say("dataset.more-characters", words.number(text.length() - end)));
    }

    private static List<String> tools(JsonNode tools) {
        List<String> names = new ArrayList<>();
        for (JsonNode tool : tools) {
            String name = tool.path("function").path("name").asString("");
            names.add(name.isEmpty() ? tool.path("name").asString("?") : name);
        }
        return names;
    }

    private static List<String> extras(JsonNode node) {
        List<String> extras = new ArrayList<>();
        node.propertyNames().stream()
                .filter(name -> !OF_THE_PROTOCOL.contains(name))
                .limit(20)
                .forEach(name -> {
                    String value = node.path(name).toString();
                    extras.add(
                            name
                                    + ": "
                                    + (value.length() > 300
                                            ? value.substring(0, 300) + "…"
                                            : value));
                });
        return extras;
    }
}
