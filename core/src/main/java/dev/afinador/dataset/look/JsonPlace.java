package dev.afinador.dataset.look;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// Finds where something stands in a line of JSON.
final class JsonPlace {

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .maxNestingDepth(2_000)
                                    .build())
                    .build();

    private final String line;
    private final List<Object> steps;

    /// Where the deepest thing begins that was found on the way.
    private int from = -1;

    private int to = -1;
    private boolean atKey;

    private JsonPlace(String line, List<Object> steps) {
        this.line = line;
        this.steps = steps;
    }

    /// Where the value of the path is, or the deepest one on the way to it that is there; empty where nothing can be read or the
    /// line as a whole is meant.
    ///
    /// @param path e.g. `$.messages[2].role`
    /// @param key  one that may be in the object that the path leads to: then the key itself is meant; or null
    static Optional<Span> of(String line, String path, @Nullable String key) {
        var place = new JsonPlace(line, steps(path));
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            json.nextToken();
            place.descend(json, 0, key);
        } catch (JacksonException e) {
            // what was found before the line breaks counts
        }
        boolean whole = place.from < 0 || (place.steps.isEmpty() && !place.atKey);
        return whole
                ? Optional.empty()
                : Optional.of(new Span(place.from, Math.max(place.from + 1, place.to)));
    }

    /// `$.a[2]['b c']` as `a`, 2, `b c`.
    static List<Object> steps(String path) {
        List<Object> steps = new ArrayList<>();
        int at = path.startsWith("$") ? 1 : 0;
        while (at < path.length()) {
            int end;
            if (path.startsWith("['", at)) {
                var key = new StringBuilder();
                end = at + 2;
                while (end < path.length() && path.charAt(end) != '\'') {
                    end += path.charAt(end) == '\\' ? 1 : 0;
                    if (end < path.length()) {
                        key.append(path.charAt(end++));
                    }
                }
                steps.add(key.toString());
                end = Math.min(path.length(), end + 2);
            } else if (path.charAt(at) == '[') {
                end = path.indexOf(']', at);
                if (end < 0 || !path.substring(at + 1, end).matches("[0-9]{1,9}")) {
                    return steps;
                }
                steps.add(Integer.valueOf(path.substring(at + 1, end)));
                end++;
            } else {
                int start = path.charAt(at) == '.' ? at + 1 : at;
                end = start;
                while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
                    end++;
                }
                steps.add(path.substring(start, end));
            }
            at = end;
        }
        return steps;
    }

    /// The parser stands at the beginning of a value.
    private void descend(JsonParser json, int depth, @Nullable String key) {
        JsonToken token = json.currentToken();
        if (token == null) {
            return;
        }
        from = start(json);
        to = from + 1;
        if (depth == steps.size()) {
            if (key != null && token == JsonToken.START_OBJECT) {
                findKey(json, key);
            }
            if (!atKey && json.currentToken() == token) {
                finish(json);
            }
            return;
        }
        switch (steps.get(depth)) {
            case String name when token == JsonToken.START_OBJECT -> {
                while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                    boolean here = name.equals(json.currentName());
                    json.nextToken();
                    if (here) {
                        descend(json, depth + 1, key);
                        return;
                    }
                    json.skipChildren();
                }
            }
            case Integer index when token == JsonToken.START_ARRAY -> {
                int at = 0;
                while (json.nextToken() != JsonToken.END_ARRAY && json.currentToken() != null) {
                    if (at++ == index) {
                        descend(json, depth + 1, key);
                        return;
                    }
                    json.skipChildren();
                }
            }
            default -> {} // it is something else than the path expects: as far as it goes
        }
    }

    private void findKey(JsonParser json, String key) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            int at = start(json);
            if (key.equals(json.currentName())) {
                from = at;
                to = endOfText(at);
                atKey = true;
                return;
            }
            json.nextToken();
            json.skipChildren();
        }
    }

    private void finish(JsonParser json) {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            to = endOfText(from);
        } else if (json.currentToken() == JsonToken.START_OBJECT
                || json.currentToken() == JsonToken.START_ARRAY) {
            json.skipChildren();
            to = start(json) + 1;
        } else {
            int end = from;
            while (end < line.length() && ",]} \t\r".indexOf(line.charAt(end)) < 0) {
                end++;
            }
            to = end;
        }
    }

    private static int start(JsonParser json) {
        return (int) json.currentTokenLocation().getCharOffset();
    }

    /// @param at of its opening quotation mark
    private int endOfText(int at) {
        int end = at + 1;
        while (end < line.length() && line.charAt(end) != '"') {
            end += line.charAt(end) == '\\' ? 2 : 1;
        }
        return Math.min(line.length(), end + 1);
    }
}
