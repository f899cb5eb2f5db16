package dev.afinador.storage;

import static dev.afinador.storage.Columns.instantNotNull;
import static dev.afinador.storage.Columns.millis;
import static dev.afinador.storage.Columns.number;

import dev.afinador.activation.Activation;
import dev.afinador.activation.ActivationStore;
import dev.afinador.provider.ProviderId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// The history of aliases.
public final class JdbcActivationStore implements ActivationStore {

    private static final String COLUMNS =
            """
            SELECT alias, number, provider_id, model, job_id, previous_model, by_name, reason, rollback_of, at
              FROM activation a
            """;

    private static final String IN_FORCE =
            " WHERE number = (SELECT MAX(number) FROM activation b WHERE b.alias = a.alias)";

    private final Database db;

    public JdbcActivationStore(Database db) {
        this.db = db;
    }

    @Override
    public boolean append(Activation a) {
        // The number must follow the highest there is, and the primary key lets only one writer
        // have it.
        return db.write()
                        .sql(
                                """
                                INSERT INTO activation (alias, number, provider_id, model, job_id, previous_model, by_name,
                                                        reason, rollback_of, at)
                                SELECT :alias, CAST(:number AS BIGINT), :provider, :model, :job, :previous, :by, :reason,
                                       CAST(:rollbackOf AS BIGINT), CAST(:at AS BIGINT)
                                 WHERE COALESCE((SELECT MAX(number) FROM activation WHERE alias = :alias), 0) + 1 = :number
                                ON CONFLICT DO NOTHING\
                                """)
                        .param("alias", a.alias())
                        .param("number", a.number())
                        .param("provider", a.provider().value())
                        .param("model", a.model())
                        .param("job", a.job())
                        .param("previous", a.previousModel())
                        .param("by", a.by())
                        .param("reason", a.reason())
                        .param("rollbackOf", a.rollbackOf())
                        .param("at", millis(a.at()))
                        .update()
                == 1;
    }

    private static Activation activation(ResultSet row, int index) throws SQLException {
        return new Activation(
                row.getString("alias"),
                row.getLong("number"),
                new ProviderId(row.getString("provider_id")),
                row.getString("model"),
                row.getString("job_id"),
                row.getString("previous_model"),
                row.getString("by_name"),
                row.getString("reason"),
                number(row, "rollback_of"),
                instantNotNull(row, "at"));
    }

    @Override
    public Optional<Activation> current(String alias) {
        return history(alias, 1).stream().findFirst();
    }

    @Override
    public List<Activation> current() {
        return db.read()
                .sql(COLUMNS + IN_FORCE + " ORDER BY alias")
                .query(JdbcActivationStore::activation)
                .list();
    }

    @Override
    public List<Activation> history(String alias, int limit) {
        return db.read()
                .sql(COLUMNS + " WHERE alias = :alias ORDER BY number DESC LIMIT :limit")
                .param("alias", alias)
                .param("limit", limit)
                .query(JdbcActivationStore::activation)
                .list();
    }

    @Override
    public boolean inForce(String model) {
        return db.read()
                .sql(COLUMNS + IN_FORCE + " AND model = :model LIMIT 1")
                .param("model", model)
                .query(JdbcActivationStore::activation)
                .optional()
                .isPresent();
    }
}
