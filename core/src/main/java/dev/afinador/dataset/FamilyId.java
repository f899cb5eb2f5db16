package dev.afinador.dataset;

import java.util.UUID;

/// Our id of a named dataset with all its versions: a UUIDv7.
public record FamilyId(UUID value) {

    /// @throws IllegalArgumentException when the text is no UUID
    public static FamilyId parse(String text) {
        return new FamilyId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
