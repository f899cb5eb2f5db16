package dev.afinador.server.api;

import dev.afinador.work.Refusal;
import dev.afinador.work.Refusal.Violation;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A JSON object from a caller, read field by field so that every wrong type and unknown name is told with its field, all at
/// once. Bounded in size.
final class JsonBody {

    /// No request of ours is near this.
    private static final int MOST_BYTES = 1 << 20;

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

    private final JsonNode object;
    private final List<Violation> violations = new ArrayList<>();

    private JsonBody(JsonNode object) {
        this.object = object;
    }

    /// @param fields all names that may be there
    /// @throws Refusal `json_broken`, `json_not_an_object`, `body_too_large`, or `invalid_request` for unknown names
    static JsonBody read(HttpServletRequest request, Set<String> fields)
            throws IOException, HttpMediaTypeNotSupportedException {
        String type = request.getContentType();
        if (type != null && !isJson(type)) {
            throw new HttpMediaTypeNotSupportedException(
                    type); // a form's body is gone by now, and curl sends one by default
        }
        if (request.getContentLengthLong() > MOST_BYTES) {
            throw Refusal.tooLarge("json_too_large", MOST_BYTES >> 10);
        }
        byte[] bytes;
        try (InputStream in = request.getInputStream()) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        }
        if (bytes.length > MOST_BYTES) {
            throw Refusal.tooLarge("json_too_large", MOST_BYTES >> 10);
        }
        JsonNode node;
        try {
            node = bytes.length == 0 ? null : MAPPER.readTree(bytes);
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw Refusal.invalid(
                    "json_broken_at",
                    at == null ? 0 : at.getLineNr(),
                    at == null ? 0 : at.getColumnNr());
        }
        if (node == null || !node.isObject()) {
            throw Refusal.invalid("json_not_an_object");
        }
        JsonBody body = new JsonBody(node);
        for (String name : node.propertyNames()) {
            if (!fields.contains(name)) {
                String shown = name.length() <= 60 ? name : name.substring(0, 60) + "…";
                body.violations.add(
                        Violation.of(
                                shown,
                                "unknown_field",
                                shown,
                                String.join(", ", new java.util.TreeSet<>(fields))));
            }
        }
        return body;
    }

    /// Whether the field is there and not null.
    boolean has(String field) {
        JsonNode value = object.get(field);
        return value != null && !value.isNull();
    }

    /// Whether the field is there, null or not.
    boolean names(String field) {
        return object.has(field);
    }

    /// JSON is UTF-8 (RFC 8259); who says otherwise sends something else.
    private static boolean isJson(String type) {
        try {
            MediaType media = MediaType.parseMediaType(type);
            Charset charset = media.getCharset();
            return (media.isCompatibleWith(MediaType.APPLICATION_JSON)
                            || media.getSubtype().endsWith("+json"))
                    && media.isConcrete()
                    && (charset == null || charset.equals(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) { // no media type, or an unknown charset
            return false;
        }
    }

    @Nullable String text(String field) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            violations.add(Violation.of(field, "must_be_text"));
            return null;
        }
        return storable(field, value.stringValue()) ? value.stringValue() : null;
    }

    /// JSON can spell what is no text: U+0000, which PostgreSQL does not store, and halves of surrogate pairs, which no
    /// encoding can carry.
    private boolean storable(String field, String text) {
        boolean good =
                text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
        if (!good) {
            violations.add(Violation.of(field, "not_text"));
        }
        return good;
    }

    /// A text as it is, anything else as compact JSON; null where it is absent.
    @Nullable String textOrJson(String field) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        String text = value.isString() ? value.stringValue() : value.toString();
        return storable(field, text) ? text : null;
    }

    @Nullable Long wholeNumber(String field) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            violations.add(Violation.of(field, "must_be_whole_number"));
            return null;
        }
        return value.longValue();
    }

    boolean flag(String field) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            violations.add(Violation.of(field, "must_be_boolean"));
            return false;
        }
        return value.booleanValue();
    }

    List<String> texts(String field) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(v -> {
                if (v.isString()) {
                    found.add(v.stringValue());
                }
            });
        }
        if (!value.isArray() || found.size() != value.size()) {
            violations.add(Violation.of(field, "must_be_texts"));
        }
        return found.stream().allMatch(text -> storable(field, text)) ? found : List.of();
    }

    /// An object of text and numbers, each as JSON scalar text.
    Map<String, String> scalars(String field) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            return Map.of();
        }
        if (!value.isObject()) {
            violations.add(Violation.of(field, "must_be_object"));
            return Map.of();
        }
        Map<String, String> found = new TreeMap<>();
        value.properties()
                .forEach(e -> {
                    JsonNode v = e.getValue();
                    if (!storable(field, e.getKey())) {
                        return;
                    }
                    if (v.isString()) {
                        if (storable(field + "." + e.getKey(), v.stringValue())) {
                            found.put(e.getKey(), v.stringValue());
                        }
                    } else if (v.isNumber()) {
                        BigDecimal number = v.decimalValue();
                        found.put(
                                e.getKey(),
                                Math.abs((long) number.scale()) > 30
                                        ? v.asString()
                                        : number.toPlainString());
                    } else if (!v.isNull()) {
                        violations.add(
                                Violation.of(field + "." + e.getKey(), "must_be_text_or_number"));
                    }
                });
        return found;
    }

    /// @throws Refusal with everything found wrong so far
    void requireGood() {
        if (!violations.isEmpty()) {
            throw Refusal.invalid(violations);
        }
    }
}
