package dev.afinador.trainer.chat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// JSON as Python's `json.dumps(…, ensure_ascii=False)` spells it, and values of templates from JSON.
final class PythonJson {

    private PythonJson() {}

    static @Nullable Object value(JsonNode node) {
        if (node.isNull() || node.isMissingNode()) {
            return null;
        }
        if (node.isBoolean()) {
            return node.asBoolean();
        }
        if (node.isIntegralNumber()) {
            BigInteger number = node.bigIntegerValue();
            return number.bitLength() < 64 ? (Object) number.longValue() : number;
        }
        if (node.isNumber()) {
            return node.doubleValue();
        }
        if (node.isString()) {
            return node.asString();
        }
        if (node.isArray()) {
            var items = new ArrayList<@Nullable Object>();
            node.forEach(item -> items.add(value(item)));
            return items;
        }
        var members = new LinkedHashMap<String, @Nullable Object>();
        node.properties().forEach(member -> members.put(member.getKey(), value(member.getValue())));
        return members;
    }

    /// @param indent spaces per level, or negative for one line
    static String write(
            @Nullable Object value, int indent, boolean sortKeys, String item, String key) {
        var out = new StringBuilder();
        new Writer(out, indent, sortKeys, item, key).write(value, 0);
        return out.toString();
    }

    private record Writer(
            StringBuilder out, int indent, boolean sortKeys, String item, String key) {

        void write(@Nullable Object value, int depth) {
            switch (value) {
                case null -> out.append("null");
                case Boolean flag -> out.append(flag ? "true" : "false");
                case Long number -> out.append(number);
                case BigInteger number -> out.append(number);
                case BigDecimal number -> out.append(Values.floating(number.doubleValue()));
                case Double number -> out.append(Values.floating(number));
                case String text -> string(text);
                case List<?> items -> {
                    out.append('[');
                    boolean first = true;
                    for (Object each : items) {
                        between(first, depth);
                        write(each, depth + 1);
                        first = false;
                    }
                    close(first, depth, ']');
                }
                case Map<?, ?> map -> {
                    out.append('{');
                    boolean first = true;
                    Map<?, ?> ordered = sortKeys ? new java.util.TreeMap<>(map) : map;
                    for (Map.Entry<?, ?> member : ordered.entrySet()) {
                        between(first, depth);
                        string(Values.text(member.getKey()));
                        out.append(key);
                        write(member.getValue(), depth + 1);
                        first = false;
                    }
                    close(first, depth, '}');
                }
                default ->
                        throw TemplateException.messages(
                                "the chat template writes " + Values.type(value) + " as JSON");
            }
        }

        private void between(boolean first, int depth) {
            if (!first) {
                out.append(indent < 0 ? item : item.stripTrailing());
            }
            newLine(depth + 1);
        }

        private void close(boolean empty, int depth, char end) {
            if (!empty) {
                newLine(depth);
            }
            out.append(end);
        }

        private void newLine(int depth) {
            if (indent >= 0) {
                out.append('\n').repeat(' ', indent * depth);
            }
        }

        private void string(String text) {
            out.append('"');
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                switch (c) {
                    case '"' -> out.append("\\\"");
                    case '\\' -> out.append("\\\\");
                    case '\n' -> out.append("\\n");
                    case '\r' -> out.append("\\r");
                    case '\t' -> out.append("\\t");
                    case '\b' -> out.append("\\b");
                    case '\f' -> out.append("\\f");
                    default -> {
                        if (c < 0x20) {
                            out.append(String.format("\\u%04x", (int) c));
                        } else {
                            out.append(c);
                        }
                    }
                }
            }
            out.append('"');
        }
    }
}
