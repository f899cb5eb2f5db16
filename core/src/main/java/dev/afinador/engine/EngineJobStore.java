package dev.afinador.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Jobs of the engine with what belongs to them. Lists are newest first, by the order in which things were stored.
public interface EngineJobStore {

    void insert(EngineJob job);

    Optional<EngineJob> find(String id);

    /// Stores the job's state when the stored version is `job.version()`; the stored version then goes up by one.
    ///
    /// @return false when somebody else changed it meanwhile
    boolean update(EngineJob job);

    /// Up to `limit` jobs.
    ///
    /// @param after id of the job before the first; null from the newest
    List<EngineJob> list(@Nullable String after, int limit, MetadataFilter filter);

    /// A job that is not over and goes on from this model, if there is one.
    Optional<String> usesModel(String model);

    /// Adds events in this order, but none whose mark the job already has.
    void addEvents(String jobId, List<EngineEvent> events);

    /// @param after id of the event before the first; null from the newest
    List<EngineEvent> events(String jobId, @Nullable String after, int limit);

    Optional<EngineEvent> findEvent(String jobId, String eventId);

    /// The metrics of a job by step, oldest first.
    List<Map<String, Double>> metrics(String jobId);

    /// Adds a checkpoint and its model, unless the job has one of this step.
    void addCheckpoint(String jobId, EngineCheckpoint checkpoint, EngineModel model);

    /// @param after id of the checkpoint before the first; null from the newest
    List<EngineCheckpoint> checkpoints(String jobId, @Nullable String after, int limit);

    Optional<EngineCheckpoint> findCheckpoint(String jobId, String checkpointId);

    /// Forgets a checkpoint and, under its name, its model.
    void deleteCheckpoint(String jobId, EngineCheckpoint checkpoint);

    /// Adds a model, or gives the name another folder.
    void putModel(EngineModel model);

    Optional<EngineModel> findModel(String name);

    /// Models that jobs made, newest first.
    List<EngineModel> models(int limit);

    /// Models of one job.
    List<EngineModel> modelsOf(String jobId);

    boolean deleteModel(String name);

    /// Binds an idempotency key to a job, unless it is bound already.
    ///
    /// @return what it is bound to
    KeyUse useKey(String key, String requestHash, String jobId, Instant at);

    Optional<KeyUse> findKey(String key);

    void pruneKeys(Instant usedBefore);

    /// @param requestHash of the request that bound the key first
    record KeyUse(String requestHash, String jobId) {}

    /// Which jobs a list is about.
    sealed interface MetadataFilter {
        record Everything() implements MetadataFilter {}

        /// Jobs that have every one of these pairs.
        record Pairs(Map<String, String> pairs) implements MetadataFilter {
            public Pairs {
                pairs = Map.copyOf(pairs);
            }
        }

        /// Jobs without metadata.
        record None() implements MetadataFilter {}
    }
}
