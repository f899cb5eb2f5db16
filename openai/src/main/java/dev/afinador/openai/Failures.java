package dev.afinador.openai;

import dev.afinador.openai.Reply.Answered;
import dev.afinador.openai.Reply.Lost;
import dev.afinador.provider.Credential;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderError.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Puts a name to what went wrong. The status decides; the body only makes it more exact.
final class Failures {

    /// The longest that a provider may ask to be left alone; one that asks for more is asked again after this.
    static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    static final String TRAINING_NOT_AVAILABLE = "training_not_available";

    private static final Set<String> NO_CREDIT =
            Set.of("insufficient_quota", "billing_hard_limit_reached", "billing_not_active");

    private Failures() {}

    /// Trouble that no provider told us about.
    static ProviderError ours(Kind kind, String message) {
        return new ProviderError(kind, null, null, message, null, null, null);
    }

    static ProviderError of(Lost lost, @Nullable Credential key) {
        return ours(lost.kind(), Masking.message(lost.message(), key));
    }

    /// An answer with a good status that we cannot use.
    static ProviderError unusable(Answered answer, String why, @Nullable Credential key) {
        var loss = answer.bodyLost();
        Kind kind = loss == null ? Kind.NOT_THIS_PROTOCOL : loss.kind();
        String message = loss == null ? why : "the answer broke off: " + loss.message();
        return new ProviderError(
                kind,
                answer.status(),
                null,
                Masking.message(message, key),
                null,
                answer.requestId(),
                null);
    }

    /// An answer whose status is not 2xx.
    static ProviderError of(Answered answer, @Nullable Credential key, InstantSource clock) {
        Words words = Words.of(answer);
        return new ProviderError(
                kindOf(answer.status(), words, key),
                answer.status(),
                words.code(),
                Masking.message(words.message(), key),
                words.param(),
                answer.requestId(),
                retryNotBefore(answer, clock));
    }

    private static Kind kindOf(int status, Words words, @Nullable Credential key) {
        return switch (status) {
            case 401 -> key == null ? Kind.KEY_MISSING : Kind.KEY_REJECTED;
            case 402 -> Kind.QUOTA;
            case 403 ->
                    words.says(TRAINING_NOT_AVAILABLE)
                            ? Kind.TRAINING_NOT_AVAILABLE
                            : words.saysOneOf(NO_CREDIT) ? Kind.QUOTA : Kind.FORBIDDEN;
            case 404 -> Kind.NOT_FOUND;
            case 407 -> Kind.FORBIDDEN;
            case 408 -> Kind.TIMEOUT;
            case 429 -> words.saysOneOf(NO_CREDIT) ? Kind.QUOTA : Kind.RATE_LIMITED;
            default -> {
                if (status >= 500) {
                    yield Kind.SERVER_ERROR;
                }
                if (status < 400) {
                    yield Kind
                            .NOT_THIS_PROTOCOL; // a redirect, which we do not follow with a key in
                    // hand
                }
                yield words.saysOneOf(NO_CREDIT) ? Kind.QUOTA : Kind.BAD_REQUEST;
            }
        };
    }

    /// Whether this is a provider's own word that it has no such job or file.
    static boolean saysNoSuchThing(Answered answer) {
        return answer.status() == 404 && Words.of(answer).aboutTheThing();
    }

    /// `retry-after-ms`, else `Retry-After` in seconds or as a date; null when absent, past or unreadable.
    static @Nullable Instant retryNotBefore(Answered answer, InstantSource clock) {
        Instant now = clock.instant();
        Instant asked = null;
        try {
            String millis = answer.header("retry-after-ms");
            String after = answer.header("retry-after");
            if (millis != null && isNumber(millis)) {
                asked = now.plusMillis(Math.round(Math.min(Double.parseDouble(millis), 1e12)));
            } else if (after != null && isNumber(after)) {
                asked =
                        now.plusMillis(
                                Math.round(Math.min(Double.parseDouble(after) * 1000, 1e12)));
            } else if (after != null) {
                asked =
                        ZonedDateTime.parse(after, DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant();
            }
        } catch (DateTimeParseException _) {
            return null;
        }
        if (asked == null || !asked.isAfter(now)) {
            return null;
        }
        Instant latest = now.plus(LONGEST_PAUSE);
        return (asked.isAfter(latest) ? latest : asked).truncatedTo(ChronoUnit.MILLIS);
    }

    private static boolean isNumber(String text) {
        return text.matches("[0-9]{1,15}(\\.[0-9]{1,9})?");
    }

    /// What an error body says, in whichever of the shapes in use: `{"error": {…}}`, `{"error": "…"}`, FastAPI's `detail`
    /// (text, object or list), a bare `{"message": …}`, or no JSON at all.
    ///
    /// @param aboutTheThing false when there are no such words, or they speak of the address
    record Words(
            String message,
            @Nullable String code,
            @Nullable String type,
            @Nullable String param,
            boolean aboutTheThing) {

        boolean says(String word) {
            return word.equals(code) || word.equals(type) || message.contains(word);
        }

        boolean saysOneOf(Set<String> words) {
            return (code != null && words.contains(code)) || (type != null && words.contains(type));
        }

        static Words of(Answered answer) {
            JsonNode root = Json.parse(answer.body());
            if (root != null && root.isObject()) {
                for (String member : new String[] {"error", "detail"}) {
                    JsonNode error = root.path(member);
                    if (error.isArray() && !error.isEmpty()) {
                        error = error.path(0);
                    }
                    Words words = read(error, answer.status());
                    if (words != null) {
                        return words;
                    }
                }
                Words words = read(root, answer.status());
                if (words != null) {
                    return words;
                }
            }
            return new Words(plain(answer, root != null), null, null, null, false);
        }

        private static @Nullable Words read(JsonNode error, int status) {
            String text = Json.text(error);
            if (text != null) {
                return new Words(text, null, null, null, !isAboutTheRoute(text));
            }
            if (!error.isObject()) {
                return null;
            }
            String message = Json.text(error, "message");
            if (message == null) {
                message = Json.text(error, "msg");
            }
            if (message == null) {
                message = Json.text(error, "Message");
            }
            String code = Json.text(error, "code");
            String type = Json.text(error, "type");
            if (message == null && code == null && type == null) {
                return null;
            }
            if (message == null) {
                message = "HTTP " + status + " " + (code != null ? code : type);
            }
            return new Words(
                    message, code, type, Json.text(error, "param"), !isAboutTheRoute(message));
        }

        /// OpenAI and FastAPI say by these words that the address itself leads nowhere.
        private static boolean isAboutTheRoute(String message) {
            return message.startsWith("Invalid URL") || message.strip().equals("Not Found");
        }

        private static String plain(Answered answer, boolean json) {
            String status = "HTTP " + answer.status();
            String location = answer.header("location");
            if (answer.status() >= 300 && answer.status() < 400 && location != null) {
                // Only the host: a sign-in address may carry anything in its query.
                return status + ", a redirect to " + hostOf(location);
            }
            String body = answer.body();
            if (body == null || body.isBlank()) {
                return status + " without a body";
            }
            String type = answer.header("content-type");
            if (body.stripLeading().startsWith("<")
                    || (type != null && type.toLowerCase(Locale.ROOT).contains("html"))) {
                return status + " with a page instead of JSON";
            }
            return json ? status : status + ": " + body;
        }

        private static String hostOf(String location) {
            try {
                String host = java.net.URI.create(location).getHost();
                return host == null ? "another page" : host;
            } catch (IllegalArgumentException _) {
                return "another page";
            }
        }
    }
}
