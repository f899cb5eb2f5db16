package dev.afinador.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Endpoints of webhooks and what is on its way to them.
public interface WebhookStore {

    /// @param sealed the signing secret
    void insert(WebhookEndpoint endpoint, byte[] sealed);

    Optional<WebhookEndpoint> find(String id);

    /// Newest first.
    ///
    /// @param after id of the endpoint before the first; null from the newest
    List<WebhookEndpoint> list(@Nullable String after, int limit);

    /// Everything but id, secret and creation.
    ///
    /// @return false when it is not there
    boolean update(WebhookEndpoint endpoint);

    /// Gives it another secret. The old one may go on to sign too until `oldUntil`; null forgets it.
    void rotate(String id, byte[] sealed, String hint, Instant at, @Nullable Instant oldUntil);

    /// The sealed secrets that sign at `now`, the newest first; empty when there is no such endpoint.
    List<byte[]> secrets(String id, Instant now);

    /// With all that is on its way to it.
    boolean delete(String id);

    void insertDelivery(WebhookDelivery delivery);

    Optional<WebhookDelivery> findDelivery(String id);

    void countAttempt(String deliveryId);

    void deleteDelivery(String id);
}
