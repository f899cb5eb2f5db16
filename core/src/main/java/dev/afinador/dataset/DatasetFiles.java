package dev.afinador.dataset;

import java.io.IOException;
import java.io.InputStream;

/// Where the bytes of datasets are kept, by SHA-256.
public interface DatasetFiles {

    /// Streams the content to its place; it is durable when the call returns.
    ///
    /// @throws TooLargeException when there are more than `maxBytes`; nothing is kept then
    Stored store(InputStream content, long maxBytes) throws IOException;

    InputStream open(String sha256) throws IOException;

    void delete(String sha256) throws IOException;

    record Stored(String sha256, long bytes) {}

    final class TooLargeException extends IOException {
        public TooLargeException(long maxBytes) {
            super("more than " + maxBytes + " bytes");
        }
    }
}
