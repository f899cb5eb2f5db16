package dev.afinador.job;

import java.util.UUID;

/// Our id of a fine-tuning job: a UUIDv7.
public record JobId(UUID value) {

    /// @throws IllegalArgumentException when the text is no UUID
    public static JobId parse(String text) {
        return new JobId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
