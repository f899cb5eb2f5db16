package dev.afinador.provider;

/// Seals secrets for storage (authenticated encryption) and opens them again.
public interface SecretBox {

    /// @param boundTo what the secret belongs to; opening it for anything else fails
    byte[] seal(Credential secret, String boundTo);

    /// @throws CannotOpenException when the key file changed or the bytes were tampered with
    Credential open(byte[] sealed, String boundTo);

    final class CannotOpenException extends RuntimeException {
        public CannotOpenException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
