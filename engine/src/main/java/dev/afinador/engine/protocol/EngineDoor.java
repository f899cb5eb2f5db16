package dev.afinador.engine.protocol;

import dev.afinador.engine.protocol.Wire.Problem;
import dev.afinador.provider.Credential;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.slf4j.MDC;

/// Lets in who has the engine's key, and gives every answer a request id.
public final class EngineDoor extends HttpFilter {

    static final String REQUEST_ID = "x-request-id";

    private final transient Credential key;
    private final transient String organization;
    private final transient SecureRandom random = new SecureRandom();

    /// @param organization told to clients as the account that they use
    public EngineDoor(Credential key, String organization) {
        this.key = key;
        this.organization = organization;
    }

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        byte[] id = new byte[16];
        random.nextBytes(id);
        String requestId = "req_" + HexFormat.of().formatHex(id);
        response.setHeader(REQUEST_ID, requestId);
        response.setHeader("openai-organization", organization);
        response.setHeader("openai-version", "2020-10-01");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        String sent = bearer(request);
        if (sent == null) {
            refuse(
                    response,
                    null,
                    "You didn't provide an API key. Send the engine's key in an Authorization header with Bearer auth"
                            + " (i.e. Authorization: Bearer YOUR_KEY). It is in the file engine.key of the data folder.");
            return;
        }
        if (!MessageDigest.isEqual(bytes(sent), bytes(key.reveal()))) {
            refuse(
                    response,
                    "invalid_api_key",
                    "Incorrect API key provided: "
                            + masked(sent)
                            + ". The engine's key is in the file engine.key of the data folder.");
            return;
        }
        MDC.put("request", requestId);
        try {
            chain.doFilter(request, response);
        } finally {
            MDC.remove("request");
        }
    }

    private static void refuse(
            HttpServletResponse response,
            @org.jspecify.annotations.Nullable String code,
            String message)
            throws IOException {
        Wire.sendError(response, Problem.invalid(401, null, code, message));
    }

    private static @org.jspecify.annotations.Nullable String bearer(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return null;
        }
        String key = header.substring(7).strip();
        return key.isEmpty() ? null : key;
    }

    /// Enough to see which key was sent, as the vendor shows it: its beginning and its end, and only of long ones.
    private static String masked(String sent) {
        return sent.length() < 16
                ? "*".repeat(Math.min(sent.length(), 8))
                : sent.substring(0, 3) + "*".repeat(8) + sent.substring(sent.length() - 4);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
