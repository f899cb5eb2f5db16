package dev.afinador.storage;

import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.springframework.dao.DataAccessException;

final class PostgresDialect implements Dialect {

    @Override
    public Map<String, String> schemaWords() {
        return Map.of(
                "bytes", "BYTEA", "serial", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY");
    }

    @Override
    public String forUpdate() {
        return "FOR UPDATE";
    }

    @Override
    public String contains(String text, String part) {
        return "STRPOS(" + text + ", " + part + ") > 0";
    }

    @Override
    public boolean violatesUnique(DataAccessException e, String index) {
        return e.getRootCause() instanceof PSQLException cause
                && PSQLState.UNIQUE_VIOLATION.getState().equals(cause.getSQLState())
                && cause.getServerErrorMessage() != null
                && index.equals(cause.getServerErrorMessage().getConstraint());
    }

    @Override
    public boolean violatesReference(DataAccessException e) {
        return e.getRootCause() instanceof PSQLException cause
                && PSQLState.FOREIGN_KEY_VIOLATION.getState().equals(cause.getSQLState());
    }

    /// Several machines claim from one table: claiming and locking in one statement keeps them from fetching the same rows.
    @Override
    public SchedulerBuilder configure(SchedulerBuilder scheduler) {
        return scheduler.jdbcCustomization(new MillisecondTimes()).pollUsingLockAndFetch(0.5, 1.0);
    }

    private static final class MillisecondTimes extends PostgreSqlJdbcCustomization {

        MillisecondTimes() {
            super(false, false);
        }

        @Override
        public void setInstant(PreparedStatement statement, int index, @Nullable Instant value)
                throws SQLException {
            Rows.setInstant(statement, index, value);
        }

        @Override
        public @Nullable Instant getInstant(ResultSet row, String column) throws SQLException {
            return Rows.instantOrNull(row, column);
        }
    }
}
