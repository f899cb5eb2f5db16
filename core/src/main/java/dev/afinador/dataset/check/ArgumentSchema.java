package dev.afinador.dataset.check;

import dev.afinador.dataset.json.JsonTape;
import dev.afinador.dataset.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a tool says about its arguments: the part of JSON Schema that such declarations use. What it does not know, such as
/// references and alternatives, it lets pass.
///
/// @param types      of the value; empty is any
/// @param allowed    the values of `enum` as they stand in JSON, strings without quotation marks; empty is any
/// @param properties of an object
/// @param required   names that an object must have
/// @param closed     whether an object has no other properties
/// @param items      what the items of a list are, or null
record ArgumentSchema(
        Set<Kind> types,
        List<String> allowed,
        Map<String, ArgumentSchema> properties,
        List<String> required,
        boolean closed,
        @Nullable ArgumentSchema items) {

    static final ArgumentSchema ANY =
            new ArgumentSchema(Set.of(), List.of(), Map.of(), List.of(), false, null);

    ArgumentSchema {
        types = Set.copyOf(types);
        allowed = List.copyOf(allowed);
        properties = Map.copyOf(properties);
        required = List.copyOf(required);
    }

    enum Kind {
        OBJECT,
        ARRAY,
        STRING,
        NUMBER,
        INTEGER,
        BOOLEAN,
        NULL
    }

    /// @param value an object of the tape; anything else allows anything
    static ArgumentSchema read(JsonTape tape, int value) {
        return new Reader(tape).schema(value);
    }

    private static final class Reader {
        private final JsonTape tape;
        private final JsonText scratch = new JsonText();

        Reader(JsonTape tape) {
            this.tape = tape;
        }

        ArgumentSchema schema(int value) {
            if (!tape.isObject(value)) {
                return ANY;
            }
            Set<Kind> types = EnumSet.noneOf(Kind.class);
            List<String> allowed = new ArrayList<>();
            Map<String, ArgumentSchema> properties = new HashMap<>();
            List<String> required = new ArrayList<>();
            boolean closed = false;
            ArgumentSchema items = null;
            for (int key = value + 1; key < tape.next(value); key = tape.next(key + 1)) {
                int of = key + 1;
                switch (text(key)) {
                    case "type" -> types(of, types);
                    case "enum" -> strings(of, allowed);
                    case "required" -> strings(of, required);
                    case "properties" -> properties(of, properties);
                    case "additionalProperties" -> closed = tape.type(of) == JsonTape.Type.FALSE;
                    case "items" -> items = schema(of);
                    // whoever combines schemas says more than is read here
                    case "$ref", "anyOf", "oneOf", "allOf", "not", "if" -> {
                        return ANY;
                    }
                    default -> {}
                }
            }
            return new ArgumentSchema(types, allowed, properties, required, closed, items);
        }

        private void types(int value, Set<Kind> types) {
            List<String> words = new ArrayList<>();
            strings(value, words);
            for (String word : words) {
                switch (word) {
                    case "object" -> types.add(Kind.OBJECT);
                    case "array" -> types.add(Kind.ARRAY);
                    case "string" -> types.add(Kind.STRING);
                    case "number" -> types.add(Kind.NUMBER);
                    case "integer" -> types.add(Kind.INTEGER);
                    case "boolean" -> types.add(Kind.BOOLEAN);
                    case "null" -> types.add(Kind.NULL);
                    default -> {
                        types.clear();
                        return;
                    }
                }
            }
        }

        private void properties(int value, Map<String, ArgumentSchema> properties) {
            if (tape.isObject(value)) {
                for (int key = value + 1; key < tape.next(value); key = tape.next(key + 1)) {
                    properties.put(text(key), schema(key + 1));
                }
            }
        }

        private void strings(int value, List<String> into) {
            if (tape.isArray(value)) {
                for (int item = value + 1; item < tape.next(value); item = tape.next(item)) {
                    into.add(text(item));
                }
            } else {
                into.add(text(value));
            }
        }

        private String text(int value) {
            return ArgumentSchema.text(tape, value, scratch);
        }
    }

    /// A string's text, or any other value as it stands.
    static String text(JsonTape tape, int value, JsonText scratch) {
        if (tape.isString(value)) {
            scratch.read(tape, value);
            return new String(
                    scratch.bytes(), scratch.from(), scratch.length(), StandardCharsets.UTF_8);
        }
        int start = tape.start(value);
        return new String(tape.bytes(), start, tape.end(value) - start, StandardCharsets.UTF_8);
    }

    static Kind kind(JsonTape tape, int value) {
        return switch (tape.type(value)) {
            case OBJECT -> Kind.OBJECT;
            case ARRAY -> Kind.ARRAY;
            case STRING -> Kind.STRING;
            case TRUE, FALSE -> Kind.BOOLEAN;
            case NULL -> Kind.NULL;
            case NUMBER -> isInteger(tape, value) ? Kind.INTEGER : Kind.NUMBER;
        };
    }

    boolean takes(Kind kind) {
        return types.isEmpty()
                || types.contains(kind)
                || (kind == Kind.INTEGER && types.contains(Kind.NUMBER));
    }

    /// JSON Schema counts 1.0 as an integer.
    private static boolean isInteger(JsonTape tape, int value) {
        for (int i = tape.start(value); i < tape.end(value); i++) {
            byte c = tape.bytes()[i];
            if (c == 'e' || c == 'E') {
                return false;
            }
            if (c == '.') {
                for (int k = i + 1; k < tape.end(value); k++) {
                    if (tape.bytes()[k] != '0') {
                        return false;
                    }
                }
                return true;
            }
        }
        return true;
    }
}
