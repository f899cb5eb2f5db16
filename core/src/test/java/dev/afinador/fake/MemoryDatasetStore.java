package dev.afinador.fake;

import dev.afinador.dataset.CheckProgress;
import dev.afinador.dataset.CheckReport;
import dev.afinador.dataset.CheckState;
import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFamily;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.DatasetQuery;
import dev.afinador.dataset.DatasetStore;
import dev.afinador.dataset.FamilyId;
import dev.afinador.job.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Datasets in memory, as far as jobs have to do with them: they come, are used and go. What checks, versions and contents need
/// is asked of another fake.
public final class MemoryDatasetStore implements DatasetStore {

    private final Memory memory;

    public MemoryDatasetStore(Memory memory) {
        this.memory = memory;
    }

    @Override
    public Dataset insert(Dataset dataset, @Nullable CheckReport report) {
        return memory.write(t -> {
            t.datasets.put(dataset.id(), dataset);
            return dataset;
        });
    }

    @Override
    public Optional<Dataset> find(DatasetId id) {
        return memory.read(t -> Optional.ofNullable(t.datasets.get(id)));
    }

    @Override
    public boolean use(DatasetId id) {
        return find(id).isPresent();
    }

    /// What only jobs that are over refer to stays in the real store, marked; here it stays as it is.
    @Override
    public Deletion delete(DatasetId id, Instant now) {
        return memory.write(t -> {
            if (!t.datasets.containsKey(id)) {
                return Deletion.UNKNOWN;
            }
            List<Job> users =
                    t.jobs.values().stream()
                            .map(Memory.StoredJob::job)
                            .filter(job -> refersTo(job, id))
                            .toList();
            if (users.stream().anyMatch(job -> !job.status().isFinal())) {
                return Deletion.IN_USE;
            }
            if (users.isEmpty()) {
                t.datasets.remove(id);
            }
            return Deletion.DELETED;
        });
    }

    private static boolean refersTo(Job job, DatasetId id) {
        return id.equals(job.trainingDataset()) || id.equals(job.validationDataset());
    }

    private static UnsupportedOperationException notFaked() {
        return new UnsupportedOperationException("no test of jobs needs this");
    }

    @Override
    public Optional<Dataset> findBySha256(String sha256) {
        throw notFaked();
    }

    @Override
    public Optional<Dataset> findBySha256(FamilyId family, String sha256) {
        throw notFaked();
    }

    @Override
    public List<Dataset> list(DatasetQuery query) {
        throw notFaked();
    }

    @Override
    public long count(DatasetQuery query) {
        throw notFaked();
    }

    @Override
    public List<Dataset> versions(FamilyId family) {
        throw notFaked();
    }

    @Override
    public List<Dataset> relatives(FamilyId family) {
        throw notFaked();
    }

    @Override
    public Optional<DatasetFamily> family(FamilyId id) {
        throw notFaked();
    }

    @Override
    public boolean describe(FamilyId id, String name, List<String> tags, String notes) {
        throw notFaked();
    }

    @Override
    public List<String> tags() {
        throw notFaked();
    }

    @Override
    public List<DatasetFinding> findings(DatasetId id, int limit) {
        throw notFaked();
    }

    @Override
    public List<DatasetFinding> findings(DatasetId id, String rule, int limit) {
        throw notFaked();
    }

    @Override
    public Optional<CheckReport> report(DatasetId id) {
        throw notFaked();
    }

    @Override
    public boolean beginCheck(DatasetId id, Instant now) {
        throw notFaked();
    }

    @Override
    public boolean noteCheck(DatasetId id, CheckProgress progress) {
        throw notFaked();
    }

    @Override
    public Optional<CheckProgress> progress(DatasetId id) {
        throw notFaked();
    }

    @Override
    public boolean finishCheck(DatasetId id, CheckReport report) {
        throw notFaked();
    }

    @Override
    public boolean endCheck(DatasetId id, CheckState state) {
        throw notFaked();
    }

    @Override
    public boolean cancelCheck(DatasetId id) {
        throw notFaked();
    }

    @Override
    public boolean recheck(DatasetId id) {
        throw notFaked();
    }

    @Override
    public boolean accept(DatasetId id, Dataset.Acceptance acceptance) {
        throw notFaked();
    }

    @Override
    public void prune() {
        throw notFaked();
    }

    @Override
    public boolean wantContent(String sha256, Instant now) {
        throw notFaked();
    }

    @Override
    public boolean confirmContent(String sha256, Instant now) {
        throw notFaked();
    }

    @Override
    public Claim claimContent(String sha256, Instant now, Duration quiet) {
        throw notFaked();
    }

    @Override
    public void contentDeleted(String sha256) {
        throw notFaked();
    }
}
