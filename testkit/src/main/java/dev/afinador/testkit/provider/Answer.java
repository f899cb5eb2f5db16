package dev.afinador.testkit.provider;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An answer before it is written. JSON is kept as a tree so that faults can bend its shape.
///
/// @param pieces what is sent when `json` is null; more than one piece goes out chunk by chunk
record Answer(
        int status,
        String contentType,
        Map<String, String> headers,
        @Nullable JsonNode json,
        List<byte[]> pieces) {

    Answer {
        headers = Map.copyOf(headers);
        pieces = List.copyOf(pieces);
    }

    static Answer ok(JsonNode json) {
        return json(200, json);
    }

    static Answer json(int status, JsonNode json) {
        return new Answer(status, "application/json", Map.of(), json, List.of());
    }

    static Answer text(int status, String contentType, String text) {
        return bytes(status, contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    static Answer bytes(int status, String contentType, byte[] bytes) {
        return new Answer(status, contentType, Map.of(), null, List.of(bytes));
    }

    static Answer stream(List<String> pieces) {
        return new Answer(
                200,
                "text/event-stream; charset=utf-8",
                Map.of(),
                null,
                pieces.stream().map(piece -> piece.getBytes(StandardCharsets.UTF_8)).toList());
    }

    static Answer nothing() {
        return new Answer(204, "", Map.of(), null, List.of());
    }

    Answer withHeader(String name, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(name, value);
        return new Answer(status, contentType, more, json, pieces);
    }

    Answer withHeaders(Map<String, String> values) {
        Map<String, String> more = new TreeMap<>(headers);
        more.putAll(values);
        return new Answer(status, contentType, more, json, pieces);
    }

    boolean streams() {
        return pieces.size() > 1;
    }

    byte[] body() {
        if (json != null) {
            return Json.bytes(json);
        }
        return pieces.isEmpty() ? new byte[0] : pieces.getFirst();
    }
}
