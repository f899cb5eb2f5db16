package dev.afinador.openai;

import dev.afinador.provider.ProviderError;
import java.net.http.HttpHeaders;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/// What came of one request.
sealed interface Reply {

    /// A status line came.
    ///
    /// @param body     the body as text with the key masked, or null when it broke off, came too late or was too large
    /// @param bodyLost what happened to the body; null when it is whole
    record Answered(
            int status, HttpHeaders headers, @Nullable String body, @Nullable BodyLoss bodyLost)
            implements Reply {

        boolean successful() {
            return status >= 200 && status < 300;
        }

        @Nullable String requestId() {
            String id = header("x-request-id");
            return id != null ? id : header("apim-request-id");
        }

        /// The provider's own clock.
        @Nullable Instant date() {
            String date = header("date");
            if (date == null) {
                return null;
            }
            try {
                return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            } catch (DateTimeParseException _) {
                return null;
            }
        }

        @Nullable String header(String name) {
            return headers.firstValue(name)
                    .filter(v -> !v.isBlank())
                    .map(String::strip)
                    .orElse(null);
        }
    }

    record BodyLoss(ProviderError.Kind kind, String message) {}

    /// No status line came.
    ///
    /// @param sent false when for certain no byte of the request's body has left; true when it may have
    record Lost(ProviderError.Kind kind, String message, boolean sent, @Nullable Throwable cause)
            implements Reply {}
}
