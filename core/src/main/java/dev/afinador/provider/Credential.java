package dev.afinador.provider;

/// A secret in memory. Prints as `***`; only the code that puts it on the wire or into the vault calls [#reveal()].
public final class Credential {

    private final String secret;

    public Credential(String secret) {
        if (secret.isBlank()) {
            throw new IllegalArgumentException("a credential must not be blank");
        }
        this.secret = secret;
    }

    /// The secret itself. Never log it, never put it in a message.
    public String reveal() {
        return secret;
    }

    /// What may be shown: the last four characters, or fewer of a short secret (at most a quarter of it).
    public String lastCharacters() {
        int shown = Math.min(4, secret.length() / 4);
        return secret.substring(secret.length() - shown);
    }

    @Override
    public String toString() {
        return "***";
    }
}
