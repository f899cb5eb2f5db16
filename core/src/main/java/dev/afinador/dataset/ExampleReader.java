package dev.afinador.dataset;

import dev.afinador.dataset.Example.Message;
import dev.afinador.dataset.Example.MessageList;
import dev.afinador.dataset.Example.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// Reads the shape of a line. What it keeps is bounded, however long the line is: texts are passed over, lists of
/// messages and unknown keys are cut.
final class ExampleReader {

    static final Set<String> MESSAGE_KEYS =
            Set.of(
                    "role",
                    "content",
                    "name",
                    "weight",
                    "function_call",
                    "tool_calls",
                    "tool_call_id",
                    // answered by the chat API itself, so rows copied from there have them
                    "refusal",
                    "audio");
    static final Set<String> EXAMPLE_KEYS =
            Set.of(
                    "messages",
                    "tools",
                    "parallel_tool_calls",
                    "functions",
                    "input",
                    "preferred_output",
                    "non_preferred_output",
                    "preferred_completion",
                    "non_preferred_completion",
                    "prompt",
                    "completion");
    private static final Set<String> MESSAGE_LISTS =
            Set.of(
                    "messages",
                    "preferred_output",
                    "non_preferred_output",
                    "preferred_completion",
                    "non_preferred_completion");

    static final int MESSAGES_KEPT = 2_000;
    private static final int OTHER_KEYS_KEPT = 20;
    private static final int PARTS_KEPT = 200;
    private static final int WORD_KEPT = 60;

    private final JsonFactory json =
            JsonFactory.builder()
                    // a line is bounded already, and one long text is a legal example
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    /// What a line turned out to be.
    sealed interface Line {
        record Read(Example example) implements Line {}

        record NotAnObject(Shape shape) implements Line {}

        /// Something follows the object.
        ///
        /// @param offset bytes into the line
        record Trailing(long offset) implements Line {}
    }

    /// @throws JacksonException when it is no JSON
    Line read(byte[] bytes, int from, int length) {
        try (JsonParser parser =
                json.createParser(ObjectReadContext.empty(), bytes, from, length)) {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return new Line.NotAnObject(Shape.of(first));
            }
            Example example = example(parser);
            long end = parser.currentLocation().getByteOffset();
            try {
                if (parser.nextToken() == null) {
                    return new Line.Read(example);
                }
            } catch (JacksonException e) {
                // whatever follows, it does not belong there
            }
            return new Line.Trailing(end);
        }
    }

    private static Example example(JsonParser parser) {
        Map<String, Shape> keys = new HashMap<>();
        List<String> others = new ArrayList<>();
        Map<String, MessageList> lists = new HashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            Shape shape = Shape.of(parser.nextToken());
            if (!EXAMPLE_KEYS.contains(key)) {
                keepKey(others, key);
                parser.skipChildren();
                continue;
            }
            keys.put(key, shape);
            if (MESSAGE_LISTS.contains(key)) {
                lists.put(key, messages(parser, shape));
            } else if (key.equals("input") && shape == Shape.OBJECT) {
                input(parser, lists);
            } else {
                parser.skipChildren();
            }
        }
        return new Example(keys, others, lists);
    }

    private static void input(JsonParser parser, Map<String, MessageList> lists) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            Shape shape = Shape.of(parser.nextToken());
            if (key.equals("messages")) {
                lists.put("input.messages", messages(parser, shape));
            } else {
                parser.skipChildren();
            }
        }
    }

    private static MessageList messages(JsonParser parser, Shape shape) {
        if (shape != Shape.ARRAY) {
            parser.skipChildren();
            return new MessageList(shape, List.of(), 0, false, null);
        }
        List<Message> kept = new ArrayList<>();
        long count = 0;
        boolean anyAssistant = false;
        Message last = null;
        for (JsonToken token = parser.nextToken();
                token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            last = message(parser, Shape.of(token));
            anyAssistant |= last.isFromAssistant();
            count++;
            if (kept.size() < MESSAGES_KEPT) {
                kept.add(last);
            }
        }
        return new MessageList(shape, kept, count, anyAssistant, last);
    }

    private static Message message(JsonParser parser, Shape shape) {
        if (shape != Shape.OBJECT) {
            parser.skipChildren();
            return new Message(shape, Map.of(), List.of(), null, List.of(), List.of(), null);
        }
        Map<String, Shape> keys = new HashMap<>();
        List<String> others = new ArrayList<>();
        List<String> empty = new ArrayList<>();
        List<String> parts = new ArrayList<>();
        String role = null;
        Double weight = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            JsonToken token = parser.nextToken();
            Shape value = Shape.of(token);
            if (!MESSAGE_KEYS.contains(key)) {
                keepKey(others, key);
                parser.skipChildren();
                continue;
            }
            keys.put(key, value);
            if (key.equals("role") && value == Shape.STRING) {
                role = cut(parser.getString());
            } else if (key.equals("weight") && value == Shape.NUMBER) {
                weight = parser.getDoubleValue();
            }
            if (isEmpty(parser, key, value, parts)) {
                empty.add(key);
            }
        }
        return new Message(shape, keys, others, role, empty, parts, weight);
    }

    /// Moves past the value; notes the types of content parts on the way.
    private static boolean isEmpty(JsonParser parser, String key, Shape value, List<String> parts) {
        return switch (value) {
            case STRING -> parser.getStringLength() == 0;
            case ARRAY -> {
                boolean empty = true;
                for (JsonToken token = parser.nextToken();
                        token != JsonToken.END_ARRAY;
                        token = parser.nextToken()) {
                    empty = false;
                    String type = partType(parser, token);
                    if (key.equals("content") && parts.size() < PARTS_KEPT) {
                        parts.add(type);
                    }
                }
                yield empty;
            }
            case OBJECT -> {
                boolean empty = parser.nextToken() == JsonToken.END_OBJECT;
                for (JsonToken token = parser.currentToken();
                        token != JsonToken.END_OBJECT;
                        token = parser.nextToken()) {
                    parser.nextToken();
                    parser.skipChildren();
                }
                yield empty;
            }
            case NUMBER, BOOLEAN, NULL -> false;
        };
    }

    private static String partType(JsonParser parser, @Nullable JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return "";
        }
        String type = "";
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean isType = parser.currentName().equals("type");
            if (parser.nextToken() == JsonToken.VALUE_STRING && isType) {
                type = cut(parser.getString());
            }
            parser.skipChildren();
        }
        return type;
    }

    private static void keepKey(List<String> kept, String key) {
        if (kept.size() < OTHER_KEYS_KEPT) {
            kept.add(cut(key));
        }
    }

    private static String cut(String text) {
        return text.length() <= WORD_KEPT ? text : text.substring(0, WORD_KEPT) + "…";
    }
}
