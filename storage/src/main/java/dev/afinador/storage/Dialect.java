package dev.afinador.storage;

import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.SqliteJdbcCustomization;

/// What differs between the two databases.
enum Dialect {
    SQLITE("db/migration/sqlite") {
        @Override
        String lockRow() {
            return ""; // a writing transaction has the whole database for itself
        }

        @Override
        JdbcCustomization taskDialect() {
            return new SqliteJdbcCustomization();
        }
    },
    POSTGRESQL("db/migration/postgresql") {
        @Override
        String lockRow() {
            return " FOR UPDATE";
        }

        @Override
        JdbcCustomization taskDialect() {
            return new PostgreSqlJdbcCustomization(false, false);
        }
    };

    private final String migrations;

    Dialect(String migrations) {
        this.migrations = migrations;
    }

    String migrations() {
        return migrations;
    }

    /// Goes behind a SELECT whose rows nobody else may change until the transaction ends.
    abstract String lockRow();

    abstract JdbcCustomization taskDialect();
}
