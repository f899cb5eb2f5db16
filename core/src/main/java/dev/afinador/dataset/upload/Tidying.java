package dev.afinador.dataset.upload;

import dev.afinador.dataset.DatasetStore;
import dev.afinador.dataset.make.MakingStore;
import dev.afinador.work.TaskQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Forgets uploads that nobody finished, what was made long ago, and deleted datasets that nothing refers to any more. One
/// instance.
public final class Tidying implements TaskQueue.Step {

    private static final Duration EVERY = Duration.ofHours(1);
    private static final Duration SHOW_ENDED = Duration.ofDays(1);
    private static final Duration SHOW_MADE = Duration.ofDays(7);
    private static final int AT_ONCE = 500;

    private final UploadStore store;
    private final Parts parts;
    private final MakingStore makings;
    private final DatasetStore datasets;
    private final InstantSource clock;
    private final Duration keep;

    /// @param keep how long an upload that does not move is waited for
    public Tidying(
            UploadStore store,
            Parts parts,
            MakingStore makings,
            DatasetStore datasets,
            InstantSource clock,
            Duration keep) {
        this.store = store;
        this.parts = parts;
        this.makings = makings;
        this.datasets = datasets;
        this.clock = clock;
        this.keep = keep;
    }

    @Override
    public TaskQueue.Next run(String instance) {
        Instant now = clock.instant();
        forget(Upload.State.RECEIVING, now.minus(keep));
        forget(Upload.State.RECEIVED, now.minus(keep)); // its machine never came back
        forget(Upload.State.FAILED, now.minus(SHOW_ENDED));
        forget(Upload.State.DONE, now.minus(SHOW_ENDED));
        try {
            // a part without a record: forgotten by another machine, or left by a process that was
            // killed in between
            for (UploadId id : parts.all()) {
                if (store.find(id).isEmpty()) {
                    parts.delete(id);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the folder of uploads could not be tidied", e);
        }
        makings.prune(now.minus(SHOW_MADE));
        datasets.prune();
        return new TaskQueue.Next.Again(now.plus(EVERY));
    }

    private void forget(Upload.State state, Instant since) {
        store.still(state, since, AT_ONCE).forEach(upload -> store.delete(upload.id()));
    }
}
