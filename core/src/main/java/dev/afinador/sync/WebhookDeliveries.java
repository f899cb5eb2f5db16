package dev.afinador.sync;

import dev.afinador.provider.ProviderId;
import java.time.Instant;

/// Which webhook deliveries were received, so that a repeated one has no effect.
public interface WebhookDeliveries {

    /// Notes a delivery; joins the caller's transaction.
    ///
    /// @return false when it was noted before
    boolean isFirst(ProviderId provider, String webhookId, Instant at);

    void prune(Instant before);
}
