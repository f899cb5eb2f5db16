package dev.afinador.dataset.make;

import java.util.UUID;

/// Our id of a dataset in the making: a UUIDv7.
public record MakingId(UUID value) {

    /// @throws IllegalArgumentException when the text is no UUID
    public static MakingId parse(String text) {
        return new MakingId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
