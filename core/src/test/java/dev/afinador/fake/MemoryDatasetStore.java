package dev.afinador.fake;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.DatasetStore;
import dev.afinador.job.Job;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Datasets in memory.
public final class MemoryDatasetStore implements DatasetStore {

    private final Memory memory;

    public MemoryDatasetStore(Memory memory) {
        this.memory = memory;
    }

    @Override
    public void insert(Dataset dataset, List<DatasetFinding> findings) {
        boolean unused =
                memory.write(t -> {
                    if (t.datasets.values().stream()
                            .anyMatch(d -> d.sha256().equals(dataset.sha256()))) {
                        throw new IllegalStateException("this content is there");
                    }
                    t.datasets.put(dataset.id(), dataset);
                    t.findings.put(
                            dataset.id(),
                            findings.stream()
                                    .sorted(Comparator.comparingLong(DatasetFinding::line))
                                    .toList());
                    return true;
                });
    }

    @Override
    public Optional<Dataset> find(DatasetId id) {
        return memory.read(t -> Optional.ofNullable(t.datasets.get(id)));
    }

    @Override
    public Optional<Dataset> findBySha256(String sha256) {
        return memory.read(t ->
                t.datasets.values().stream().filter(d -> d.sha256().equals(sha256)).findFirst());
    }

    @Override
    public List<Dataset> list(int limit) {
        return memory.read(t ->
                t.datasets.values().stream()
                        .sorted(
                                Comparator.comparing(Dataset::createdAt)
                                        .thenComparing(d -> d.id().toString())
                                        .reversed())
                        .limit(limit)
                        .toList());
    }

    @Override
    public List<DatasetFinding> findings(DatasetId id, int limit) {
        return memory.read(
                t -> t.findings.getOrDefault(id, List.of()).stream().limit(limit).toList());
    }

    @Override
    public boolean delete(DatasetId id) {
        return memory.write(t -> {
            boolean used =
                    t.jobs.values().stream()
                            .map(Memory.StoredJob::job)
                            .anyMatch(j -> refersTo(j, id));
            if (used) {
                return false;
            }
            t.findings.remove(id);
            return t.datasets.remove(id) != null;
        });
    }

    private static boolean refersTo(Job job, DatasetId id) {
        return id.equals(job.trainingDataset()) || id.equals(job.validationDataset());
    }
}
