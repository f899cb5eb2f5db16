package dev.afinador.server.boot;

import dev.afinador.server.boot.StartFailure.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The folder that holds all state of one Afinador, locked for as long as this object is open: two processes never work on
/// one folder. Only its owner may read it.
public final class DataFolder implements AutoCloseable {

    private final Path root;
    private final FileChannel lock;
    private final String nodeId;
    private final String adminToken;

    private DataFolder(Path root, FileChannel lock) throws IOException {
        this.root = root;
        this.lock = lock;
        this.nodeId = keep(root.resolve("node-id"), UUID.randomUUID().toString());
        this.adminToken = keep(root.resolve("admin.token"), randomToken());
    }

    /// Makes the folder if it is not there, and locks it.
    ///
    /// @throws StartFailure when it cannot be used, or another process uses it
    public static DataFolder open(Path folder) {
        Path root = folder.toAbsolutePath().normalize();
        FileChannel lock = null;
        try {
            if (!Files.isDirectory(root)) {
                Files.createDirectories(root, ownerOnly("rwx------"));
            }
            lock =
                    FileChannel.open(
                            root.resolve(".lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            if (!tryLock(lock)) {
                StartFailure inUse = inUse(root, lock);
                lock.close();
                throw inUse;
            }
            lock.truncate(0);
            lock.write(utf8(ProcessHandle.current().pid() + "\n"), 0);
            DataFolder opened = new DataFolder(root, lock);
            opened.emptyTemporary();
            return opened;
        } catch (IOException e) {
            closeQuietly(lock, e);
            StartFailure failure = new StartFailure(Reason.DATA_UNUSABLE, root.toString(), why(e));
            failure.initCause(e);
            throw failure;
        }
    }

    public Path root() {
        return root;
    }

    /// The SQLite database, when no other is configured.
    public Path database() {
        return root.resolve("afinador.db");
    }

    /// The key that seals secrets, when the environment does not bring it.
    public Path secretKey() {
        return root.resolve("secret.key");
    }

    /// Training files, by content.
    public Path datasets() {
        return root.resolve("datasets");
    }

    /// Files that are being made; nothing in it outlives the process.
    public Path scratch() {
        return temporary().resolve("scratch");
    }

    /// What is on its way and of no use after a restart: emptied whenever the folder is opened.
    public Path temporary() {
        return root.resolve("tmp");
    }

    /// The bytes of uploads in pieces that are under way.
    public Path uploads() {
        return root.resolve("uploads");
    }

    /// Where the server of this folder can be reached; written when it is ready.
    public Path address() {
        return root.resolve("address");
    }

    /// Tells this process' owner apart in leases; stays the same over restarts.
    public String nodeId() {
        return nodeId;
    }

    /// A secret of this folder that is made when there is none yet. Readable by its owner only.
    public String keep(String name, String fresh) {
        try {
            return keep(root.resolve(name), fresh);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// A secret of this folder, in place of what was there.
    public void replace(String name, String content) {
        try {
            Path file = root.resolve(name);
            if (!Files.exists(file) || !Files.readString(file).strip().equals(content)) {
                Files.deleteIfExists(file);
                keep(file, content);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// The bearer token of scripts on this machine. Never log it.
    public String adminToken() {
        return adminToken;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    @Override
    public String toString() {
        return root.toString();
    }

    private void emptyTemporary() throws IOException {
        if (Files.isDirectory(temporary())) {
            try (Stream<Path> all = Files.walk(temporary())) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
        Files.createDirectories(temporary(), ownerOnly("rwx------"));
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock taken = channel.tryLock();
            return taken != null;
        } catch (OverlappingFileLockException e) { // held by another context of this very process
            return false;
        }
    }

    private static StartFailure inUse(Path root, FileChannel lock) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(32);
        lock.read(content, 0);
        String pid = StandardCharsets.UTF_8.decode(content.flip()).toString().strip();
        return pid.matches("[0-9]+")
                ? new StartFailure(Reason.DATA_IN_USE, root.toString(), pid)
                : new StartFailure(Reason.DATA_IN_USE_BY_UNKNOWN, root.toString());
    }

    /// The file's content; made with `fresh` when there is none. Readable by its owner only, and whole or absent.
    private static String keep(Path file, String fresh) throws IOException {
        if (Files.exists(file)) {
            String kept = Files.readString(file).strip();
            if (!kept.isEmpty()) {
                return kept;
            }
        }
        Path whole = Files.createTempFile(file.getParent(), ".new-", "", ownerOnly("rw-------"));
        try (FileChannel out = FileChannel.open(whole, StandardOpenOption.WRITE)) {
            out.write(utf8(fresh + "\n"));
            out.force(true);
        }
        Files.move(
                whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return fresh;
    }

    /// 32 random bytes, in letters that any header takes.
    public static String randomToken() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static FileAttribute<?>[] ownerOnly(String permissions) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static String why(IOException e) {
        return switch (e) {
            case AccessDeniedException denied ->
                    Terminal.text("data.denied", String.valueOf(denied.getFile()));
            case FileAlreadyExistsException file ->
                    Terminal.text("data.not_a_folder", String.valueOf(file.getFile()));
            case NoSuchFileException absent ->
                    Terminal.text("data.cannot_make", String.valueOf(absent.getFile()));
            case FileSystemException other when other.getReason() != null ->
                    other.getFile() + ": " + other.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    private static void closeQuietly(@Nullable FileChannel channel, IOException because) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                because.addSuppressed(e);
            }
        }
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
