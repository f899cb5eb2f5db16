package dev.afinador.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A folder for files that are being made. Nothing in it outlives the process: what is there at the start is left over from
/// one that was killed, and goes. On the same disk as the local store, so that a finished file is moved and not copied.
public final class Scratch {

    private final Path folder;

    public Scratch(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder)) {
            for (Path leftover : leftovers) {
                Files.deleteIfExists(leftover);
            }
        }
    }

    /// An empty file that only the process' owner may read. Whoever asks for it deletes it.
    public Path newFile() throws IOException {
        return Files.createTempFile(folder, "", "", ownerOnly());
    }

    /// A file that deletes itself unless somebody took it away meanwhile.
    public Held hold() throws IOException {
        return new Held(newFile());
    }

    /// @param path the file
    public record Held(Path path) implements AutoCloseable {
        @Override
        public void close() {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Streams a content into a file of this folder; its bytes are on the disk when the call returns.
    ///
    /// @param sha256 of the content, lower-case hex
    public record Received(Held file, String sha256, long bytes) implements AutoCloseable {
        @Override
        public void close() {
            file.close();
        }
    }

    /// @throws TooLargeException when there are more than `maxBytes`; nothing is kept then
    public Received receive(InputStream content, long maxBytes) throws IOException {
        Held file = hold();
        try {
            MessageDigest digest = sha256();
            long bytes = write(content, maxBytes, file.path(), digest);
            return new Received(file, HexFormat.of().formatHex(digest.digest()), bytes);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// A file that is being written, with its hash. Closed without being finished it goes.
    public Writing write() throws IOException {
        return new Writing(hold());
    }

    public static final class Writing extends OutputStream {
        private final Held file;
        private final MessageDigest digest = sha256();
        private final byte[] buffer = new byte[64 << 10];
        private final FileChannel out;
        private int buffered;
        private long bytes;
        private boolean finished;

        private Writing(Held file) throws IOException {
            this.file = file;
            this.out = FileChannel.open(file.path(), StandardOpenOption.WRITE);
        }

        @Override
        public void write(int b) throws IOException {
            if (buffered == buffer.length) {
                drain();
            }
            buffer[buffered++] = (byte) b;
        }

        @Override
        public void write(byte[] source, int from, int length) throws IOException {
            int done = 0;
            while (done < length) {
                if (buffered == buffer.length) {
                    drain();
                }
                int more = Math.min(length - done, buffer.length - buffered);
                System.arraycopy(source, from + done, buffer, buffered, more);
                buffered += more;
                done += more;
            }
        }

        private void drain() throws IOException {
            digest.update(buffer, 0, buffered);
            ByteBuffer full = ByteBuffer.wrap(buffer, 0, buffered);
            while (full.hasRemaining()) {
                out.write(full);
            }
            bytes += buffered;
            buffered = 0;
        }

        /// How much was written so far.
        public long bytes() {
            return bytes + buffered;
        }

        /// Puts everything on the disk. The file belongs to whoever holds what is returned.
        public Received finish() throws IOException {
            drain();
            out.force(true);
            finished = true;
            return new Received(file, HexFormat.of().formatHex(digest.digest()), bytes);
        }

        @Override
        public void close() throws IOException {
            out.close();
            if (!finished) {
                file.close();
            }
        }
    }

    private static long write(InputStream content, long maxBytes, Path to, MessageDigest digest)
            throws IOException {
        byte[] chunk = new byte[64 << 10];
        long bytes = 0;
        try (FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE)) {
            for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
                bytes += read;
                if (bytes > maxBytes) {
                    throw new TooLargeException(maxBytes);
                }
                digest.update(chunk, 0, read);
                ByteBuffer buffer = ByteBuffer.wrap(chunk, 0, read);
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
            }
            out.force(true);
        }
        return bytes;
    }

    public static final class TooLargeException extends IOException {
        TooLargeException(long maxBytes) {
            super("more than " + maxBytes + " bytes");
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private FileAttribute<?>[] ownerOnly() {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
