package dev.afinador.provider;

/// Our id of a provider: a UUIDv7, or a fixed word for the providers that appear by themselves (`openai`).
public record ProviderId(String value) {
    public ProviderId {
        if (!value.matches("[A-Za-z0-9-]{1,64}")) {
            throw new IllegalArgumentException("provider id: 1 to 64 letters, digits or '-'");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
