package dev.afinador.testkit.provider;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The few JSON moves this package needs.
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    static JsonNode parse(byte[] text) throws JacksonException {
        return MAPPER.readTree(text);
    }

    static JsonNode parse(String text) throws JacksonException {
        return MAPPER.readTree(text);
    }

    static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    static String write(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    static byte[] bytes(JsonNode node) {
        return write(node).getBytes(StandardCharsets.UTF_8);
    }

    /// The text at a name; null when absent, null or of another type.
    static @Nullable String text(JsonNode node, String name) {
        JsonNode value = node.get(name);
        return value != null && value.isString() ? value.stringValue() : null;
    }

    static String text(JsonNode node, String name, String otherwise) {
        String value = text(node, name);
        return value == null ? otherwise : value;
    }

    static int number(JsonNode node, String name, int otherwise) {
        JsonNode value = node.get(name);
        return value != null && value.isNumber() ? value.intValue() : otherwise;
    }

    static Map<String, String> strings(@Nullable JsonNode node) {
        Map<String, String> found = new TreeMap<>();
        if (node != null && node.isObject()) {
            node.properties()
                    .forEach(entry -> found.put(entry.getKey(), entry.getValue().asString()));
        }
        return found;
    }

    static ObjectNode ofStrings(Map<String, String> strings) {
        ObjectNode node = object();
        strings.forEach(node::put);
        return node;
    }

    /// Seconds since 1970, or JSON null.
    static void putSeconds(ObjectNode node, String name, @Nullable Instant instant) {
        if (instant == null) {
            node.putNull(name);
        } else {
            node.put(name, instant.getEpochSecond());
        }
    }
}
