package dev.afinador.dataset.repair;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// Tells whether a line is a JSON object, and what it says whatever the order of keys, blanks and escapes.
final class Meaning {

    private final JsonFactory json =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .build();
    private final MessageDigest digest;

    Meaning() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// Whether it is one JSON object and nothing else.
    boolean isObject(byte[] line, int length) {
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), line, 0, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }

    /// 128 bits that are equal for lines that say the same. Lines that are no JSON say what is written there.
    ///
    /// @param into gets both halves
    void digest(byte[] line, int length, long[] into) {
        digest.reset();
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), line, 0, length)) {
            parser.nextToken();
            String said = canonical(parser);
            if (parser.nextToken() != null) {
                throw new NotJsonException();
            }
            digest.update(said.getBytes(StandardCharsets.UTF_8));
        } catch (JacksonException | NotJsonException e) {
            digest.reset();
            digest.update((byte) 0);
            digest.update(line, 0, length);
        }
        byte[] hash = digest.digest();
        into[0] = longAt(hash, 0);
        into[1] = longAt(hash, 8);
    }

    private static final class NotJsonException extends RuntimeException {}

    /// The value at hand as text that is equal for equal values; the parser then stands at its end.
    private static String canonical(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new NotJsonException();
        }
        return switch (token) {
            case START_OBJECT -> {
                TreeMap<String, String> members = new TreeMap<>();
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String key = parser.currentName();
                    parser.nextToken();
                    members.put(quoted(key), canonical(parser));
                }
                StringBuilder text = new StringBuilder("{");
                members.forEach((key, value) -> text.append(key).append(value).append(','));
                yield text.append('}').toString();
            }
            case START_ARRAY -> {
                List<String> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(canonical(parser));
                }
                yield "[" + String.join(",", elements) + "]";
            }
            case VALUE_STRING -> quoted(parser.getString());
            default -> parser.getString();
        };
    }

    /// With its length before it, so that no text can be taken for the end of another.
    private static String quoted(String text) {
        return text.length() + "\"" + text;
    }

    private static long longAt(byte[] bytes, int at) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | (bytes[at + i] & 0xFF);
        }
        return value;
    }
}
