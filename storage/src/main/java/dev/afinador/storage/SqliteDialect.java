package dev.afinador.storage;

import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.jdbc.SqliteJdbcCustomization;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

final class SqliteDialect implements Dialect {

    @Override
    public Map<String, String> schemaWords() {
        return Map.of("bytes", "BLOB", "serial", "INTEGER PRIMARY KEY AUTOINCREMENT");
    }

    /// Writing transactions hold the one write lock from their first statement on.
    @Override
    public String forUpdate() {
        return "";
    }

    @Override
    public String contains(String text, String part) {
        return "INSTR(" + text + ", " + part + ") > 0";
    }

    /// SQLite tells a unique index from a primary key by its result code, but not one index from another; no table has two
    /// that a caller could run into.
    @Override
    public boolean violatesUnique(DataAccessException e, String index) {
        return resultCode(e) == SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE;
    }

    @Override
    public boolean violatesReference(DataAccessException e) {
        return resultCode(e) == SQLiteErrorCode.SQLITE_CONSTRAINT_FOREIGNKEY;
    }

    private static @Nullable SQLiteErrorCode resultCode(DataAccessException e) {
        return e.getRootCause() instanceof SQLiteException cause ? cause.getResultCode() : null;
    }

    @Override
    public SchedulerBuilder configure(SchedulerBuilder scheduler) {
        return scheduler.jdbcCustomization(new MillisecondTimes());
    }

    private static final class MillisecondTimes extends SqliteJdbcCustomization {
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
