package dev.afinador.dataset;

import dev.afinador.work.Refusal;
import dev.afinador.work.Uuid7;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The training files of the house: taken in, checked, listed, handed out and forgotten.
///
/// Trouble with the disk is an [UncheckedIOException]; what the caller did wrong has a type of its own.
public final class Datasets {

    private static final int LONGEST_NAME = 200;

    private final DatasetStore store;
    private final DatasetFiles files;
    private final Uuid7 ids;
    private final InstantSource clock;
    private final long maxBytes;

    /// Held while a record and its bytes come or go together. One check at a time is wanted anyway: it is bound by
    /// the processor.
    private final ReentrantLock recordAndBytes = new ReentrantLock();

    /// @param maxBytes the largest file that is taken
    public Datasets(
            DatasetStore store, DatasetFiles files, Uuid7 ids, InstantSource clock, long maxBytes) {
        this.store = store;
        this.files = files;
        this.ids = ids;
        this.clock = clock;
        this.maxBytes = maxBytes;
    }

    public long maxBytes() {
        return maxBytes;
    }

    /// Takes a file in and checks it. A file with errors is kept too, so that its findings can be looked at. The same
    /// content again gives the dataset that is there already, under the name it has.
    ///
    /// @param name     what people call it; blank means the file's own name
    /// @param filename as the sender calls it, with a path or not
    /// @throws Refusal `file_empty` when there is not a single byte
    /// @throws Refusal `file_too_large` when there are more than [#maxBytes]
    public Dataset add(String name, String filename, InputStream content) {
        String file = fileName(filename);
        try {
            DatasetFiles.Stored stored = files.store(content, maxBytes);
            if (stored.bytes() == 0) {
                files.delete(stored.sha256());
                throw Refusal.invalid("file_empty", file);
            }
            recordAndBytes.lock();
            try {
                Optional<Dataset> there = store.findBySha256(stored.sha256());
                return there.isPresent() ? there.get() : insert(name, file, stored);
            } finally {
                recordAndBytes.unlock();
            }
        } catch (DatasetFiles.TooLargeException e) {
            throw Refusal.tooLarge("file_too_large", file, maxBytes);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be stored", e);
        }
    }

    private Dataset insert(String name, String file, DatasetFiles.Stored stored)
            throws IOException {
        TrainingFileCheck.Result checked;
        try (InputStream bytes = files.open(stored.sha256())) {
            checked = TrainingFileCheck.check(bytes);
        }
        var dataset =
                new Dataset(
                        new DatasetId(ids.next()),
                        name.isBlank() ? withoutEnding(file) : cut(oneLine(name)),
                        file,
                        stored.sha256(),
                        stored.bytes(),
                        checked.kind(),
                        checked.examples(),
                        checked.errors(),
                        checked.warnings(),
                        clock.instant().truncatedTo(ChronoUnit.MILLIS));
        try {
            store.insert(dataset, checked.findings());
            return dataset;
        } catch (RuntimeException e) {
            // another machine may have taken in the same content meanwhile
            return store.findBySha256(stored.sha256()).orElseThrow(() -> e);
        }
    }

    public Optional<Dataset> find(DatasetId id) {
        return store.find(id);
    }

    /// @throws Refusal `dataset_unknown` when there is none
    public Dataset get(DatasetId id) {
        return store.find(id).orElseThrow(() -> Refusal.notFound("dataset_unknown", id.toString()));
    }

    /// Newest first.
    public List<Dataset> list(int limit) {
        return store.list(limit);
    }

    /// In file order.
    public List<DatasetFinding> findings(DatasetId id, int limit) {
        return store.findings(id, limit);
    }

    /// The content, for whoever closes the stream.
    ///
    /// @throws Refusal `dataset_unknown` when there is none
    public InputStream open(DatasetId id) {
        Dataset dataset = get(id);
        try {
            return files.open(dataset.sha256());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the content of dataset " + id + " could not be read", e);
        }
    }

    /// Forgets a dataset, record and bytes.
    ///
    /// @throws Refusal `dataset_unknown` when there is none
    /// @throws Refusal `dataset_in_use` when a job refers to it
    public void delete(DatasetId id) {
        recordAndBytes.lock();
        try {
            Dataset dataset = get(id);
            if (!store.delete(id)) {
                throw store.find(id).isPresent()
                        ? Refusal.conflict("dataset_in_use", dataset.name())
                        : Refusal.notFound("dataset_unknown", id.toString());
            }
            files.delete(dataset.sha256());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the content of dataset " + id + " could not be deleted", e);
        } finally {
            recordAndBytes.unlock();
        }
    }

    /// The last part of a path in either notation, fit to be shown and sent on.
    private static String fileName(@Nullable String sent) {
        String name = sent == null ? "" : sent;
        name = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        name = oneLine(name);
        return name.isEmpty() || name.equals(".") || name.equals("..")
                ? "dataset.jsonl"
                : cut(name);
    }

    private static String withoutEnding(String file) {
        int dot = file.lastIndexOf('.');
        return dot > 0 ? file.substring(0, dot) : file;
    }

    private static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
    }

    private static String cut(String text) {
        if (text.codePointCount(0, text.length()) <= LONGEST_NAME) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, LONGEST_NAME));
    }
}
