package dev.afinador.storage;

import static dev.afinador.storage.Columns.instantNotNull;
import static dev.afinador.storage.Columns.millis;
import static dev.afinador.storage.Columns.smallNumber;

import dev.afinador.provider.CallJournal;
import dev.afinador.provider.ProviderId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/// The journal of calls. Trouble with it never becomes trouble of the call that it tells of.
public final class JdbcCallJournal implements CallJournal {

    private static final Logger log = LoggerFactory.getLogger(JdbcCallJournal.class);

    private static final String COLUMNS =
            """
            SELECT at, provider_id, job_id, call, http_status, millis, request_id, error
              FROM provider_call
            """;

    private final Database db;

    public JdbcCallJournal(Database db) {
        this.db = db;
    }

    @Override
    public void record(Call call) {
        try {
            int unused =
                    db.write()
                            .sql(
                                    """
                                    INSERT INTO provider_call (at, provider_id, job_id, call, http_status, millis, request_id, error)
                                    VALUES (:at, :provider, :job, :call, :status, :millis, :request, :error)\
                                    """)
                            .param("at", millis(call.at()))
                            .param("provider", call.provider().value())
                            .param("job", call.jobId())
                            .param("call", call.call())
                            .param("status", call.httpStatus())
                            .param("millis", call.millis())
                            .param("request", call.requestId())
                            .param("error", call.error())
                            .update();
        } catch (DataAccessException e) {
            log.warn(
                    "a call to provider {} could not be written to the journal",
                    call.provider(),
                    e);
        }
    }

    private static Call call(ResultSet row, int index) throws SQLException {
        return new Call(
                instantNotNull(row, "at"),
                new ProviderId(row.getString("provider_id")),
                row.getString("job_id"),
                row.getString("call"),
                smallNumber(row, "http_status"),
                row.getLong("millis"),
                row.getString("request_id"),
                row.getString("error"));
    }

    @Override
    public List<Call> ofJob(String jobId, ProviderId provider, int limit) {
        // Bulk calls before the job was there do not concern it.
        return db.read()
                .sql(
                        COLUMNS
                                + """
                                WHERE job_id = :job
                                   OR (provider_id = :provider AND job_id IS NULL
                                       AND at >= COALESCE((SELECT created_at FROM job WHERE id = :job), 0)
                                       AND at <= COALESCE((SELECT finished_at FROM job WHERE id = :job), 9223372036854775807))
                                ORDER BY id DESC LIMIT :limit\
                                """)
                .param("job", jobId)
                .param("provider", provider.value())
                .param("limit", limit)
                .query(JdbcCallJournal::call)
                .list();
    }

    @Override
    public List<Call> ofProvider(ProviderId provider, int limit) {
        return db.read()
                .sql(COLUMNS + " WHERE provider_id = :provider ORDER BY id DESC LIMIT :limit")
                .param("provider", provider.value())
                .param("limit", limit)
                .query(JdbcCallJournal::call)
                .list();
    }

    @Override
    public void prune(Instant jobCallsBefore, Instant bulkCallsBefore) {
        int jobCalls =
                db.write()
                        .sql("DELETE FROM provider_call WHERE at < :before AND job_id IS NOT NULL")
                        .param("before", millis(jobCallsBefore))
                        .update();
        int bulkCalls =
                db.write()
                        .sql("DELETE FROM provider_call WHERE at < :before AND job_id IS NULL")
                        .param("before", millis(bulkCallsBefore))
                        .update();
    }
}
