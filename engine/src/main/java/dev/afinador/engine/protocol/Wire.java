package dev.afinador.engine.protocol;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Writes answers.
final class Wire {

    /// Numbers keep what the client wrote: 1e400 is a number, if a large one.
    static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private Wire() {}

    static void send(HttpServletResponse response, Object body) throws IOException {
        send(response, 200, body);
    }

    static void send(HttpServletResponse response, int status, Object body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        response.setStatus(status);
        response.setContentType("application/json");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    /// The error body of the protocol. Errors that the same request cannot heal say so: official clients then do not repeat it.
    static void sendError(HttpServletResponse response, Problem problem) throws IOException {
        if (response.isCommitted()) {
            return; // the client has a part of an answer, and sees it end too early
        }
        response.resetBuffer();
        if (!problem.mayHeal()) {
            response.setHeader("x-should-retry", "false");
        }
        if (problem.retryAfterSeconds() != null) {
            response.setHeader("Retry-After", String.valueOf(problem.retryAfterSeconds()));
        }
        send(response, problem.status(), problem.body());
    }

    /// @param mayHeal           whether the same request may work later
    /// @param retryAfterSeconds at most 60, or null
    record Problem(
            int status,
            String type,
            @Nullable String param,
            @Nullable String code,
            String message,
            boolean mayHeal,
            @Nullable Long retryAfterSeconds) {

        static Problem invalid(
                int status, @Nullable String param, @Nullable String code, String message) {
            return new Problem(status, "invalid_request_error", param, code, message, false, null);
        }

        static Problem server(@Nullable String code, String message, boolean mayHeal) {
            return new Problem(500, "server_error", null, code, message, mayHeal, null);
        }

        Map<String, Object> body() {
            return object("error", error());
        }

        Map<String, Object> error() {
            return object("message", message, "type", type, "param", param, "code", code);
        }
    }

    /// An object with these members in this order; values may be null.
    static Map<String, Object> object(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        @SuppressWarnings("NullAway") // JSON has nulls; nobody but the writer looks inside
        Map<String, Object> written = object;
        return written;
    }
}
