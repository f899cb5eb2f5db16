package dev.afinador.access;

import java.time.Instant;
import java.util.Optional;

/// Where sign-in codes and sessions are kept, by the SHA-256 of their secret, so that a stolen database opens no door.
public interface SessionStore {

    void insertCode(String codeHash, Principal principal, Instant expiresAt);

    /// Uses a code up: gives its principal once, and only before it expires.
    Optional<Principal> takeCode(String codeHash, Instant now);

    void insertSession(String tokenHash, Principal principal, Instant createdAt, Instant expiresAt);

    Optional<Principal> findSession(String tokenHash, Instant now);

    void deleteSession(String tokenHash);

    /// Forgets what has expired.
    void prune(Instant now);
}
