package dev.afinador.dataset.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/// Objects that are examples already, in the protocol's shape or in that of other tools, and lists of what was said.
public final class Shapes {

    private Shapes() {}

    /// Something that was said.
    record Said(String role, String text) {
        @Override
        public String toString() {
            return role;
        }
    }

    /// A list of what was said, or why it is none.
    sealed interface Read {
        record Messages(List<Said> said) implements Read {}

        /// @param code of the trouble
        record Trouble(String code, String arg) implements Read {}
    }

    static boolean isShaped(Rows.Raw row) {
        return isOfTheProtocol(row.members()) || conversation(row.members()) != null;
    }

    static boolean isOfTheProtocol(Map<String, String> members) {
        return members.getOrDefault("messages", "").startsWith("[")
                || members.getOrDefault("preferred_output", "").startsWith("[");
    }

    /// ShareGPT's list, under either of its names.
    public static @Nullable String conversation(Map<String, String> members) {
        for (String key : new String[] {"conversations", "conversation"}) {
            String list = members.get(key);
            if (list != null && list.startsWith("[")) {
                return list;
            }
        }
        return null;
    }

    /// Reads a list of messages under the names that tools give them, or of pairs of question and answer.
    static Read read(String list) {
        List<Said> said = new ArrayList<>();
        try (JsonParser parser = Rows.JSON.createParser(ObjectReadContext.empty(), list)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                return new Read.Trouble("row_history_unreadable", "");
            }
            for (JsonToken token = parser.nextToken();
                    token != JsonToken.END_ARRAY;
                    token = parser.nextToken()) {
                Read.Trouble trouble =
                        switch (token) {
                            case START_OBJECT -> message(parser, said);
                            case START_ARRAY -> pair(parser, said);
                            default -> new Read.Trouble("row_history_unreadable", "");
                        };
                if (trouble != null) {
                    return trouble;
                }
            }
            return new Read.Messages(said);
        } catch (JacksonException e) {
            return new Read.Trouble("row_history_unreadable", "");
        }
    }

    private static Read.@Nullable Trouble message(JsonParser parser, List<Said> said) {
        String from = "";
        String text = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            JsonToken value = parser.nextToken();
            boolean string = value == JsonToken.VALUE_STRING;
            switch (key) {
                case "from", "role", "speaker", "author" -> {
                    if (string) {
                        from = parser.getString();
                    }
                }
                case "value", "content", "text", "message" -> {
                    if (string) {
                        text = parser.getString();
                    }
                }
                default -> {}
            }
            parser.skipChildren();
        }
        String role = role(from);
        if (role == null) {
            return new Read.Trouble("row_role_unknown", cut(from));
        }
        if (text == null) {
            return new Read.Trouble("row_message_without_text", cut(from));
        }
        said.add(new Said(role, text));
        return null;
    }

    private static Read.@Nullable Trouble pair(JsonParser parser, List<Said> said) {
        List<String> texts = new ArrayList<>();
        for (JsonToken token = parser.nextToken();
                token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            if (token != JsonToken.VALUE_STRING) {
                return new Read.Trouble("row_history_unreadable", "");
            }
            texts.add(parser.getString());
        }
        if (texts.size() != 2) {
            return new Read.Trouble("row_history_unreadable", "");
        }
        said.add(new Said("user", texts.getFirst()));
        said.add(new Said("assistant", texts.getLast()));
        return null;
    }

    /// The protocol's word for who speaks, or null when nobody knows.
    public static @Nullable String role(String from) {
        return switch (from.strip().toLowerCase(Locale.ROOT)) {
            case "user", "human", "usuario", "cliente", "customer", "prompter" -> "user";
            case "assistant", "gpt", "chatgpt", "bot", "model", "asistente", "agente", "agent" ->
                    "assistant";
            case "system", "sistema" -> "system";
            case "developer" -> "developer";
            default -> null;
        };
    }

    private static String cut(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
