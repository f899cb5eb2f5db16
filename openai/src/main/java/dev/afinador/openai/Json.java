package dev.afinador.openai;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/// Reads JSON of which nothing is certain. What is absent, null or of a wrong type reads as null; nothing here throws.
final class Json {

    static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private static final int DEEPEST_METRIC = 8;
    private static final int MOST_METRICS = 100;

    private Json() {}

    /// The tree, or null when the text is no single JSON value.
    static @Nullable JsonNode parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String json = text.startsWith("\uFEFF") ? text.substring(1) : text;
        if (json.isBlank()) {
            return null;
        }
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException _) {
            return null;
        }
    }

    /// A text that is not blank.
    static @Nullable String text(JsonNode node) {
        if (!node.isString()) {
            return null;
        }
        String text = node.stringValue();
        return text.isBlank() ? null : text;
    }

    /// A text that is not blank; numbers count as text, since some servers number their ids and codes.
    static @Nullable String text(JsonNode object, String name) {
        JsonNode node = object.path(name);
        return node.isNumber() ? scalar(node) : text(node);
    }

    /// A text, number or truth value as text; null for anything else.
    static @Nullable String scalar(JsonNode node) {
        if (node.isString()) {
            return node.stringValue();
        }
        if (node.isBoolean()) {
            return Boolean.toString(node.booleanValue());
        }
        if (node.isIntegralNumber()) {
            return node.asString();
        }
        if (node.isNumber()) {
            double value = node.doubleValue(0);
            if (!Double.isFinite(value)) {
                return null;
            }
            double size = Math.abs(value);
            return size == 0 || (size >= 1e-9 && size < 1e15)
                    ? new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString()
                    : Double.toString(value);
        }
        return null;
    }

    /// A whole number, also when it came as `3.0` or `"3"`.
    static @Nullable Long whole(JsonNode object, String name) {
        Double value = number(object.path(name));
        if (value == null || value != Math.rint(value) || Math.abs(value) > 9e15) {
            return null;
        }
        return value.longValue();
    }

    private static @Nullable Double number(JsonNode node) {
        if (node.isNumber()) {
            double value = node.asDouble(Double.NaN);
            return Double.isFinite(value) ? value : null;
        }
        String text = text(node);
        if (text == null || !text.matches("-?[0-9]{1,15}(\\.[0-9]{1,15})?")) {
            return null;
        }
        return Double.valueOf(text);
    }

    /// A time in Unix seconds, also with a fraction, as text, in milliseconds or in ISO 8601. Zero means "none".
    static @Nullable Instant time(JsonNode object, String name) {
        JsonNode node = object.path(name);
        Double seconds = number(node);
        try {
            if (seconds != null) {
                if (seconds <= 0 || seconds > 1e14) {
                    return null;
                }
                double millis = seconds > 1e11 ? seconds : seconds * 1000;
                return Instant.ofEpochMilli(Math.round(millis));
            }
            String text = text(node);
            if (text == null) {
                return null;
            }
            Instant time = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
            return time.isAfter(Instant.EPOCH) && time.isBefore(Instant.ofEpochSecond(1L << 37))
                    ? time
                    : null;
        } catch (DateTimeException _) {
            return null;
        }
    }

    /// Members that are scalars, as text; others are left out.
    static Map<String, String> scalars(JsonNode object) {
        var scalars = new LinkedHashMap<String, String>();
        if (object.isObject()) {
            for (var member : object.properties()) {
                String value = scalar(member.getValue());
                if (value != null) {
                    scalars.put(member.getKey(), value);
                }
            }
        }
        return scalars;
    }

    /// Every finite number below the object, nested names joined by a dot.
    static Map<String, Double> numbers(JsonNode object) {
        var numbers = new LinkedHashMap<String, Double>();
        collect(object, "", 0, numbers);
        return numbers;
    }

    private static void collect(
            JsonNode node, String prefix, int depth, Map<String, Double> numbers) {
        if (!node.isObject() || depth > DEEPEST_METRIC) {
            return;
        }
        for (var member : node.properties()) {
            JsonNode value = member.getValue();
            String name = prefix + member.getKey();
            if (numbers.size() >= MOST_METRICS) {
                return;
            }
            if (value.isNumber()) {
                double number = value.asDouble(Double.NaN);
                if (Double.isFinite(number)) {
                    numbers.put(name, number);
                }
            } else {
                collect(value, name + ".", depth + 1, numbers);
            }
        }
    }
}
