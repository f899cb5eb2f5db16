package dev.afinador.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Records of files and of uploads in parts; the bytes are in the [EngineFolder].
public interface EngineFileStore {

    void insert(EngineFile file);

    Optional<EngineFile> find(String id);

    /// @return false when it was not there (any more)
    boolean delete(String id);

    /// Up to `limit` files, in the order in which they came.
    ///
    /// @param purpose only these; null for all
    /// @param after   id of the file before the first; null from the beginning
    /// @param newest  whether the newest comes first
    List<EngineFile> list(
            @Nullable String purpose, @Nullable String after, boolean newest, int limit);

    /// Files that expired at `now` or earlier.
    List<EngineFile> expired(Instant now, int limit);

    void insertUpload(Upload upload);

    Optional<Upload> findUpload(String id);

    /// Changes status and file when the stored status is still `from`.
    ///
    /// @return false when it was not
    boolean updateUpload(Upload upload, Upload.Status from);

    /// Pending uploads that expired at `now` or earlier.
    List<Upload> expiredUploads(Instant now, int limit);

    /// Adds a part.
    ///
    /// @return false when the upload is no longer pending
    boolean addPart(Upload.Part part);

    /// All parts of an upload, in no particular order.
    List<Upload.Part> parts(String uploadId);
}
