package dev.afinador.dataset;

import dev.afinador.work.TaskQueue;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Checks a file in the background. Killed, it begins again at the file's first byte: what counts is stored in one piece when the
/// end is reached. Instance: a dataset id.
public final class CheckStep implements TaskQueue.Step {

    private static final Logger log = LoggerFactory.getLogger(CheckStep.class);

    /// How often progress is written down while a file is read.
    private static final Duration NOTE_EVERY = Duration.ofMillis(400);

    private static final Duration TURN = Duration.ofSeconds(1);

    /// A file that fails this often would fail for good.
    private static final int MOST_ATTEMPTS = 5;

    private final DatasetStore store;
    private final DatasetFiles files;
    private final InstantSource clock;

    /// Checks are bound by the processor: more at a time would only make each slower, and other work with them.
    private final Semaphore turns = new Semaphore(1);

    public CheckStep(DatasetStore store, DatasetFiles files, InstantSource clock) {
        this.store = store;
        this.files = files;
        this.clock = clock;
    }

    @Override
    public TaskQueue.Next run(String instance) {
        DatasetId id = DatasetId.parse(instance);
        Dataset dataset = store.find(id).orElse(null);
        Optional<CheckProgress> progress = store.progress(id);
        if (dataset == null || progress.isEmpty()) {
            return new TaskQueue.Next.Done();
        }
        if (progress.get().cancelRequested()) {
            store.endCheck(id, CheckState.CANCELLED);
            return new TaskQueue.Next.Done();
        }
        if (progress.get().attempts() >= MOST_ATTEMPTS) {
            log.warn("dataset {} could not be checked in {} attempts", id, MOST_ATTEMPTS);
            store.endCheck(id, CheckState.FAILED);
            return new TaskQueue.Next.Done();
        }
        if (!turns.tryAcquire()) {
            return new TaskQueue.Next.Again(clock.instant().plus(TURN));
        }
        try {
            return check(dataset);
        } finally {
            turns.release();
        }
    }

    private TaskQueue.Next check(Dataset dataset) {
        Instant begun = clock.instant();
        if (!store.beginCheck(dataset.id(), begun)) {
            return new TaskQueue.Next.Done();
        }
        try (InputStream content = files.open(dataset.sha256())) {
            CheckReport report =
                    FileCheck.check(content, dataset.format(), new Notes(dataset.id(), begun));
            store.finishCheck(dataset.id(), report);
        } catch (FileCheck.EndedException e) {
            store.endCheck(dataset.id(), CheckState.CANCELLED);
        } catch (NoSuchFileException e) {
            log.warn("the content of dataset {} is not there", dataset.id());
            store.endCheck(dataset.id(), CheckState.FAILED);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the content of dataset " + dataset.id() + " could not be read", e);
        }
        return new TaskQueue.Next.Done();
    }

    /// Writes progress down now and then, and hears whether somebody wants the check to end.
    private final class Notes implements FileCheck.Watcher {
        private final DatasetId id;
        private final Instant begun;
        private Instant noted;

        Notes(DatasetId id, Instant begun) {
            this.id = id;
            this.begun = begun;
            this.noted = begun;
        }

        @Override
        public boolean reached(FileCheck.SoFar so) throws InterruptedIOException {
            Instant now = clock.instant();
            if (Duration.between(noted, now).compareTo(NOTE_EVERY) < 0) {
                return true;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("the machine is being stopped");
            }
            noted = now;
            return store.noteCheck(
                    id,
                    new CheckProgress(
                            begun, so.read(), so.examples(), so.rules(), so.findings(), false, 0));
        }
    }
}
