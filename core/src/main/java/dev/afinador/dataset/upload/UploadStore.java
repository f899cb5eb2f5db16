package dev.afinador.dataset.upload;

import dev.afinador.dataset.DatasetId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where the records of uploads are kept. Every method is atomic and joins the caller's transaction if there is one.
public interface UploadStore {

    void insert(Upload upload);

    Optional<Upload> find(UploadId id);

    /// Those that are not done, newest first.
    List<Upload> open(int limit);

    /// Moves `received` on.
    ///
    /// @return false when it is not at `from`, or no bytes are awaited: somebody else was faster
    boolean advance(UploadId id, long from, long to, Instant now);

    /// From receiving to received, when all bytes are there.
    ///
    /// @return false when they are not, or it was done before
    boolean complete(UploadId id, Instant now);

    /// Notes the hash of the content; of an upload that is received.
    void hashed(UploadId id, String sha256);

    void done(UploadId id, DatasetId dataset, Instant now);

    void fail(UploadId id, String trouble, Instant now);

    /// @return false when there is none
    boolean delete(UploadId id);

    /// Those in this state that have not moved since then, oldest first.
    List<Upload> still(Upload.State state, Instant since, int limit);
}
