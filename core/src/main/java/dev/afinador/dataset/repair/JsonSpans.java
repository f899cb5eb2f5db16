package dev.afinador.dataset.repair;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Finds where keys and values stand in a text that is known to be valid JSON, so that single pieces can be replaced and every
/// other byte stays.
final class JsonSpans {

    private final byte[] json;
    private final int length;

    /// @param json valid JSON in UTF-8, from 0 to `length`
    JsonSpans(byte[] json, int length) {
        this.json = json;
        this.length = length;
    }

    /// Where something stands, the quotes of texts included.
    record Span(int from, int to) {}

    record Member(String key, Span keyAt, Span value) {}

    /// Where the value begins; readers of JSON pass over a byte-order mark.
    int start() {
        boolean marked =
                length >= 3
                        && json[0] == (byte) 0xEF
                        && json[1] == (byte) 0xBB
                        && json[2] == (byte) 0xBF;
        return skipBlanks(marked ? 3 : 0);
    }

    boolean isObject(Span value) {
        return json[value.from()] == '{';
    }

    boolean isArray(Span value) {
        return json[value.from()] == '[';
    }

    boolean isText(Span value) {
        return json[value.from()] == '"';
    }

    /// @param at where the object begins
    List<Member> members(int at) {
        List<Member> found = new ArrayList<>();
        int next = skipBlanks(at + 1);
        while (json[next] != '}') {
            Span key = new Span(next, endOfText(next));
            int value = skipBlanks(skipBlanks(key.to()) + 1); // over the colon
            Span valueAt = new Span(value, endOfValue(value));
            found.add(new Member(text(key), key, valueAt));
            next = skipBlanks(valueAt.to());
            if (json[next] == ',') {
                next = skipBlanks(next + 1);
            }
        }
        return found;
    }

    /// @param at where the list begins
    List<Span> elements(int at) {
        List<Span> found = new ArrayList<>();
        int next = skipBlanks(at + 1);
        while (json[next] != ']') {
            Span element = new Span(next, endOfValue(next));
            found.add(element);
            next = skipBlanks(element.to());
            if (json[next] == ',') {
                next = skipBlanks(next + 1);
            }
        }
        return found;
    }

    /// A text as it is written, without its quotes; only for comparing with plain ASCII words.
    String text(Span at) {
        return new String(json, at.from() + 1, at.to() - at.from() - 2, StandardCharsets.UTF_8);
    }

    private int skipBlanks(int at) {
        int next = at;
        while (next < length
                && (json[next] == ' '
                        || json[next] == '\t'
                        || json[next] == '\r'
                        || json[next] == '\n')) {
            next++;
        }
        return next;
    }

    private int endOfValue(int at) {
        return switch (json[at]) {
            case '"' -> endOfText(at);
            case '{', '[' -> endOfNested(at);
            default -> {
                int end = at;
                while (end < length && ",]} \t\r\n".indexOf(json[end]) < 0) {
                    end++;
                }
                yield end;
            }
        };
    }

    private int endOfText(int at) {
        int end = at + 1;
        while (json[end] != '"') {
            end += json[end] == '\\' ? 2 : 1;
        }
        return end + 1;
    }

    private int endOfNested(int at) {
        int depth = 0;
        int next = at;
        while (true) {
            switch (json[next]) {
                case '"' -> next = endOfText(next) - 1;
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                default -> {}
            }
            next++;
            if (depth == 0) {
                return next;
            }
        }
    }
}
