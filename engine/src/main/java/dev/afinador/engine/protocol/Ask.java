package dev.afinador.engine.protocol;

import dev.afinador.engine.EngineRefusal;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// A JSON object that a client sent, member by member, each with the type that the protocol gives it. A member that is null is
/// as good as absent.
final class Ask {

    private static final int MOST_BYTES = 16 << 20;

    private final JsonNode node;
    private final String place;

    private Ask(JsonNode node, String place) {
        this.node = node;
        this.place = place;
    }

    /// @throws EngineRefusal when the body is no JSON object
    static Ask of(HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            throw EngineRefusal.tooLarge(
                    null, "The request body is larger than " + MOST_BYTES + " bytes.");
        }
        try {
            JsonNode node = body.length == 0 ? MissingNode.getInstance() : Wire.JSON.readTree(body);
            if (node.isObject()) {
                return new Ask(node, "");
            }
        } catch (JacksonException e) {
            throw notJson();
        }
        throw notJson();
    }

    /// As [#of], where an absent body stands for an empty object.
    static Ask ofOptional(HttpServletRequest request) throws IOException {
        return request.getContentLengthLong() == 0 || request.getContentType() == null
                ? new Ask(Wire.JSON.createObjectNode(), "")
                : of(request);
    }

    private static EngineRefusal notJson() {
        return EngineRefusal.badRequest(
                null,
                null,
                "We could not parse the JSON body of your request. The body must be one JSON object, sent with the"
                        + " header Content-Type: application/json.");
    }

    boolean has(String name) {
        return !node.path(name).isMissingNode() && !node.path(name).isNull();
    }

    JsonNode raw(String name) {
        return node.path(name);
    }

    JsonNode whole() {
        return node;
    }

    @Nullable String text(String name) {
        if (!has(name)) {
            return null;
        }
        if (!node.path(name).isString()) {
            throw wrongType(name, "a string");
        }
        return node.path(name).stringValue();
    }

    @Nullable Long integer(String name) {
        if (!has(name)) {
            return null;
        }
        JsonNode value = node.path(name);
        if (!value.isNumber() || !isWhole(value)) {
            throw wrongType(name, "an integer");
        }
        return value.decimalValue().longValue();
    }

    @Nullable Double number(String name) {
        if (!has(name)) {
            return null;
        }
        if (!node.path(name).isNumber()) {
            throw wrongType(name, "a number");
        }
        return node.path(name).doubleValue();
    }

    boolean flag(String name) {
        if (!has(name)) {
            return false;
        }
        if (!node.path(name).isBoolean()) {
            throw wrongType(name, "a boolean");
        }
        return node.path(name).booleanValue();
    }

    @Nullable List<String> texts(String name) {
        if (!has(name)) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        if (!node.path(name).isArray()) {
            throw wrongType(name, "an array of strings");
        }
        for (JsonNode one : node.path(name)) {
            if (!one.isString()) {
                throw wrongType(name, "an array of strings");
            }
            texts.add(one.stringValue());
        }
        return texts;
    }

    @Nullable Ask object(String name) {
        if (!has(name)) {
            return null;
        }
        if (!node.path(name).isObject()) {
            throw wrongType(name, "an object");
        }
        return new Ask(node.path(name), place + name + ".");
    }

    /// Pairs of texts.
    @Nullable Map<String, String> pairs(String name) {
        Ask object = object(name);
        if (object == null) {
            return null;
        }
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String key : object.names()) {
            if (!object.node.path(key).isString()) {
                throw object.wrongType(key, "a string");
            }
            pairs.put(key, object.node.path(key).stringValue());
        }
        return pairs;
    }

    /// `auto` or numbers, as text.
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String name : names()) {
            JsonNode value = node.path(name);
            if (value.isNull()) {
                continue;
            }
            if (value.isNumber()) {
                settings.put(name, plain(value.decimalValue()));
            } else if (value.isString() && value.stringValue().equals("auto")) {
                settings.put(name, "auto");
            } else {
                throw wrongType(name, "\"auto\" or a number");
            }
        }
        return settings;
    }

    private static String plain(BigDecimal number) {
        // 1e999999999 has a short name and a very long number
        return Math.abs((long) number.scale()) > 1_000 ? number.toString() : number.toPlainString();
    }

    private static boolean isWhole(JsonNode value) {
        BigDecimal number = value.decimalValue();
        return Math.abs((long) number.scale()) < 40
                && number.stripTrailingZeros().scale() <= 0
                && number.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
    }

    List<String> names() {
        return List.copyOf(node.propertyNames());
    }

    String place(String name) {
        return place + name;
    }

    EngineRefusal wrongType(String name, String expected) {
        return EngineRefusal.badRequest(
                place + name,
                "invalid_type",
                "Invalid type for '"
                        + place
                        + name
                        + "': expected "
                        + expected
                        + ", but got "
                        + kind(node.path(name))
                        + " instead.");
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case ARRAY -> "an array";
            case OBJECT, POJO -> "an object";
            case NULL, MISSING, BINARY -> "nothing";
        };
    }
}
