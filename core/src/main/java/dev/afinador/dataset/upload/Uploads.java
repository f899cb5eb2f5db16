package dev.afinador.dataset.upload;

import dev.afinador.dataset.Datasets;
import dev.afinador.work.Refusal;
import dev.afinador.work.TaskQueue;
import dev.afinador.work.Transactions;
import dev.afinador.work.Uuid7;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Takes files in piece by piece. How much is there is written down when it is on the disk, so a sender that asks for it and goes
/// on from there loses nothing, whatever broke: the connection, the browser or this process.
public final class Uploads {

    /// After how many bytes it is written down how much is there.
    private static final long NOTE_EVERY = 8L << 20;

    private final UploadStore store;
    private final Parts parts;
    private final Datasets datasets;
    private final Transactions transactions;
    private final TaskQueue tasks;
    private final Uuid7 ids;
    private final InstantSource clock;
    private final String node;
    private final Duration keep;

    /// Uploads that somebody is sending bytes of right now.
    private final Set<UploadId> busy = ConcurrentHashMap.newKeySet();

    /// @param node this machine
    /// @param keep how long an upload that does not move is waited for
    public Uploads(
            UploadStore store,
            Parts parts,
            Datasets datasets,
            Transactions transactions,
            TaskQueue tasks,
            Uuid7 ids,
            InstantSource clock,
            String node,
            Duration keep) {
        this.store = store;
        this.parts = parts;
        this.datasets = datasets;
        this.transactions = transactions;
        this.tasks = tasks;
        this.ids = ids;
        this.clock = clock;
        this.node = node;
        this.keep = keep;
    }

    public long maxBytes() {
        return datasets.maxBytes();
    }

    /// When an upload will be forgotten that does not move until then.
    public Instant expiry(Upload upload) {
        return upload.movedAt().plus(keep);
    }

    /// Announces a file.
    ///
    /// @param length in bytes
    /// @param name   what the dataset is to be called; blank for the file's own name
    /// @throws Refusal `file_empty`, `file_too_large`, or `upload_no_room` when it would fill the disk
    public Upload create(@Nullable String filename, String name, long length) {
        String file = Datasets.fileName(filename);
        if (length <= 0) {
            throw Refusal.invalid("file_empty", file);
        }
        if (length > maxBytes()) {
            throw Refusal.tooLarge("file_too_large", file, maxBytes());
        }
        if (name.length() > 200) {
            throw Refusal.invalid(
                    List.of(Refusal.Violation.of("name", "too_long", 200, name.length())));
        }
        requireRoom(file, length);
        Instant now = clock.instant();
        var upload =
                new Upload(
                        new UploadId(ids.next()),
                        node,
                        file,
                        name.strip(),
                        length,
                        0,
                        Upload.State.RECEIVING,
                        null,
                        null,
                        null,
                        now,
                        now);
        store.insert(upload);
        try {
            parts.create(upload.id());
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be stored", e);
        }
        return upload;
    }

    /// Half an upload that fills the disk would stop everything else that has to be written.
    private void requireRoom(String file, long length) {
        try {
            long room = parts.room();
            if (length > room) {
                throw Refusal.noRoom("upload_no_room", file, length, room);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the room for " + file + " could not be measured", e);
        }
    }

    /// @throws Refusal `upload_unknown`
    public Upload get(String id) {
        try {
            return get(UploadId.parse(id));
        } catch (IllegalArgumentException e) {
            throw unknown(id);
        }
    }

    private Upload get(UploadId id) {
        return store.find(id).orElseThrow(() -> unknown(id.toString()));
    }

    private static Refusal unknown(String id) {
        return Refusal.notFound(
                "upload_unknown", id.length() <= 80 ? id : id.substring(0, 80) + "…");
    }

    /// Those that are not done, newest first.
    public List<Upload> open(int limit) {
        return store.open(limit);
    }

    /// Writes bytes behind those that are there. When the sender breaks off, what came before is kept.
    ///
    /// @param offset where the sender believes that we are
    /// @return the upload as it is then
    /// @throws Refusal `upload_unknown`, `upload_elsewhere`, `upload_busy`, `upload_lost`, `upload_over`
    /// @throws OffsetException when we are elsewhere in the file
    /// @throws Refusal `upload_too_long` when more bytes come than were announced; those announced are kept
    /// @throws IOException when the sender broke off or the disk failed
    public Upload append(UploadId id, long offset, InputStream bytes) throws IOException {
        if (!busy.add(id)) {
            throw Refusal.conflict("upload_busy", id.toString());
        }
        try {
            Upload upload = awaiting(id);
            if (upload.received() != offset) {
                throw new OffsetException(upload.received());
            }
            write(upload, bytes);
            return get(id);
        } finally {
            busy.remove(id);
        }
    }

    /// The sender is not where we are.
    public static final class OffsetException extends RuntimeException {
        private final long received;

        OffsetException(long received) {
            super("the upload is at byte " + received);
            this.received = received;
        }

        public long received() {
            return received;
        }
    }

    private Upload awaiting(UploadId id) {
        Upload upload = get(id);
        if (upload.state() != Upload.State.RECEIVING) {
            throw Refusal.conflict("upload_over", upload.filename());
        }
        if (!upload.node().equals(node)) {
            throw Refusal.conflict("upload_elsewhere", upload.filename());
        }
        return upload;
    }

    private void write(Upload upload, InputStream bytes) throws IOException {
        try (FileChannel out = parts.openAt(upload.id(), upload.received())) {
            var writing = new Writing(upload, out);
            try {
                writing.copy(bytes);
            } finally {
                writing.end();
            }
        } catch (NoSuchFileException | Parts.LostException e) {
            store.fail(upload.id(), "upload_lost", clock.instant());
            throw Refusal.conflict("upload_lost", upload.filename());
        }
    }

    /// One stretch of bytes on its way to the disk.
    private final class Writing {
        private final Upload upload;
        private final FileChannel out;
        private long noted;
        private long written;

        Writing(Upload upload, FileChannel out) {
            this.upload = upload;
            this.out = out;
            this.noted = upload.received();
            this.written = noted;
        }

        void copy(InputStream bytes) throws IOException {
            byte[] chunk = new byte[64 << 10];
            while (true) {
                int most = (int) Math.min(chunk.length, upload.length() - written);
                int read = bytes.read(chunk, 0, Math.max(1, most));
                if (read < 0) {
                    return;
                }
                if (most == 0) {
                    throw Refusal.tooLarge("upload_too_long", upload.filename(), upload.length());
                }
                ByteBuffer buffer = ByteBuffer.wrap(chunk, 0, read);
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
                written += read;
                if (written - noted >= NOTE_EVERY) {
                    note();
                }
            }
        }

        /// What could not be written down will be sent again; on a full disk its room is needed more elsewhere.
        void end() throws IOException {
            try {
                note();
            } catch (IOException | RuntimeException e) {
                out.truncate(noted);
                throw e;
            }
        }

        /// What is written down is on the disk.
        void note() throws IOException {
            out.force(true);
            Instant now = clock.instant();
            transactions.runInTransaction(() -> {
                if (written > noted && !store.advance(upload.id(), noted, written, now)) {
                    throw Refusal.conflict("upload_busy", upload.filename());
                }
                if (written == upload.length() && store.complete(upload.id(), now)) {
                    tasks.schedule(TaskQueue.Kind.TAKE_IN_UPLOAD, upload.id().toString(), now);
                }
            });
            noted = written;
        }
    }

    /// Forgets an upload and its bytes; a dataset that came out of it stays.
    ///
    /// @throws Refusal `upload_unknown`, `upload_busy`
    public void cancel(UploadId id) {
        if (!busy.add(id)) {
            throw Refusal.conflict("upload_busy", id.toString());
        }
        try {
            get(id);
            // In this order: on a full disk only the room of the bytes lets the record be changed.
            parts.delete(id);
            store.delete(id);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the bytes of upload " + id + " could not be deleted", e);
        } finally {
            busy.remove(id);
        }
    }
}
