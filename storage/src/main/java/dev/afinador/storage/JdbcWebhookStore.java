package dev.afinador.storage;

import dev.afinador.engine.WebhookDelivery;
import dev.afinador.engine.WebhookEndpoint;
import dev.afinador.engine.WebhookStore;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Endpoints of the engine's webhooks, their sealed secrets, and deliveries that were not taken yet.
public final class JdbcWebhookStore implements WebhookStore {

    private static final String SELECT =
            """
            SELECT id, name, url, event_types, hint, created_at, updated_at, disabled_at FROM engine_webhook_endpoint
            """;

    private final Database database;

    public JdbcWebhookStore(Database database) {
        this.database = database;
    }

    @Override
    public void insert(WebhookEndpoint endpoint, byte[] sealed) {
        database.write(
                        """
                        INSERT INTO engine_webhook_endpoint (id, name, url, event_types, hint, sealed, created_at, updated_at,
                                                             disabled_at)
                        VALUES (:id, :name, :url, :event_types, :hint, :sealed, :created_at, :updated_at, :disabled_at)
                        """,
                        values(endpoint)
                                .text("hint", endpoint.hint())
                                .bytes("sealed", sealed)
                                .time("created_at", endpoint.createdAt()))
                .update();
    }

    @Override
    public Optional<WebhookEndpoint> find(String id) {
        return database.read(SELECT + "WHERE id = :id", key(id))
                .query(JdbcWebhookStore::endpoint)
                .optional();
    }

    @Override
    public List<WebhookEndpoint> list(@Nullable String after, int limit) {
        Values values = Values.none().number("limit", limit);
        String since = "";
        if (after != null) {
            since =
                    "WHERE serial < (SELECT serial FROM engine_webhook_endpoint WHERE id = :after) ";
            values.text("after", after);
        }
        return database.read(SELECT + since + "ORDER BY serial DESC LIMIT :limit", values)
                .query(JdbcWebhookStore::endpoint)
                .list();
    }

    @Override
    public boolean update(WebhookEndpoint endpoint) {
        return database.write(
                                """
                                UPDATE engine_webhook_endpoint
                                   SET name = :name, url = :url, event_types = :event_types, updated_at = :updated_at,
                                       disabled_at = :disabled_at
                                 WHERE id = :id
                                """,
                                values(endpoint))
                        .update()
                == 1;
    }

    @Override
    public void rotate(
            String id, byte[] sealed, String hint, Instant at, @Nullable Instant oldUntil) {
        database.write(
                        oldUntil == null
                                ? """
                                UPDATE engine_webhook_endpoint
                                   SET sealed = :sealed, hint = :hint, updated_at = :at, old_sealed = NULL,
                                       old_sealed_until = :until
                                 WHERE id = :id
                                """
                                : """
                                UPDATE engine_webhook_endpoint
                                   SET old_sealed = sealed, old_sealed_until = :until, sealed = :sealed, hint = :hint,
                                       updated_at = :at
                                 WHERE id = :id
                                """,
                        key(id).bytes("sealed", sealed)
                                .text("hint", hint)
                                .time("at", at)
                                .time("until", oldUntil))
                .update();
    }

    @Override
    public List<byte[]> secrets(String id, Instant now) {
        return database.read(
                        """
                        SELECT sealed, old_sealed, old_sealed_until FROM engine_webhook_endpoint WHERE id = :id
                        """,
                        key(id))
                .query((row, i) -> {
                    List<byte[]> both = new ArrayList<>();
                    both.add(row.getBytes("sealed"));
                    byte[] old = row.getBytes("old_sealed");
                    Instant until = Rows.instantOrNull(row, "old_sealed_until");
                    if (old != null && until != null && now.isBefore(until)) {
                        both.add(old);
                    }
                    return both;
                })
                .optional()
                .orElse(List.of());
    }

    @Override
    public boolean delete(String id) {
        return database.write("DELETE FROM engine_webhook_endpoint WHERE id = :id", key(id))
                        .update()
                == 1;
    }

    @Override
    public void insertDelivery(WebhookDelivery delivery) {
        database.write(
                        """
                        INSERT INTO engine_webhook_delivery (id, endpoint_id, event_type, body, created_at, attempts)
                        VALUES (:id, :endpoint, :event_type, :body, :created_at, :attempts)
                        """,
                        key(delivery.id())
                                .text("endpoint", delivery.endpointId())
                                .text("event_type", delivery.eventType())
                                .text("body", delivery.body())
                                .time("created_at", delivery.createdAt())
                                .number("attempts", delivery.attempts()))
                .update();
    }

    @Override
    public Optional<WebhookDelivery> findDelivery(String id) {
        return database.read(
                        """
                        SELECT id, endpoint_id, event_type, body, created_at, attempts FROM engine_webhook_delivery
                         WHERE id = :id
                        """,
                        key(id))
                .query((row, i) ->
                        new WebhookDelivery(
                                row.getString("id"),
                                row.getString("endpoint_id"),
                                row.getString("event_type"),
                                row.getString("body"),
                                Rows.instant(row, "created_at"),
                                row.getInt("attempts")))
                .optional();
    }

    @Override
    public void countAttempt(String deliveryId) {
        database.write(
                        "UPDATE engine_webhook_delivery SET attempts = attempts + 1 WHERE id = :id",
                        key(deliveryId))
                .update();
    }

    @Override
    public void deleteDelivery(String id) {
        database.write("DELETE FROM engine_webhook_delivery WHERE id = :id", key(id)).update();
    }

    private static Values key(String id) {
        return Values.of("id", id);
    }

    private static Values values(WebhookEndpoint endpoint) {
        return key(endpoint.id())
                .text("name", endpoint.name())
                .text("url", endpoint.url().toString())
                .text("event_types", JsonText.of(endpoint.eventTypes()))
                .time("updated_at", endpoint.updatedAt())
                .time("disabled_at", endpoint.disabledAt());
    }

    private static WebhookEndpoint endpoint(ResultSet row, int number) throws SQLException {
        return new WebhookEndpoint(
                row.getString("id"),
                row.getString("name"),
                URI.create(row.getString("url")),
                JsonText.list(row.getString("event_types")),
                row.getString("hint"),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"),
                Rows.instantOrNull(row, "disabled_at"));
    }
}
