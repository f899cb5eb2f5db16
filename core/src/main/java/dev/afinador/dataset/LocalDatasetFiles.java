package dev.afinador.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// Datasets in a folder: `ab/ab12…` by SHA-256, written to a temporary name beside them and renamed when they are on
/// the disk, so that a file under its final name is always whole.
public final class LocalDatasetFiles implements DatasetFiles {

    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
    private static final String UNFINISHED = ".part";

    /// Longer than any upload takes; younger ones may belong to a process that still writes.
    private static final Duration ABANDONED = Duration.ofDays(1);

    private final Path folder;

    /// Creates the folder where it is missing and clears away what killed uploads have left.
    public LocalDatasetFiles(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        Instant abandonedBefore = Instant.now().minus(ABANDONED);
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder, "*" + UNFINISHED)) {
            for (Path leftover : leftovers) {
                if (Files.getLastModifiedTime(leftover).toInstant().isBefore(abandonedBefore)) {
                    Files.deleteIfExists(leftover);
                }
            }
        }
    }

    @Override
    public Stored store(InputStream content, long maxBytes) throws IOException {
        Path unfinished = createUnfinished();
        try {
            Stored stored = write(content, maxBytes, unfinished);
            Path place = place(stored.sha256());
            Path shelf = Files.createDirectories(folder.resolve(stored.sha256().substring(0, 2)));
            Files.move(
                    unfinished,
                    place,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            sync(shelf);
            sync(folder);
            return stored;
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private Path createUnfinished() throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            var ownerOnly = PosixFilePermissions.fromString("rw-------");
            return Files.createTempFile(
                    folder, "", UNFINISHED, PosixFilePermissions.asFileAttribute(ownerOnly));
        }
        return Files.createTempFile(folder, "", UNFINISHED);
    }

    private static Stored write(InputStream content, long maxBytes, Path to) throws IOException {
        MessageDigest digest = sha256();
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
        return new Stored(HexFormat.of().formatHex(digest.digest()), bytes);
    }

    /// Makes a rename durable. Not every file system lets a folder be opened; those that do not need no such thing.
    private static void sync(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // the bytes themselves are on the disk already
        }
    }

    @Override
    public InputStream open(String sha256) throws IOException {
        return Files.newInputStream(place(sha256));
    }

    @Override
    public void delete(String sha256) throws IOException {
        Files.deleteIfExists(place(sha256));
    }

    private Path place(String sha256) {
        if (!SHA_256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("not a SHA-256 in lower-case hex");
        }
        return folder.resolve(sha256.substring(0, 2)).resolve(sha256);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
