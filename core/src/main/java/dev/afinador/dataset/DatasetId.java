package dev.afinador.dataset;

import java.util.UUID;

/// Our id of a dataset: a UUIDv7.
public record DatasetId(UUID value) {

    /// @throws IllegalArgumentException when the text is no UUID
    public static DatasetId parse(String text) {
        return new DatasetId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
