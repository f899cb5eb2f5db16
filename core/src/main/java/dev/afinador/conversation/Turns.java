package dev.afinador.conversation;

import dev.afinador.dataset.convert.Shapes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// What was said, as JSON: read from the shapes that programs use, written in the protocol's.
public final class Turns {

    static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    private static final Set<String> FROM = Set.of("role", "from", "speaker", "author");
    private static final Set<String> TEXT = Set.of("content", "value", "text", "message");

    private Turns() {}

    /// A list of messages that cannot be read.
    static final class UnreadableException extends RuntimeException {
        private final String code;
        private final String arg;

        UnreadableException(String code, String arg) {
            super(code);
            this.code = code;
            this.arg = arg.length() <= 40 ? arg : arg.substring(0, 40) + "…";
        }

        String code() {
            return code;
        }

        String arg() {
            return arg;
        }
    }

    /// Reads a list of messages under the names that tools give them, or of pairs of question and answer.
    ///
    /// @throws UnreadableException when it is something else
    public static List<Turn> read(String list) {
        List<Turn> turns = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), list)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new UnreadableException("conversation_no_list", "");
            }
            for (JsonToken token = parser.nextToken();
                    token != JsonToken.END_ARRAY;
                    token = parser.nextToken()) {
                switch (token) {
                    case START_OBJECT -> turns.add(message(copy(parser)));
                    case START_ARRAY -> pair(parser, turns);
                    default -> throw new UnreadableException("conversation_no_list", "");
                }
            }
            return turns;
        } catch (JacksonException e) {
            throw new UnreadableException("conversation_no_list", "");
        }
    }

    private static Turn message(String json) {
        String from = "";
        String text = null;
        boolean more = false;
        boolean protocol = true;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = parser.currentName();
                JsonToken value = parser.nextToken();
                if (FROM.contains(key) && value == JsonToken.VALUE_STRING) {
                    from = parser.getString();
                    protocol &= key.equals("role");
                } else if (TEXT.contains(key) && value == JsonToken.VALUE_STRING) {
                    text = parser.getString();
                    protocol &= key.equals("content");
                } else if (TEXT.contains(key) && value == JsonToken.START_ARRAY) {
                    text = parts(parser);
                    more = true;
                } else if (value != JsonToken.VALUE_NULL) {
                    parser.skipChildren();
                    more = true;
                }
            }
        }
        String role = role(from);
        if (role == null) {
            throw new UnreadableException("conversation_role", from);
        }
        boolean keeps = more && protocol && from.equals(role);
        if (text == null && !keeps) {
            throw new UnreadableException("conversation_no_text", from);
        }
        return new Turn(role, text == null ? "" : text, keeps ? json : null);
    }

    private static @Nullable String role(String from) {
        return switch (from) {
            case "tool", "function" -> from;
            default -> Shapes.role(from);
        };
    }

    /// The texts among the parts of a message; pictures and files have none.
    private static String parts(JsonParser parser) {
        StringBuilder texts = new StringBuilder();
        int depth = 1;
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.VALUE_STRING
                    && depth == 2
                    && "text".equals(parser.currentName())) {
                texts.append(texts.isEmpty() ? "" : "\n").append(parser.getString());
            }
        }
        return texts.toString();
    }

    private static void pair(JsonParser parser, List<Turn> turns) {
        List<String> texts = new ArrayList<>();
        for (JsonToken token = parser.nextToken();
                token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            if (token != JsonToken.VALUE_STRING) {
                throw new UnreadableException("conversation_no_list", "");
            }
            texts.add(parser.getString());
        }
        if (texts.size() != 2) {
            throw new UnreadableException("conversation_no_list", "");
        }
        turns.add(new Turn("user", texts.getFirst(), null));
        turns.add(new Turn("assistant", texts.getLast(), null));
    }

    private static String copy(JsonParser parser) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            generator.copyCurrentStructureExact(parser);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /// The message with another text and all the rest of it.
    static String withContent(String json, String text) {
        var out = new ByteArrayOutputStream();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json);
                JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            parser.nextToken();
            generator.writeStartObject();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = parser.currentName();
                parser.nextToken();
                generator.writeName(key);
                if (key.equals("content")) {
                    parser.skipChildren();
                    generator.writeString(text);
                } else {
                    generator.copyCurrentStructureExact(parser);
                }
            }
            generator.writeEndObject();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /// The turns as a list of messages of the protocol.
    public static String write(List<Turn> turns) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            write(json, turns);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    static void write(JsonGenerator json, List<Turn> turns) {
        json.writeStartArray();
        for (Turn turn : turns) {
            if (turn.json() != null) {
                json.writeRawValue(turn.json());
            } else {
                json.writeStartObject();
                json.writeStringProperty("role", turn.role());
                json.writeStringProperty("content", turn.text());
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }
}
