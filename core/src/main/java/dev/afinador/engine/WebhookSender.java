package dev.afinador.engine;

import dev.afinador.provider.Credential;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Signs and posts an event, once. Redirects are not followed.
@FunctionalInterface
public interface WebhookSender {

    /// @param secrets every one of them signs
    Outcome send(URI url, String id, String body, List<Credential> secrets);

    sealed interface Outcome {
        /// @param retryAfter what the receiver wishes, or null
        record Answered(int status, @Nullable Duration retryAfter) implements Outcome {}

        /// No answer came: unreachable, too slow, or not allowed.
        record NoAnswer(String why) implements Outcome {}
    }
}
