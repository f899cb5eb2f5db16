package dev.afinador.dataset.upload;

import java.util.UUID;

/// Our id of an upload: a UUIDv7.
public record UploadId(UUID value) {

    /// @throws IllegalArgumentException when the text is no UUID
    public static UploadId parse(String text) {
        return new UploadId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
