package dev.afinador.engine;

import dev.afinador.work.Transactions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files and uploads in parts, as the protocol has them (reference 11.1 and 11.2). Trouble with the disk is an
/// [UncheckedIOException].
public final class EngineFiles {

    private static final Logger log = LoggerFactory.getLogger(EngineFiles.class);

    /// What a client may upload a file as. Nothing but `fine-tune` is used by the engine; the others are kept and handed back.
    private static final List<String> PURPOSES =
            List.of("fine-tune", "assistants", "batch", "user_data", "vision", "evals");

    private static final List<String> UPLOAD_PURPOSES =
            List.of("assistants", "batch", "fine-tune", "vision");

    private static final long SHORTEST_LIFE = 3600;
    private static final long LONGEST_LIFE = 2_592_000;
    private static final Duration UPLOAD_LIFE = Duration.ofHours(1);
    private static final int MOST_PARTS = 10_000;

    private final EngineFileStore store;
    private final EngineFolder folder;
    private final Transactions transactions;
    private final EngineIds ids;
    private final InstantSource clock;
    private final Limits limits;

    /// @param fileBytes   the largest file that is taken at once; the protocol says 512 MB
    /// @param uploadBytes the largest that is taken in parts; the protocol says 8 GB
    /// @param partBytes   the largest part; the protocol says 64 MB
    public record Limits(long fileBytes, long uploadBytes, long partBytes) {
        public static final Limits PROTOCOL = new Limits(512L << 20, 8L << 30, 64L << 20);
    }

    public EngineFiles(
            EngineFileStore store,
            EngineFolder folder,
            Transactions transactions,
            EngineIds ids,
            InstantSource clock,
            Limits limits) {
        this.store = store;
        this.folder = folder;
        this.transactions = transactions;
        this.ids = ids;
        this.clock = clock;
        this.limits = limits;
    }

    /// Bytes that are on the disk and not a file yet; [#create] makes one of them, [#discard] forgets them.
    public record Received(String id, EngineFolder.Written written) {}

    /// Takes a file's bytes in before the rest of the request is known: fields may follow the file.
    ///
    /// @throws EngineRefusal when there are too many
    public Received receive(InputStream content) {
        String id = ids.file();
        try {
            return new Received(id, folder.write(content, folder.file(id), limits.fileBytes()));
        } catch (EngineFolder.TooLargeException e) {
            throw EngineRefusal.tooLarge(
                    "file",
                    "File is too large: at most "
                            + limits.fileBytes()
                            + " bytes are taken at once; larger files go through /uploads in parts.");
        } catch (IOException e) {
            throw new UncheckedIOException("the file could not be stored", e);
        }
    }

    public void discard(Received received) {
        removeQuietly(folder.file(received.id()));
    }

    /// @param expires life time in seconds, or null
    /// @param anchor  must be `created_at` when there is a life time
    /// @throws EngineRefusal when a field is wrong; the bytes are then forgotten
    public EngineFile create(
            Received received,
            @Nullable String filename,
            @Nullable String purpose,
            @Nullable String anchor,
            @Nullable String expires) {
        try {
            if (purpose == null || !PURPOSES.contains(purpose)) {
                throw wrongPurpose(purpose, PURPOSES);
            }
            if (received.written().bytes() == 0) {
                throw EngineRefusal.badRequest("file", null, "File is empty.");
            }
            Instant now = now();
            Duration life = life(anchor, expires);
            EngineFile file =
                    new EngineFile(
                            received.id(),
                            name(filename),
                            purpose,
                            received.written().bytes(),
                            received.written().sha256(),
                            now,
                            life == null ? null : now.plus(life));
            store.insert(file);
            return file;
        } catch (RuntimeException e) {
            discard(received);
            throw e;
        }
    }

    /// Writes the bytes of a file that the engine itself makes. It is a file once it is [#record]ed.
    EngineFile prepare(String filename, String purpose, InputStream content) throws IOException {
        String id = ids.file();
        EngineFolder.Written written = folder.write(content, folder.file(id), Long.MAX_VALUE);
        return new EngineFile(
                id, filename, purpose, written.bytes(), written.sha256(), now(), null);
    }

    void record(EngineFile prepared) {
        store.insert(prepared);
    }

    void forget(EngineFile prepared) {
        removeQuietly(folder.file(prepared.id()));
    }

    /// @throws EngineRefusal when there is none, or none any more
    public EngineFile get(String id) {
        return store.find(id)
                .filter(file -> !file.isOver(now()))
                .orElseThrow(() -> EngineRefusal.unknownFile(id));
    }

    /// The file for a job, or null when it is gone.
    @Nullable EngineFile findForJob(String id) {
        return store.find(id)
                .filter(file -> !file.isOver(now()) && file.purpose().equals(EngineFile.FINE_TUNE))
                .orElse(null);
    }

    /// The content of a file, for whoever closes the stream.
    ///
    /// @throws EngineRefusal when it went meanwhile
    public InputStream open(EngineFile file) {
        try {
            return Files.newInputStream(folder.file(file.id()));
        } catch (NoSuchFileException e) {
            throw EngineRefusal.unknownFile(file.id());
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file.id() + " could not be read", e);
        }
    }

    /// The record goes first: bytes without a record are found by nobody and cleared away, a record without bytes would be a lie.
    ///
    /// @throws EngineRefusal when there is none
    public void delete(String id) {
        if (!store.delete(get(id).id())) {
            throw EngineRefusal.unknownFile(id);
        }
        removeQuietly(folder.file(id));
    }

    /// @param after id of the last file of the page before; null for the first page
    public Listed<EngineFile> list(
            @Nullable String purpose, @Nullable String after, boolean newest, int limit) {
        if (after != null && store.find(after).isEmpty()) {
            throw EngineRefusal.badRequest(
                    "after", null, "No such File object: " + EngineRefusal.cut(after));
        }
        return Listed.of(store.list(purpose, after, newest, limit + 1), limit);
    }

    // ------------------------------------------------------------------------------------------------ uploads in parts

    /// Begins a file that comes in parts.
    public Upload begin(
            @Nullable String filename,
            @Nullable String purpose,
            @Nullable Long bytes,
            @Nullable String mimeType,
            @Nullable String anchor,
            @Nullable String expires) {
        if (filename == null || filename.isBlank()) {
            throw required("filename");
        }
        if (purpose == null || !UPLOAD_PURPOSES.contains(purpose)) {
            throw wrongPurpose(purpose, UPLOAD_PURPOSES);
        }
        if (mimeType == null || mimeType.isBlank()) {
            throw required("mime_type");
        }
        if (bytes == null) {
            throw required("bytes");
        }
        if (bytes < 1 || bytes > limits.uploadBytes()) {
            throw EngineRefusal.badRequest(
                    "bytes",
                    null,
                    bytes + " is not between 1 and " + limits.uploadBytes() + " - 'bytes'");
        }
        Instant now = now();
        Upload upload =
                new Upload(
                        ids.upload(),
                        name(filename),
                        purpose,
                        mimeType.length() > 100 ? mimeType.substring(0, 100) : mimeType,
                        bytes,
                        now,
                        now.plus(UPLOAD_LIFE),
                        life(anchor, expires),
                        Upload.Status.PENDING,
                        null);
        store.insertUpload(upload);
        return upload;
    }

    /// Adds a part; parts may come at the same time and in any order.
    public Upload.Part addPart(String uploadId, InputStream content) {
        Upload upload = pending(uploadId);
        if (store.parts(uploadId).size() >= MOST_PARTS) {
            throw EngineRefusal.badRequest(
                    null, null, "An upload takes at most " + MOST_PARTS + " parts.");
        }
        String id = ids.part();
        Path place = folder.part(id);
        EngineFolder.Written written;
        try {
            written = folder.write(content, place, limits.partBytes());
        } catch (EngineFolder.TooLargeException e) {
            throw EngineRefusal.tooLarge(
                    "data", "Part is too large: at most " + limits.partBytes() + " bytes.");
        } catch (IOException e) {
            throw new UncheckedIOException("a part of " + uploadId + " could not be stored", e);
        }
        Upload.Part part = new Upload.Part(id, upload.id(), written.bytes(), now());
        try {
            if (written.bytes() == 0) {
                throw EngineRefusal.badRequest("data", null, "Part is empty.");
            }
            if (!store.addPart(part)) {
                throw notPending(findUpload(uploadId));
            }
            return part;
        } catch (RuntimeException e) {
            removeQuietly(place);
            throw e;
        }
    }

    /// Makes a file of the parts in this order.
    ///
    /// @param md5 lower- or upper-case hex of the whole, or null
    public Completed complete(String uploadId, List<String> partIds, @Nullable String md5) {
        Upload upload = pending(uploadId);
        Map<String, Upload.Part> parts = new HashMap<>();
        store.parts(uploadId).forEach(part -> parts.put(part.id(), part));
        List<Path> pieces = new ArrayList<>();
        Set<String> named = new HashSet<>();
        long bytes = 0;
        for (String id : partIds) {
            Upload.Part part = parts.get(id);
            if (part == null) {
                throw EngineRefusal.badRequest(
                        "part_ids", null, "No such part of this upload: " + EngineRefusal.cut(id));
            }
            if (!named.add(id)) {
                throw EngineRefusal.badRequest(
                        "part_ids", null, "Part is named twice: " + EngineRefusal.cut(id));
            }
            pieces.add(folder.part(id));
            bytes += part.bytes();
        }
        if (bytes != upload.bytes()) {
            throw EngineRefusal.badRequest(
                    "part_ids",
                    null,
                    "The parts have "
                            + bytes
                            + " bytes, but the upload was announced with "
                            + upload.bytes()
                            + ".");
        }
        String fileId = ids.file();
        Path place = folder.file(fileId);
        Completed completed;
        try {
            completed = join(upload, pieces, md5, fileId, place);
        } catch (IOException e) {
            removeQuietly(place);
            throw new UncheckedIOException("the parts of " + uploadId + " could not be joined", e);
        } catch (RuntimeException e) {
            removeQuietly(place);
            throw e;
        }
        removeParts(uploadId);
        return completed;
    }

    private Completed join(
            Upload upload, List<Path> pieces, @Nullable String md5, String fileId, Path place)
            throws IOException {
        EngineFolder.Written written = folder.concatenate(pieces, place);
        if (md5 != null && !md5.toLowerCase(Locale.ROOT).equals(written.md5())) {
            throw EngineRefusal.badRequest(
                    "md5", null, "The content's md5 is " + written.md5() + ", not the given one.");
        }
        Instant now = now();
        EngineFile file =
                new EngineFile(
                        fileId,
                        upload.filename(),
                        upload.purpose(),
                        written.bytes(),
                        written.sha256(),
                        now,
                        upload.fileExpires() == null ? null : now.plus(upload.fileExpires()));
        Upload completed = upload.as(Upload.Status.COMPLETED, fileId);
        boolean mine =
                transactions.inTransaction(() -> {
                    if (!store.updateUpload(completed, Upload.Status.PENDING)) {
                        return false;
                    }
                    store.insert(file);
                    return true;
                });
        if (!mine) {
            throw notPending(findUpload(upload.id()));
        }
        return new Completed(completed, file);
    }

    /// @param file what the upload became
    public record Completed(Upload upload, EngineFile file) {}

    public Upload cancelUpload(String uploadId) {
        Upload upload = pending(uploadId);
        Upload cancelled = upload.as(Upload.Status.CANCELLED, null);
        if (!store.updateUpload(cancelled, Upload.Status.PENDING)) {
            throw notPending(findUpload(uploadId));
        }
        removeParts(uploadId);
        return cancelled;
    }

    private Upload findUpload(String id) {
        return store.findUpload(id).orElseThrow(() -> EngineRefusal.unknownUpload(id));
    }

    private Upload pending(String id) {
        Upload upload = findUpload(id);
        if (upload.status() != Upload.Status.PENDING) {
            throw notPending(upload);
        }
        if (!now().isBefore(upload.expiresAt())) {
            throw notPending(upload.as(Upload.Status.EXPIRED, null));
        }
        return upload;
    }

    private static EngineRefusal notPending(Upload upload) {
        return EngineRefusal.badRequest(
                null,
                null,
                "Upload "
                        + upload.id()
                        + " is "
                        + upload.status().name().toLowerCase(Locale.ROOT)
                        + ", so it takes no more changes.");
    }

    // ------------------------------------------------------------------------------------------------------ tidying up

    /// Forgets what has expired and what killed requests left behind. Safe to repeat.
    void tidy() throws IOException {
        Instant now = now();
        for (EngineFile file : store.expired(now, 100)) {
            store.delete(file.id());
            removeQuietly(folder.file(file.id()));
        }
        for (Upload upload : store.expiredUploads(now, 100)) {
            if (store.updateUpload(upload.as(Upload.Status.EXPIRED, null), Upload.Status.PENDING)) {
                removeParts(upload.id());
            }
        }
        folder.removeUnfinished(now.minus(Duration.ofDays(1)));
    }

    private void removeParts(String uploadId) {
        store.parts(uploadId).forEach(part -> removeQuietly(folder.part(part.id())));
    }

    private void removeQuietly(Path path) {
        try {
            folder.remove(path);
        } catch (IOException e) {
            log.warn("{} could not be removed and takes up space: {}", path, e.toString());
        }
    }

    private static EngineRefusal required(String field) {
        return EngineRefusal.badRequest(field, null, "'" + field + "' is a required property");
    }

    private static EngineRefusal wrongPurpose(@Nullable String purpose, List<String> known) {
        if (purpose == null) {
            return required("purpose");
        }
        return EngineRefusal.badRequest(
                "purpose",
                null,
                "'"
                        + EngineRefusal.cut(purpose)
                        + "' is not one of ["
                        + String.join(", ", known.stream().map(p -> "'" + p + "'").toList())
                        + "] - 'purpose'");
    }

    private static @Nullable Duration life(@Nullable String anchor, @Nullable String seconds) {
        if (anchor == null && seconds == null) {
            return null;
        }
        if (!"created_at".equals(anchor)) {
            throw EngineRefusal.badRequest(
                    "expires_after.anchor",
                    null,
                    "'created_at' is the only anchor - 'expires_after.anchor'");
        }
        if (seconds == null
                || !seconds.matches("[0-9]{1,10}")
                || Long.parseLong(seconds) < SHORTEST_LIFE
                || Long.parseLong(seconds) > LONGEST_LIFE) {
            throw EngineRefusal.badRequest(
                    "expires_after.seconds",
                    null,
                    "expected an integer from "
                            + SHORTEST_LIFE
                            + " to "
                            + LONGEST_LIFE
                            + " - 'expires_after.seconds'");
        }
        return Duration.ofSeconds(Long.parseLong(seconds));
    }

    /// The last part of a path in either notation; a part that was sent without a name is still a file.
    private static String name(@Nullable String sent) {
        String name = sent == null ? "" : sent;
        name = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        name = name.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            return "upload.jsonl";
        }
        return name.length() <= 200 ? name : name.substring(0, 200);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
