package dev.afinador.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// Where the bytes of datasets are kept, by SHA-256 in lower-case hex. A content that is there is always whole.
///
/// Contents that are not there give a [java.nio.file.NoSuchFileException].
public interface DatasetFiles {

    /// Takes over a finished file of the scratch folder; the content is durable when the call returns, and the file is gone.
    /// Can be repeated: a content that is there already stays.
    ///
    /// @param sha256 of the file's content, not computed again
    void adopt(Path file, String sha256) throws IOException;

    boolean has(String sha256) throws IOException;

    InputStream open(String sha256) throws IOException;

    /// The content from a byte on.
    ///
    /// @param from 0 to the length of the content; at the end there is nothing to read
    InputStream open(String sha256, long from) throws IOException;

    /// The content as a file of this machine, for those who want to jump about in it.
    LocalCopy local(String sha256) throws IOException;

    /// Does nothing when the content is not there.
    void delete(String sha256) throws IOException;

    /// A file to be read only, good until it is closed.
    interface LocalCopy extends AutoCloseable {
        Path path();

        @Override
        void close() throws IOException;
    }
}
