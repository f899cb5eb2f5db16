package dev.afinador.openai;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One request before it is sent.
///
/// @param path  below the base URL, its segments encoded
/// @param query names and values as people write them
/// @param body  null for GET
record Request(
        String method,
        String path,
        Map<String, String> query,
        @Nullable BodyPublisher body,
        @Nullable String contentType,
        Duration timeout,
        Lane lane) {

    enum Lane {
        CALL,
        UPLOAD
    }

    static Request get(String path, Map<String, String> query, Duration timeout) {
        return new Request("GET", path, query, null, null, timeout, Lane.CALL);
    }

    static Request post(String path, Duration timeout) {
        return new Request(
                "POST", path, Map.of(), BodyPublishers.noBody(), null, timeout, Lane.CALL);
    }

    static Request postJson(String path, String json, Duration timeout) {
        return new Request(
                "POST",
                path,
                Map.of(),
                BodyPublishers.ofString(json),
                "application/json",
                timeout,
                Lane.CALL);
    }

    static Request upload(String path, MultipartBody body, Duration timeout) {
        return new Request(
                "POST", path, Map.of(), body.publisher(), body.contentType(), timeout, Lane.UPLOAD);
    }

    /// For people: `GET /fine_tuning/jobs?limit=100&metadata[afinador_job]=…`.
    String words() {
        String line = method + " " + path;
        if (!query.isEmpty()) {
            line +=
                    "?"
                            + query.entrySet().stream()
                                    .map(e -> e.getKey() + "=" + e.getValue())
                                    .collect(Collectors.joining("&"));
        }
        return line;
    }

    /// Query parameters in the order given; those without a value are left out.
    static Map<String, String> parameters(@Nullable String... namesAndValues) {
        var query = new LinkedHashMap<String, String>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String name = namesAndValues[i];
            String value = namesAndValues[i + 1];
            if (name != null && value != null) {
                query.put(name, value);
            }
        }
        return query;
    }
}
