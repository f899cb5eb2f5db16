package dev.afinador.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/// One-time codes and the sessions they open. Secrets are 256 random bits; only their SHA-256 is stored, which is enough
/// for secrets that cannot be guessed.
public final class SignIn {

    private static final Duration CODE_LIFE = Duration.ofMinutes(15);
    private static final Duration SESSION_LIFE = Duration.ofDays(30);

    private final SessionStore store;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    public SignIn(SessionStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /// A code that opens one session for this principal, once, within 15 minutes.
    public Code newCode(Principal principal) {
        String code = secret();
        Instant expiresAt = clock.instant().plus(CODE_LIFE);
        store.insertCode(hash(code), principal, expiresAt);
        return new Code(code, expiresAt);
    }

    /// Prints without its secret.
    public record Code(String value, Instant expiresAt) {
        @Override
        public String toString() {
            return "Code[***, " + expiresAt + "]";
        }
    }

    /// Uses a code up.
    ///
    /// @return the token of a new session, valid for 30 days; empty when the code is unknown, used or too old
    public Optional<String> redeem(String code) {
        return store.takeCode(hash(code), clock.instant()).map(this::newSession);
    }

    public String newSession(Principal principal) {
        String token = secret();
        Instant now = clock.instant();
        store.insertSession(hash(token), principal, now, now.plus(SESSION_LIFE));
        return token;
    }

    public Optional<Principal> authenticate(String token) {
        return store.findSession(hash(token), clock.instant());
    }

    public void signOut(String token) {
        store.deleteSession(hash(token));
    }

    private String secret() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String hash(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
