package dev.afinador.dataset;

import java.util.List;
import java.util.Optional;

/// Where the records of datasets are kept (their bytes are with [DatasetFiles]).
public interface DatasetStore {

    void insert(Dataset dataset, List<DatasetFinding> findings);

    Optional<Dataset> find(DatasetId id);

    Optional<Dataset> findBySha256(String sha256);

    /// Newest first.
    List<Dataset> list(int limit);

    /// In file order.
    List<DatasetFinding> findings(DatasetId id, int limit);

    /// Deletes the record unless a job refers to it.
    ///
    /// @return false when there is none or a job uses it
    boolean delete(DatasetId id);
}
