package dev.afinador.dataset.make;

import dev.afinador.dataset.DatasetId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where datasets in the making are kept. Every method is atomic and joins the caller's transaction if there is one.
public interface MakingStore {

    void insert(Making making);

    Optional<Making> find(MakingId id);

    /// Those that are being worked on, newest first.
    List<Making> working(int limit);

    /// Notes how far it is.
    ///
    /// @return false when it is not being worked on any more: it was cancelled
    boolean progress(MakingId id, long done, long total, Instant now);

    /// @return false when it was not being worked on
    boolean done(MakingId id, List<DatasetId> results, Instant now);

    /// @return false when it was not being worked on
    boolean fail(MakingId id, String trouble, List<String> args, Instant now);

    /// @return false when it was not being worked on
    boolean cancel(MakingId id, Instant now);

    /// Forgets those that ended before then.
    void prune(Instant endedBefore);
}
