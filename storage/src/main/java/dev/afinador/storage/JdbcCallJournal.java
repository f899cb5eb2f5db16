package dev.afinador.storage;

import dev.afinador.provider.CallJournal;
import dev.afinador.provider.ProviderId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The journal of calls, one row each.
public final class JdbcCallJournal implements CallJournal {

    private static final Logger log = LoggerFactory.getLogger(JdbcCallJournal.class);

    private final Database database;

    public JdbcCallJournal(Database database) {
        this.database = database;
    }

    /// A journal that cannot be written breaks no call: that is logged, and the entry is lost.
    ///
    /// Calls are made outside of transactions, whose rollback would take the entry along and which would hold SQLite's only
    /// writing connection for as long as the call takes.
    @Override
    public void record(Call call) {
        assert !database.inTransaction() : "a provider was called inside a transaction";
        try {
            database.write(
                            """
                            INSERT INTO provider_call (at, provider_id, job_id, call, http_status, millis, request_id,
                                                       error)
                            VALUES (:at, :provider, :job, :call, :http_status, :millis, :request_id, :error)
                            """,
                            Values.none()
                                    .time("at", call.at())
                                    .text("provider", call.provider().value())
                                    .text("job", call.jobId())
                                    .text("call", call.call())
                                    .number("http_status", call.httpStatus())
                                    .number("millis", call.millis())
                                    .text("request_id", call.requestId())
                                    .text("error", call.error()))
                    .update();
        } catch (RuntimeException e) {
            log.warn("a call to provider {} was not journalled", call.provider(), e);
        }
    }

    /// Bulk calls from before the job was there, or from long after it was over, do not concern it. Each half is read from
    /// its own index, then the newest of both are taken.
    @Override
    public List<Call> ofJob(String jobId, ProviderId provider, int limit) {
        String sql =
                """
                SELECT serial, at, provider_id, job_id, call, http_status, millis, request_id, error
                  FROM (SELECT * FROM provider_call
                         WHERE job_id = :job AND provider_id = :provider
                         ORDER BY at DESC, serial DESC LIMIT :limit) AS own
                UNION ALL
                SELECT serial, at, provider_id, job_id, call, http_status, millis, request_id, error
                  FROM (SELECT * FROM provider_call
                         WHERE job_id IS NULL AND provider_id = :provider
                           AND at >= COALESCE((SELECT created_at FROM job WHERE id = :job), 0)
                           AND at <= COALESCE((SELECT finished_at FROM job WHERE id = :job) + 60000,
                                              9223372036854775807)
                         ORDER BY at DESC, serial DESC LIMIT :limit) AS bulk
                ORDER BY at DESC, serial DESC LIMIT :limit
                """;
        return database.read(
                        sql,
                        Values.of("job", jobId)
                                .text("provider", provider.value())
                                .number("limit", limit))
                .query(JdbcCallJournal::call)
                .list();
    }

    @Override
    public List<Call> ofProvider(ProviderId provider, int limit) {
        return database.read(
                        """
                        SELECT at, provider_id, job_id, call, http_status, millis, request_id, error
                          FROM provider_call
                         WHERE provider_id = :provider
                         ORDER BY at DESC, serial DESC LIMIT :limit
                        """,
                        Values.of("provider", provider.value()).number("limit", limit))
                .query(JdbcCallJournal::call)
                .list();
    }

    @Override
    public void prune(Instant jobCallsBefore, Instant bulkCallsBefore) {
        database.write(
                        """
                        DELETE FROM provider_call
                         WHERE (job_id IS NOT NULL AND at < :job_calls_before)
                            OR (job_id IS NULL AND at < :bulk_calls_before)
                        """,
                        Values.none()
                                .time("job_calls_before", jobCallsBefore)
                                .time("bulk_calls_before", bulkCallsBefore))
                .update();
    }

    private static Call call(ResultSet row, int number) throws SQLException {
        return new Call(
                Rows.instant(row, "at"),
                new ProviderId(row.getString("provider_id")),
                Rows.textOrNull(row, "job_id"),
                row.getString("call"),
                Rows.intOrNull(row, "http_status"),
                row.getLong("millis"),
                Rows.textOrNull(row, "request_id"),
                Rows.textOrNull(row, "error"));
    }
}
