package dev.afinador.engine;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Somebody who wants to hear of the ends of jobs.
///
/// @param hint       what may be shown of the signing secret
/// @param disabledAt when it answered that it is gone (410) or its last delivery was given up; null while it is served
public record WebhookEndpoint(
        String id,
        String name,
        URI url,
        List<String> eventTypes,
        String hint,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant disabledAt) {
    public WebhookEndpoint {
        eventTypes = List.copyOf(eventTypes);
    }
}
