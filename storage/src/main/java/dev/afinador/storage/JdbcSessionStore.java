package dev.afinador.storage;

import dev.afinador.access.Principal;
import dev.afinador.access.Role;
import dev.afinador.access.SessionStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// Sign-in codes and sessions.
public final class JdbcSessionStore implements SessionStore {

    private final Database database;

    public JdbcSessionStore(Database database) {
        this.database = database;
    }

    @Override
    public void insertCode(String codeHash, Principal principal, Instant expiresAt) {
        database.write(
                        """
                        INSERT INTO sign_in_code (code_hash, principal_name, principal_role, expires_at)
                        VALUES (:hash, :name, :role, :expires_at)
                        """,
                        values(codeHash, principal).time("expires_at", expiresAt))
                .update();
    }

    /// The row goes and its content comes back in one statement, so of two at a time one gets nothing.
    @Override
    public Optional<Principal> takeCode(String codeHash, Instant now) {
        return database.write(
                        """
                        DELETE FROM sign_in_code WHERE code_hash = :hash AND expires_at > :now
                        RETURNING principal_name, principal_role
                        """,
                        Values.of("hash", codeHash).time("now", now))
                .query(JdbcSessionStore::principal)
                .optional();
    }

    @Override
    public void insertSession(
            String tokenHash, Principal principal, Instant createdAt, Instant expiresAt) {
        database.write(
                        """
                        INSERT INTO user_session (token_hash, principal_name, principal_role, created_at, expires_at)
                        VALUES (:hash, :name, :role, :created_at, :expires_at)
                        """,
                        values(tokenHash, principal)
                                .time("created_at", createdAt)
                                .time("expires_at", expiresAt))
                .update();
    }

    @Override
    public Optional<Principal> findSession(String tokenHash, Instant now) {
        return database.read(
                        """
                        SELECT principal_name, principal_role FROM user_session
                         WHERE token_hash = :hash AND expires_at > :now
                        """,
                        Values.of("hash", tokenHash).time("now", now))
                .query(JdbcSessionStore::principal)
                .optional();
    }

    @Override
    public void deleteSession(String tokenHash) {
        database.write(
                        "DELETE FROM user_session WHERE token_hash = :hash",
                        Values.of("hash", tokenHash))
                .update();
    }

    @Override
    public void prune(Instant now) {
        Values at = Values.none().time("now", now);
        database.inTransaction(() ->
                database.write("DELETE FROM sign_in_code WHERE expires_at <= :now", at).update()
                        + database.write("DELETE FROM user_session WHERE expires_at <= :now", at)
                                .update());
    }

    private static Values values(String hash, Principal principal) {
        return Values.of("hash", hash)
                .text("name", principal.name())
                .word("role", principal.role());
    }

    private static Principal principal(ResultSet row, int number) throws SQLException {
        return new Principal(
                row.getString("principal_name"), Rows.word(row, "principal_role", Role.class));
    }
}
