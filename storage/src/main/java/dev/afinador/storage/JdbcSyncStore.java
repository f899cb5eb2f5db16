package dev.afinador.storage;

import static dev.afinador.storage.Columns.instant;
import static dev.afinador.storage.Columns.millis;
import static dev.afinador.storage.Columns.smallNumber;

import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderId;
import dev.afinador.sync.SyncState;
import dev.afinador.sync.SyncStore;
import dev.afinador.sync.WebhookDeliveries;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/// The state of each provider's link, and the webhook deliveries received.
public final class JdbcSyncStore implements SyncStore, WebhookDeliveries {

    private static final String COLUMNS =
            """
            SELECT provider_id, requested_at, started_at, finished_at, synced_at, failures,
                   error_code, error_message, error_http_status, retry_not_before
              FROM sync_state
            """;

    private final Database db;

    public JdbcSyncStore(Database db) {
        this.db = db;
    }

    @Override
    public SyncState get(ProviderId provider) {
        return db.read()
                .sql(COLUMNS + " WHERE provider_id = :id")
                .param("id", provider.value())
                .query(JdbcSyncStore::state)
                .optional()
                .orElseGet(() -> SyncState.never(provider));
    }

    @Override
    public List<SyncState> list() {
        return db.read().sql(COLUMNS).query(JdbcSyncStore::state).list();
    }

    private static SyncState state(ResultSet row, int index) throws SQLException {
        return new SyncState(
                new ProviderId(row.getString("provider_id")),
                instant(row, "requested_at"),
                instant(row, "started_at"),
                instant(row, "finished_at"),
                instant(row, "synced_at"),
                row.getInt("failures"),
                row.getString("error_code"),
                row.getString("error_message"),
                smallNumber(row, "error_http_status"),
                instant(row, "retry_not_before"));
    }

    @Override
    public void requested(ProviderId provider, Instant at) {
        int unused =
                db.write()
                        .sql(
                                """
                                INSERT INTO sync_state (provider_id, requested_at, failures) VALUES (:id, :at, 0)
                                ON CONFLICT (provider_id) DO UPDATE SET requested_at = excluded.requested_at
                                 WHERE sync_state.requested_at IS NULL OR sync_state.requested_at < excluded.requested_at\
                                """)
                        .param("id", provider.value())
                        .param("at", millis(at))
                        .update();
    }

    @Override
    public void started(ProviderId provider, Instant at) {
        int unused =
                db.write()
                        .sql(
                                """
                                INSERT INTO sync_state (provider_id, started_at, failures) VALUES (:id, :at, 0)
                                ON CONFLICT (provider_id) DO UPDATE SET started_at = excluded.started_at\
                                """)
                        .param("id", provider.value())
                        .param("at", millis(at))
                        .update();
    }

    @Override
    public void succeeded(ProviderId provider, Instant startedAt, Instant finishedAt) {
        int unused =
                db.write()
                        .sql(
                                """
                                INSERT INTO sync_state (provider_id, started_at, synced_at, finished_at, failures)
                                VALUES (:id, :startedAt, :startedAt, :finishedAt, 0)
                                ON CONFLICT (provider_id) DO UPDATE
                                   SET synced_at = excluded.synced_at, finished_at = excluded.finished_at, failures = 0,
                                       error_code = NULL, error_message = NULL, error_http_status = NULL,
                                       retry_not_before = NULL\
                                """)
                        .param("id", provider.value())
                        .param("startedAt", millis(startedAt))
                        .param("finishedAt", millis(finishedAt))
                        .update();
    }

    @Override
    public void failed(ProviderId provider, Instant finishedAt, ProviderError error) {
        int unused =
                db.write()
                        .sql(
                                """
                                INSERT INTO sync_state (provider_id, finished_at, failures, error_code, error_message,
                                                        error_http_status, retry_not_before)
                                VALUES (:id, :at, 1, :code, :message, :status, :retry)
                                ON CONFLICT (provider_id) DO UPDATE
                                   SET finished_at = excluded.finished_at, failures = sync_state.failures + 1,
                                       error_code = excluded.error_code, error_message = excluded.error_message,
                                       error_http_status = excluded.error_http_status,
                                       retry_not_before = excluded.retry_not_before\
                                """)
                        .param("id", provider.value())
                        .param("at", millis(finishedAt))
                        .param("code", error.stableCode())
                        .param("message", error.message())
                        .param("status", error.httpStatus())
                        .param("retry", millis(error.retryNotBefore()))
                        .update();
    }

    @Override
    public void delete(ProviderId provider) {
        int unused =
                db.write()
                        .sql("DELETE FROM sync_state WHERE provider_id = :id")
                        .param("id", provider.value())
                        .update();
    }

    @Override
    public boolean isFirst(ProviderId provider, String webhookId, Instant at) {
        return db.write()
                        .sql(
                                """
                                INSERT INTO webhook_delivery (provider_id, webhook_id, received_at)
                                VALUES (:provider, :id, :at) ON CONFLICT DO NOTHING\
                                """)
                        .param("provider", provider.value())
                        .param("id", webhookId)
                        .param("at", millis(at))
                        .update()
                == 1;
    }

    @Override
    public void prune(Instant before) {
        int unused =
                db.write()
                        .sql("DELETE FROM webhook_delivery WHERE received_at < :before")
                        .param("before", millis(before))
                        .update();
    }
}
