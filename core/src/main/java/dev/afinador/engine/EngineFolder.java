package dev.afinador.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// Where the engine's bytes are: files by id, parts of uploads, and one folder per job. Machines that share a queue share this
/// folder too. A file under its final name is always whole.
public final class EngineFolder {

    private static final String UNFINISHED = ".part";

    private final Path root;

    /// Makes what is missing.
    public EngineFolder(Path root) throws IOException {
        this.root = root.toAbsolutePath().normalize();
        for (String part : List.of("files", "uploads", "jobs", "incoming")) {
            Files.createDirectories(this.root.resolve(part));
        }
    }

    /// @param md5 lower-case hex, as the upload protocol compares
    public record Written(String sha256, String md5, long bytes) {}

    /// More came in than is taken.
    static final class TooLargeException extends IOException {
        TooLargeException(long maxBytes) {
            super("more than " + maxBytes + " bytes");
        }
    }

    public Path file(String id) {
        return root.resolve("files").resolve(safe(id));
    }

    Path part(String id) {
        return root.resolve("uploads").resolve(safe(id));
    }

    /// Everything of one job: what its processes read and write.
    public Path job(String id) {
        return root.resolve("jobs").resolve(safe(id));
    }

    public Path root() {
        return root;
    }

    /// Writes a stream to its end, and makes it durable before it appears under its name.
    Written write(InputStream content, Path target, long maxBytes) throws IOException {
        Path unfinished = unfinished();
        try {
            Written written = copy(content, unfinished, maxBytes);
            publish(unfinished, target);
            return written;
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /// Writes files one behind the other.
    Written concatenate(List<Path> pieces, Path target) throws IOException {
        Path unfinished = unfinished();
        try {
            MessageDigest sha256 = digest("SHA-256");
            MessageDigest md5 = digest("MD5");
            long bytes = 0;
            try (FileChannel out = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                for (Path piece : pieces) {
                    try (InputStream in = Files.newInputStream(piece)) {
                        bytes += pour(in, out, Long.MAX_VALUE, sha256, md5);
                    }
                }
                out.force(true);
            }
            publish(unfinished, target);
            return new Written(hex(sha256), hex(md5), bytes);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static Written copy(InputStream content, Path to, long maxBytes) throws IOException {
        MessageDigest sha256 = digest("SHA-256");
        MessageDigest md5 = digest("MD5");
        try (FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE)) {
            long bytes = pour(content, out, maxBytes, sha256, md5);
            out.force(true);
            return new Written(hex(sha256), hex(md5), bytes);
        }
    }

    private static long pour(
            InputStream in, FileChannel out, long maxBytes, MessageDigest... digests)
            throws IOException {
        byte[] chunk = new byte[64 << 10];
        long bytes = 0;
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            bytes += read;
            if (bytes > maxBytes) {
                throw new TooLargeException(maxBytes);
            }
            for (MessageDigest digest : digests) {
                digest.update(chunk, 0, read);
            }
            ByteBuffer buffer = ByteBuffer.wrap(chunk, 0, read);
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
        }
        return bytes;
    }

    private Path unfinished() throws IOException {
        Path incoming = root.resolve("incoming");
        if (incoming.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return Files.createTempFile(
                    incoming,
                    "",
                    UNFINISHED,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        return Files.createTempFile(incoming, "", UNFINISHED);
    }

    private static void publish(Path unfinished, Path target) throws IOException {
        Files.move(
                unfinished,
                target,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        Path parent = target.getParent();
        if (parent == null) {
            return;
        }
        try (FileChannel folder = FileChannel.open(parent, StandardOpenOption.READ)) {
            folder.force(true);
        } catch (IOException e) {
            // Not every file system lets a folder be opened; the bytes themselves are on the disk.
        }
    }

    /// Gives a job a file of its own, so that deleting the upload does not pull it from under the training.
    void lend(Path file, Path to) throws IOException {
        if (Files.exists(to)) {
            return;
        }
        try {
            Files.createLink(to, file);
        } catch (UnsupportedOperationException | java.nio.file.FileSystemException e) {
            try (InputStream in = Files.newInputStream(file)) {
                write(in, to, Long.MAX_VALUE);
            }
        }
    }

    /// Removes a file, or a folder with all that is in it; nothing there is fine.
    void remove(Path path) throws IOException {
        if (!path.normalize().startsWith(root) || path.normalize().equals(root)) {
            throw new IllegalArgumentException("not in the engine's folder: " + path);
        }
        if (!Files.exists(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        } catch (NoSuchFileException e) {
            // Somebody else removes it at this moment.
        }
    }

    /// Clears away what killed uploads have left.
    void removeUnfinished(Instant olderThan) throws IOException {
        try (DirectoryStream<Path> left =
                Files.newDirectoryStream(root.resolve("incoming"), "*" + UNFINISHED)) {
            for (Path path : left) {
                if (Files.getLastModifiedTime(path).compareTo(FileTime.from(olderThan)) < 0) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    /// Ids are ours, but they come back in URLs.
    private static String safe(String id) {
        if (!id.matches("[A-Za-z0-9_-]{1,100}")) {
            throw new IllegalArgumentException("not an id of ours");
        }
        return id;
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
