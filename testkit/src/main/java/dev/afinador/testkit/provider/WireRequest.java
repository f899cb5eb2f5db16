package dev.afinador.testkit.provider;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A request as it came off the socket. Its target is path and query, still encoded; headers go by lower-case name.
final class WireRequest {
    private final String method;
    private final String target;
    private final Map<String, String> headers;
    private final byte[] body;

    WireRequest(String method, String target, Map<String, String> headers, byte[] body) {
        this.method = method;
        this.target = target;
        this.headers = headers;
        this.body = body;
    }

    String method() {
        return method;
    }

    String target() {
        return target;
    }

    byte[] body() {
        return body;
    }

    /// The decoded path without the query.
    String path() {
        int mark = target.indexOf('?');
        String raw = mark < 0 ? target : target.substring(0, mark);
        // a plus is a plus in a path
        return decode(raw.replace("+", "%2B"));
    }

    /// The decoded query; the last one wins where a name stands twice.
    Map<String, String> query() {
        Map<String, String> query = new LinkedHashMap<>();
        int mark = target.indexOf('?');
        if (mark >= 0) {
            for (String pair : target.substring(mark + 1).split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    query.put(
                            decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
                } else if (!pair.isEmpty()) {
                    query.put(decode(pair), "");
                }
            }
        }
        return query;
    }

    @Nullable String header(String lowerCaseName) {
        return headers.get(lowerCaseName);
    }

    String header(String lowerCaseName, String otherwise) {
        return headers.getOrDefault(lowerCaseName, otherwise);
    }

    /// The body as a JSON object; an empty body is an empty object.
    ObjectNode json() {
        if (body.length == 0) {
            return Json.object();
        }
        try {
            JsonNode node = Json.parse(body);
            if (node instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            // told to the caller below, in the protocol's own form
        }
        throw Refusal.badRequest(null, null, "The body of this request is not a JSON object");
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
