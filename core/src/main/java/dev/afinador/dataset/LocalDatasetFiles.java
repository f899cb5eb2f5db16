package dev.afinador.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/// Datasets in a folder: `ab/ab12…` by SHA-256, renamed to that when they are on the disk, so that a file under its final name
/// is always whole.
public final class LocalDatasetFiles implements DatasetFiles {

    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
    private static final String UNFINISHED = ".part";

    /// Longer than any copy takes; younger ones may belong to a process that still writes.
    private static final Duration ABANDONED = Duration.ofDays(1);

    private final Path folder;

    /// Creates the folder where it is missing and clears away what killed copies have left.
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

    /// A rename where the file is on the same disk, as the scratch folder is; else a copy that is then renamed.
    @Override
    public void adopt(Path file, String sha256) throws IOException {
        place(sha256); // refuses what is no hash before anything is touched
        if (Files.getFileStore(file).equals(Files.getFileStore(folder))) {
            force(file);
            moveIn(file, sha256);
            return;
        }
        Path unfinished = createUnfinished();
        try {
            Files.copy(file, unfinished, StandardCopyOption.REPLACE_EXISTING);
            force(unfinished);
            moveIn(unfinished, sha256);
            Files.delete(file);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private void moveIn(Path whole, String sha256) throws IOException {
        Path place = place(sha256);
        Path shelf = Files.createDirectories(folder.resolve(sha256.substring(0, 2)));
        Files.move(
                whole, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync(shelf);
        sync(folder);
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
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
    public InputStream open(String sha256, long from) throws IOException {
        FileChannel channel = FileChannel.open(place(sha256), StandardOpenOption.READ);
        try {
            return Channels.newInputStream(channel.position(from));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public LocalCopy local(String sha256) throws IOException {
        Path place = place(sha256);
        if (!Files.exists(place)) {
            throw new NoSuchFileException(place.toString());
        }
        return new LocalCopy() {
            @Override
            public Path path() {
                return place;
            }

            @Override
            public void close() {
                // the file itself, not a copy
            }
        };
    }

    @Override
    public boolean has(String sha256) {
        return Files.exists(place(sha256));
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
}
