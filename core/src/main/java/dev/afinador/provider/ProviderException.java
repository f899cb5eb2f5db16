package dev.afinador.provider;

/// A call to a provider that gave no usable answer. Calls that may have had an effect use outcome types instead.
public final class ProviderException extends RuntimeException {

    private final transient ProviderError error;

    public ProviderException(ProviderError error) {
        super(error.stableCode() + ": " + error.message());
        this.error = error;
    }

    public ProviderException(ProviderError error, Throwable cause) {
        super(error.stableCode() + ": " + error.message(), cause);
        this.error = error;
    }

    public ProviderError error() {
        return error;
    }
}
