package dev.afinador.dataset.upload;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The bytes of uploads that are under way: a file per upload in a folder of this machine.
public final class Parts {

    private static final String ENDING = ".part";

    /// What uploads leave free: the database and the log have to be written too.
    static final long RESERVE = 32L << 20;

    private final Path folder;
    private final Room room;

    public Parts(Path folder) throws IOException {
        this(folder, () -> Files.getFileStore(folder).getUsableSpace());
    }

    Parts(Path folder, Room room) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.room = room;
    }

    /// How many bytes the disk of the folder can still take.
    @FunctionalInterface
    interface Room {
        long bytes() throws IOException;
    }

    /// How many bytes of uploads there is room for.
    long room() throws IOException {
        return Math.max(0, room.bytes() - RESERVE);
    }

    Path of(UploadId id) {
        return folder.resolve(id + ENDING);
    }

    void create(UploadId id) throws IOException {
        Files.createFile(of(id), ownerOnly());
    }

    /// For writing behind what is there for certain; a tail that a killed process left is cut off.
    ///
    /// @throws java.nio.file.NoSuchFileException when the file is gone
    /// @throws IOException when there is less than there should be
    FileChannel openAt(UploadId id, long received) throws IOException {
        FileChannel channel = FileChannel.open(of(id), StandardOpenOption.WRITE);
        try {
            if (channel.size() < received) {
                throw new LostException(id, channel.size(), received);
            }
            channel.truncate(received);
            channel.position(received);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    void delete(UploadId id) throws IOException {
        Files.deleteIfExists(of(id));
    }

    /// Which uploads there are files of.
    List<UploadId> all() throws IOException {
        List<UploadId> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENDING)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                try {
                    found.add(UploadId.parse(name.substring(0, name.length() - ENDING.length())));
                } catch (IllegalArgumentException e) {
                    continue; // not ours
                }
            }
        }
        return found;
    }

    private FileAttribute<?>[] ownerOnly() {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            Set.copyOf(PosixFilePermissions.fromString("rw-------")))
                }
                : new FileAttribute<?>[0];
    }

    /// Bytes that were on the disk are not there any more.
    static final class LostException extends IOException {
        LostException(UploadId id, long there, long expected) {
            super("upload " + id + " has " + there + " of " + expected + " bytes");
        }
    }
}
