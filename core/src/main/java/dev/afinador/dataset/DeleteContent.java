package dev.afinador.dataset;

import dev.afinador.work.TaskQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;

/// Deletes the bytes of a content that no dataset has any more. Whoever brings the same content in meanwhile is never left
/// without bytes: the claim and the wish for a content exclude each other. Instance: a SHA-256.
public final class DeleteContent implements TaskQueue.Step {

    /// Longer than it takes from bringing bytes in to having their record.
    private static final Duration QUIET = Duration.ofMinutes(10);

    private final DatasetStore store;
    private final DatasetFiles files;
    private final InstantSource clock;

    public DeleteContent(DatasetStore store, DatasetFiles files, InstantSource clock) {
        this.store = store;
        this.files = files;
        this.clock = clock;
    }

    @Override
    public TaskQueue.Next run(String sha256) {
        return switch (store.claimContent(sha256, clock.instant(), QUIET)) {
            case KEPT -> new TaskQueue.Next.Done();
            case LATER -> new TaskQueue.Next.Again(clock.instant().plus(QUIET));
            case CLAIMED -> {
                try {
                    files.delete(sha256);
                } catch (IOException e) {
                    throw new UncheckedIOException("a content could not be deleted", e);
                }
                store.contentDeleted(sha256);
                yield new TaskQueue.Next.Done();
            }
        };
    }
}
