package dev.afinador.engine;

import java.time.Instant;

/// One event on its way to one endpoint.
///
/// @param id       the same across attempts: receivers drop duplicates by it
/// @param body     the exact bytes that are signed and sent
/// @param attempts how often it was sent in vain
public record WebhookDelivery(
        String id,
        String endpointId,
        String eventType,
        String body,
        Instant createdAt,
        int attempts) {}
