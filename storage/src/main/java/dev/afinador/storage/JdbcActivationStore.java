package dev.afinador.storage;

import dev.afinador.activation.Activation;
import dev.afinador.activation.ActivationStore;
import dev.afinador.provider.ProviderId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// The append-only history of every alias.
public final class JdbcActivationStore implements ActivationStore {

    private static final String SELECT =
            """
            SELECT alias, number, provider_id, model, job_id, previous_model, activated_by, reason, rollback_of, at
              FROM activation a
            """;

    private final Database database;

    public JdbcActivationStore(Database database) {
        this.database = database;
    }

    /// The condition keeps the numbers without gaps, the primary key lets one of two at a time win.
    @Override
    public boolean append(Activation activation) {
        return database.write(
                                """
                                INSERT INTO activation (alias, number, provider_id, model, job_id, previous_model,
                                                        activated_by, reason, rollback_of, at)
                                SELECT :alias, :number, :provider, :model, :job, :previous, :by, :reason,
                                       :rollback_of, :at
                                 WHERE :number = 1 + (SELECT COALESCE(MAX(number), 0) FROM activation
                                                       WHERE alias = :alias)
                                ON CONFLICT (alias, number) DO NOTHING
                                """,
                                Values.of("alias", activation.alias())
                                        .number("number", activation.number())
                                        .text("provider", activation.provider().value())
                                        .text("model", activation.model())
                                        .text("job", activation.job())
                                        .text("previous", activation.previousModel())
                                        .text("by", activation.by())
                                        .text("reason", activation.reason())
                                        .number("rollback_of", activation.rollbackOf())
                                        .time("at", activation.at()))
                        .update()
                == 1;
    }

    @Override
    public Optional<Activation> current(String alias) {
        return history(alias, 1).stream().findFirst();
    }

    @Override
    public List<Activation> current() {
        String sql =
                SELECT
                        + """
                        WHERE number = (SELECT MAX(number) FROM activation b WHERE b.alias = a.alias)
                        ORDER BY alias
                        """;
        return database.read(sql, Values.none()).query(JdbcActivationStore::activation).list();
    }

    @Override
    public List<Activation> history(String alias, int limit) {
        return database.read(
                        SELECT + "WHERE alias = :alias ORDER BY number DESC LIMIT :limit",
                        Values.of("alias", alias).number("limit", limit))
                .query(JdbcActivationStore::activation)
                .list();
    }

    @Override
    public boolean inForce(String model) {
        return current().stream().anyMatch(a -> a.model().equals(model));
    }

    private static Activation activation(ResultSet row, int number) throws SQLException {
        return new Activation(
                row.getString("alias"),
                row.getLong("number"),
                new ProviderId(row.getString("provider_id")),
                row.getString("model"),
                Rows.textOrNull(row, "job_id"),
                Rows.textOrNull(row, "previous_model"),
                row.getString("activated_by"),
                Rows.textOrNull(row, "reason"),
                Rows.longOrNull(row, "rollback_of"),
                Rows.instant(row, "at"));
    }
}
