package dev.afinador.storage;

import static dev.afinador.storage.Columns.millis;
import static dev.afinador.storage.Columns.value;
import static dev.afinador.storage.Columns.word;

import dev.afinador.access.Principal;
import dev.afinador.access.Role;
import dev.afinador.access.SessionStore;
import java.time.Instant;
import java.util.Optional;

/// Sign-in codes and sessions.
public final class JdbcSessionStore implements SessionStore {

    private final Database db;

    public JdbcSessionStore(Database db) {
        this.db = db;
    }

    @Override
    public void insertCode(String codeHash, Principal principal, Instant expiresAt) {
        int unused =
                db.write()
                        .sql(
                                "INSERT INTO sign_in_code (hash, name, role, expires_at) VALUES (:hash, :name, :role, :expiresAt)")
                        .param("hash", codeHash)
                        .param("name", principal.name())
                        .param("role", word(principal.role()))
                        .param("expiresAt", millis(expiresAt))
                        .update();
    }

    @Override
    public Optional<Principal> takeCode(String codeHash, Instant now) {
        return db.write()
                .sql(
                        "DELETE FROM sign_in_code WHERE hash = :hash AND expires_at > :now RETURNING name, role")
                .param("hash", codeHash)
                .param("now", millis(now))
                .query((row, i) ->
                        new Principal(row.getString("name"), value(Role.class, row, "role")))
                .optional();
    }

    @Override
    public void insertSession(
            String tokenHash, Principal principal, Instant createdAt, Instant expiresAt) {
        int unused =
                db.write()
                        .sql(
                                """
                                INSERT INTO session (hash, name, role, created_at, expires_at)
                                VALUES (:hash, :name, :role, :createdAt, :expiresAt)\
                                """)
                        .param("hash", tokenHash)
                        .param("name", principal.name())
                        .param("role", word(principal.role()))
                        .param("createdAt", millis(createdAt))
                        .param("expiresAt", millis(expiresAt))
                        .update();
    }

    @Override
    public Optional<Principal> findSession(String tokenHash, Instant now) {
        return db.read()
                .sql("SELECT name, role FROM session WHERE hash = :hash AND expires_at > :now")
                .param("hash", tokenHash)
                .param("now", millis(now))
                .query((row, i) ->
                        new Principal(row.getString("name"), value(Role.class, row, "role")))
                .optional();
    }

    @Override
    public void deleteSession(String tokenHash) {
        int unused =
                db.write()
                        .sql("DELETE FROM session WHERE hash = :hash")
                        .param("hash", tokenHash)
                        .update();
    }

    @Override
    public void prune(Instant now) {
        int codes =
                db.write()
                        .sql("DELETE FROM sign_in_code WHERE expires_at <= :now")
                        .param("now", millis(now))
                        .update();
        int sessions =
                db.write()
                        .sql("DELETE FROM session WHERE expires_at <= :now")
                        .param("now", millis(now))
                        .update();
    }
}
