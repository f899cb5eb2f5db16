package dev.afinador.storage;

import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderId;
import dev.afinador.sync.SyncState;
import dev.afinador.sync.SyncStore;
import dev.afinador.sync.WebhookDeliveries;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/// The state of each provider's link, and which webhook deliveries came in.
public final class JdbcSyncStore implements SyncStore, WebhookDeliveries {

    private static final String SELECT =
            """
            SELECT provider_id, requested_at, started_at, finished_at, synced_at, failures, error_code, error_message,
                   error_http_status, retry_not_before
              FROM sync_state
            """;

    private final Database database;

    public JdbcSyncStore(Database database) {
        this.database = database;
    }

    @Override
    public SyncState get(ProviderId provider) {
        return database.read(SELECT + "WHERE provider_id = :provider", key(provider))
                .query(JdbcSyncStore::state)
                .optional()
                .orElseGet(() -> SyncState.never(provider));
    }

    @Override
    public List<SyncState> list() {
        return database.read(SELECT + "ORDER BY provider_id", Values.none())
                .query(JdbcSyncStore::state)
                .list();
    }

    @Override
    public void requested(ProviderId provider, Instant at) {
        database.write(
                        """
                        INSERT INTO sync_state (provider_id, requested_at, failures) VALUES (:provider, :at, 0)
                        ON CONFLICT (provider_id) DO UPDATE SET requested_at = excluded.requested_at
                         WHERE sync_state.requested_at IS NULL
                            OR sync_state.requested_at < excluded.requested_at
                        """,
                        key(provider).time("at", at))
                .update();
    }

    @Override
    public void started(ProviderId provider, Instant at) {
        database.write(
                        """
                        INSERT INTO sync_state (provider_id, started_at, failures) VALUES (:provider, :at, 0)
                        ON CONFLICT (provider_id)
                           DO UPDATE SET started_at = excluded.started_at, requested_at = NULL
                        """,
                        key(provider).time("at", at))
                .update();
    }

    @Override
    public void brought(ProviderId provider, Instant startedAt) {
        database.write(
                        """
                        INSERT INTO sync_state (provider_id, synced_at, failures) VALUES (:provider, :at, 0)
                        ON CONFLICT (provider_id) DO UPDATE SET synced_at = excluded.synced_at
                        """,
                        key(provider).time("at", startedAt))
                .update();
    }

    @Override
    public void succeeded(ProviderId provider, Instant startedAt, Instant finishedAt) {
        database.write(
                        """
                        INSERT INTO sync_state (provider_id, started_at, finished_at, synced_at, failures)
                        VALUES (:provider, :started_at, :finished_at, :started_at, 0)
                        ON CONFLICT (provider_id)
                           DO UPDATE SET finished_at = excluded.finished_at, synced_at = excluded.synced_at,
                                         failures = 0, error_code = NULL, error_message = NULL,
                                         error_http_status = NULL, retry_not_before = NULL
                        """,
                        key(provider).time("started_at", startedAt).time("finished_at", finishedAt))
                .update();
    }

    @Override
    public void failed(ProviderId provider, Instant finishedAt, ProviderError error) {
        database.write(
                        """
                        INSERT INTO sync_state (provider_id, finished_at, failures, error_code, error_message,
                                                error_http_status, retry_not_before)
                        VALUES (:provider, :finished_at, 1, :code, :message, :http_status, :retry_not_before)
                        ON CONFLICT (provider_id)
                           DO UPDATE SET finished_at = excluded.finished_at, failures = sync_state.failures + 1,
                                         error_code = excluded.error_code, error_message = excluded.error_message,
                                         error_http_status = excluded.error_http_status,
                                         retry_not_before = excluded.retry_not_before
                        """,
                        key(provider)
                                .time("finished_at", finishedAt)
                                .text("code", error.stableCode())
                                .text("message", error.message())
                                .number("http_status", error.httpStatus())
                                .time("retry_not_before", error.retryNotBefore()))
                .update();
    }

    @Override
    public void delete(ProviderId provider) {
        database.write("DELETE FROM sync_state WHERE provider_id = :provider", key(provider))
                .update();
    }

    @Override
    public boolean isFirst(ProviderId provider, String webhookId, Instant at) {
        return database.write(
                                """
                                INSERT INTO webhook_delivery (provider_id, webhook_id, received_at)
                                VALUES (:provider, :id, :at)
                                ON CONFLICT (provider_id, webhook_id) DO NOTHING
                                """,
                                key(provider).text("id", webhookId).time("at", at))
                        .update()
                == 1;
    }

    @Override
    public void prune(Instant before) {
        database.write(
                        "DELETE FROM webhook_delivery WHERE received_at < :before",
                        Values.none().time("before", before))
                .update();
    }

    private static Values key(ProviderId provider) {
        return Values.of("provider", provider.value());
    }

    private static SyncState state(ResultSet row, int number) throws SQLException {
        return new SyncState(
                new ProviderId(row.getString("provider_id")),
                Rows.instantOrNull(row, "requested_at"),
                Rows.instantOrNull(row, "started_at"),
                Rows.instantOrNull(row, "finished_at"),
                Rows.instantOrNull(row, "synced_at"),
                row.getInt("failures"),
                Rows.textOrNull(row, "error_code"),
                Rows.textOrNull(row, "error_message"),
                Rows.intOrNull(row, "error_http_status"),
                Rows.instantOrNull(row, "retry_not_before"));
    }
}
