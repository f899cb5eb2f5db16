package dev.afinador.storage;

import dev.afinador.engine.EngineCheckpoint;
import dev.afinador.engine.EngineEvent;
import dev.afinador.engine.EngineJob;
import dev.afinador.engine.EngineJobStatus;
import dev.afinador.engine.EngineJobStore;
import dev.afinador.engine.EngineMethod;
import dev.afinador.engine.EngineModel;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The engine's jobs with their events, checkpoints and models.
public final class JdbcEngineJobStore implements EngineJobStore {

    private static final String JOBS =
            """
            SELECT id, status, model, base_model, final_model, training_file, validation_file, suffix, seed, method,
                   hyperparameters, metadata, resolved, step, total_steps, pause_wanted, resumed, starts, crashes,
                   attempt, log_read, created_at, started_at, finished_at, estimated_finish, fine_tuned_model,
                   trained_tokens, result_file, error_code, error_message, error_param, version
              FROM engine_job
            """;

    private static final String OPEN =
            " status IN ('validating_files', 'queued', 'running', 'paused') ";

    private static final String EVENTS =
            "SELECT id, at, level, type, message, data, mark FROM engine_event ";

    private static final String CHECKPOINTS =
            "SELECT id, step, model, metrics, created_at FROM engine_checkpoint ";

    private static final String MODELS =
            "SELECT name, job_id, base_model, folder, created_at FROM engine_model ";

    private final Database database;

    public JdbcEngineJobStore(Database database) {
        this.database = database;
    }

    @Override
    public void insert(EngineJob job) {
        EngineJob.Asked asked = job.asked();
        Map<String, String> metadata = asked.metadata();
        List<Values> pairs = new ArrayList<>();
        if (metadata != null) {
            metadata.forEach((name, value) ->
                    pairs.add(key(job.id()).text("name", name).text("value", value)));
        }
        Values values =
                state(job)
                        .text("model", asked.model())
                        .text("base_model", asked.baseModel())
                        .text("final_model", asked.finalModel())
                        .text("training_file", asked.trainingFile())
                        .text("validation_file", asked.validationFile())
                        .text("suffix", asked.suffix())
                        .number("seed", asked.seed())
                        .word("method", asked.method())
                        .text("hyperparameters", JsonText.of(asked.hyperparameters()))
                        .text("metadata", metadata == null ? null : JsonText.of(metadata))
                        .time("created_at", job.createdAt());
        database.inTransaction(() -> {
            database.write(
                            """
                            INSERT INTO engine_job (id, status, model, base_model, final_model, training_file,
                                    validation_file, suffix, seed, method, hyperparameters, metadata, resolved, step,
                                    total_steps, pause_wanted, resumed, starts, crashes, attempt, log_read, created_at,
                                    started_at, finished_at, estimated_finish, fine_tuned_model, trained_tokens,
                                    result_file, error_code, error_message, error_param, version)
                            VALUES (:id, :status, :model, :base_model, :final_model, :training_file,
                                    :validation_file, :suffix, :seed, :method, :hyperparameters, :metadata, :resolved, :step,
                                    :total_steps, :pause_wanted, :resumed, :starts, :crashes, :attempt, :log_read, :created_at,
                                    :started_at, :finished_at, :estimated_finish, :fine_tuned_model, :trained_tokens,
                                    :result_file, :error_code, :error_message, :error_param, :version)
                            """,
                            values)
                    .update();
            return database.writeAll(
                    "INSERT INTO engine_job_metadata (job_id, name, value) VALUES (:id, :name, :value)",
                    pairs);
        });
    }

    @Override
    public Optional<EngineJob> find(String id) {
        return database.read(JOBS + "WHERE id = :id", key(id))
                .query(JdbcEngineJobStore::job)
                .optional();
    }

    @Override
    public boolean update(EngineJob job) {
        return database.write(
                                """
                                UPDATE engine_job
                                   SET status = :status, resolved = :resolved, step = :step, total_steps = :total_steps,
                                       pause_wanted = :pause_wanted, resumed = :resumed, starts = :starts,
                                       crashes = :crashes, attempt = :attempt, log_read = :log_read,
                                       started_at = :started_at, finished_at = :finished_at,
                                       estimated_finish = :estimated_finish, fine_tuned_model = :fine_tuned_model,
                                       trained_tokens = :trained_tokens, result_file = :result_file,
                                       error_code = :error_code, error_message = :error_message,
                                       error_param = :error_param, version = version + 1
                                 WHERE id = :id AND version = :version
                                """,
                                state(job))
                        .update()
                == 1;
    }

    @Override
    public List<EngineJob> list(@Nullable String after, int limit, MetadataFilter filter) {
        StringBuilder sql = new StringBuilder(JOBS).append("WHERE 1 = 1");
        Values values = Values.none().number("limit", limit);
        if (after != null) {
            sql.append(" AND serial < (SELECT serial FROM engine_job WHERE id = :after)");
            values.text("after", after);
        }
        switch (filter) {
            case MetadataFilter.Everything() -> {}
            case MetadataFilter.None() -> sql.append(" AND metadata IS NULL");
            case MetadataFilter.Pairs(Map<String, String> pairs) -> {
                int n = 0;
                for (Map.Entry<String, String> pair : pairs.entrySet()) {
                    sql.append(
                                    " AND EXISTS (SELECT 1 FROM engine_job_metadata m WHERE m.job_id = engine_job.id AND m.name = :name")
                            .append(n)
                            .append(" AND m.value = :value")
                            .append(n)
                            .append(')');
                    values.text("name" + n, pair.getKey()).text("value" + n, pair.getValue());
                    n++;
                }
            }
        }
        sql.append(" ORDER BY serial DESC LIMIT :limit");
        return database.read(sql.toString(), values).query(JdbcEngineJobStore::job).list();
    }

    @Override
    public Optional<String> usesModel(String model) {
        return database.read(
                        "SELECT id FROM engine_job WHERE"
                                + OPEN
                                + "AND model = :model ORDER BY serial LIMIT 1",
                        Values.of("model", model))
                .query(String.class)
                .optional();
    }

    @Override
    public void addEvents(String jobId, List<EngineEvent> events) {
        List<Values> rows = new ArrayList<>(events.size());
        for (EngineEvent event : events) {
            rows.add(
                    Values.of("id", event.id())
                            .text("job_id", jobId)
                            .time("at", event.at())
                            .word("level", event.level())
                            .word("type", event.type())
                            .text("message", event.message())
                            .text("data", JsonText.of(event.data()))
                            .text("mark", event.mark()));
        }
        database.writeAll(
                """
                INSERT INTO engine_event (id, job_id, at, level, type, message, data, mark)
                VALUES (:id, :job_id, :at, :level, :type, :message, :data, :mark)
                ON CONFLICT (job_id, mark) DO NOTHING
                """,
                rows);
    }

    @Override
    public List<EngineEvent> events(String jobId, @Nullable String after, int limit) {
        Values values = Values.of("job", jobId).number("limit", limit);
        String since = "";
        if (after != null) {
            since =
                    "AND serial < (SELECT serial FROM engine_event WHERE job_id = :job AND id = :after) ";
            values.text("after", after);
        }
        return database.read(
                        EVENTS
                                + "WHERE job_id = :job "
                                + since
                                + "ORDER BY serial DESC LIMIT :limit",
                        values)
                .query(JdbcEngineJobStore::event)
                .list();
    }

    @Override
    public Optional<EngineEvent> findEvent(String jobId, String eventId) {
        return database.read(
                        EVENTS + "WHERE job_id = :job AND id = :id",
                        key(eventId).text("job", jobId))
                .query(JdbcEngineJobStore::event)
                .optional();
    }

    @Override
    public List<Map<String, Double>> metrics(String jobId) {
        return database.read(
                        """
                        SELECT data FROM engine_event WHERE job_id = :job AND type = 'metrics' ORDER BY serial
                        """,
                        Values.of("job", jobId))
                .query((row, i) -> JsonText.numbers(row.getString("data")))
                .list();
    }

    @Override
    public void addCheckpoint(String jobId, EngineCheckpoint checkpoint, EngineModel model) {
        database.inTransaction(() -> {
            int added =
                    database.write(
                                    """
                                    INSERT INTO engine_checkpoint (id, job_id, step, model, metrics, created_at)
                                    VALUES (:id, :job_id, :step, :model, :metrics, :created_at)
                                    ON CONFLICT (job_id, step) DO NOTHING
                                    """,
                                    key(checkpoint.id())
                                            .text("job_id", jobId)
                                            .number("step", checkpoint.step())
                                            .text("model", checkpoint.model())
                                            .text("metrics", JsonText.of(checkpoint.metrics()))
                                            .time("created_at", checkpoint.createdAt()))
                            .update();
            if (added == 1) {
                putModel(model);
            }
            return added;
        });
    }

    @Override
    public List<EngineCheckpoint> checkpoints(String jobId, @Nullable String after, int limit) {
        Values values = Values.of("job", jobId).number("limit", limit);
        String since = "";
        if (after != null) {
            since =
                    "AND step < (SELECT step FROM engine_checkpoint WHERE job_id = :job AND id = :after) ";
            values.text("after", after);
        }
        return database.read(
                        CHECKPOINTS
                                + "WHERE job_id = :job "
                                + since
                                + "ORDER BY step DESC LIMIT :limit",
                        values)
                .query(JdbcEngineJobStore::checkpoint)
                .list();
    }

    @Override
    public Optional<EngineCheckpoint> findCheckpoint(String jobId, String checkpointId) {
        return database.read(
                        CHECKPOINTS + "WHERE job_id = :job AND id = :id",
                        key(checkpointId).text("job", jobId))
                .query(JdbcEngineJobStore::checkpoint)
                .optional();
    }

    @Override
    public void deleteCheckpoint(String jobId, EngineCheckpoint checkpoint) {
        database.inTransaction(() -> {
            database.write(
                            "DELETE FROM engine_checkpoint WHERE job_id = :job AND id = :id",
                            key(checkpoint.id()).text("job", jobId))
                    .update();
            return deleteModel(checkpoint.model());
        });
    }

    @Override
    public void putModel(EngineModel model) {
        database.write(
                        """
                        INSERT INTO engine_model (name, job_id, base_model, folder, created_at)
                        VALUES (:name, :job_id, :base_model, :folder, :created_at)
                        ON CONFLICT (name) DO UPDATE SET folder = excluded.folder
                        """,
                        Values.of("name", model.name())
                                .text("job_id", model.jobId())
                                .text("base_model", model.baseModel())
                                .text("folder", model.folder())
                                .time("created_at", model.createdAt()))
                .update();
    }

    @Override
    public Optional<EngineModel> findModel(String name) {
        return database.read(MODELS + "WHERE name = :name", Values.of("name", name))
                .query(JdbcEngineJobStore::model)
                .optional();
    }

    @Override
    public List<EngineModel> models(int limit) {
        return database.read(
                        MODELS + "ORDER BY serial DESC LIMIT :limit",
                        Values.none().number("limit", limit))
                .query(JdbcEngineJobStore::model)
                .list();
    }

    @Override
    public List<EngineModel> modelsOf(String jobId) {
        return database.read(
                        MODELS + "WHERE job_id = :job ORDER BY serial DESC",
                        Values.of("job", jobId))
                .query(JdbcEngineJobStore::model)
                .list();
    }

    @Override
    public boolean deleteModel(String name) {
        return database.write(
                                "DELETE FROM engine_model WHERE name = :name",
                                Values.of("name", name))
                        .update()
                == 1;
    }

    @Override
    public KeyUse useKey(String key, String requestHash, String jobId, Instant at) {
        database.write(
                        """
                        INSERT INTO engine_used_key (idempotency_key, request_hash, job_id, used_at)
                        VALUES (:key, :hash, :job, :at)
                        ON CONFLICT (idempotency_key) DO NOTHING
                        """,
                        Values.of("key", key)
                                .text("hash", requestHash)
                                .text("job", jobId)
                                .time("at", at))
                .update();
        return findKey(key).orElseThrow();
    }

    @Override
    public Optional<KeyUse> findKey(String key) {
        return database.read(
                        "SELECT request_hash, job_id FROM engine_used_key WHERE idempotency_key = :key",
                        Values.of("key", key))
                .query((row, i) ->
                        new KeyUse(row.getString("request_hash"), row.getString("job_id")))
                .optional();
    }

    @Override
    public void pruneKeys(Instant usedBefore) {
        database.write(
                        "DELETE FROM engine_used_key WHERE used_at < :before",
                        Values.none().time("before", usedBefore))
                .update();
    }

    private static Values key(String id) {
        return Values.of("id", id);
    }

    private static Values state(EngineJob job) {
        EngineJob.State s = job.state();
        EngineJob.Failure failure = s.failure();
        return key(job.id())
                .word("status", s.status())
                .text("resolved", s.resolved() == null ? null : JsonText.of(s.resolved()))
                .number("step", s.step())
                .number("total_steps", s.totalSteps())
                .flag("pause_wanted", s.pauseWanted())
                .flag("resumed", s.resumed())
                .number("starts", s.starts())
                .number("crashes", s.crashes())
                .number("attempt", s.attempt())
                .number("log_read", s.logRead())
                .time("started_at", s.startedAt())
                .time("finished_at", s.finishedAt())
                .time("estimated_finish", s.estimatedFinish())
                .text("fine_tuned_model", s.fineTunedModel())
                .number("trained_tokens", s.trainedTokens())
                .text("result_file", s.resultFile())
                .text("error_code", failure == null ? null : failure.code())
                .text("error_message", failure == null ? null : failure.message())
                .text("error_param", failure == null ? null : failure.param())
                .number("version", job.version());
    }

    private static EngineJob job(ResultSet row, int number) throws SQLException {
        String metadata = row.getString("metadata");
        String resolved = row.getString("resolved");
        String error = row.getString("error_code");
        return new EngineJob(
                row.getString("id"),
                new EngineJob.Asked(
                        row.getString("model"),
                        row.getString("base_model"),
                        row.getString("training_file"),
                        Rows.textOrNull(row, "validation_file"),
                        Rows.textOrNull(row, "suffix"),
                        row.getLong("seed"),
                        Rows.word(row, "method", EngineMethod.class),
                        JsonText.texts(row.getString("hyperparameters")),
                        metadata == null ? null : JsonText.texts(metadata),
                        row.getString("final_model")),
                new EngineJob.State(
                        Rows.word(row, "status", EngineJobStatus.class),
                        resolved == null ? null : JsonText.texts(resolved),
                        row.getLong("step"),
                        Rows.longOrNull(row, "total_steps"),
                        row.getBoolean("pause_wanted"),
                        row.getBoolean("resumed"),
                        row.getInt("starts"),
                        row.getInt("crashes"),
                        row.getInt("attempt"),
                        row.getLong("log_read"),
                        Rows.instantOrNull(row, "started_at"),
                        Rows.instantOrNull(row, "finished_at"),
                        Rows.instantOrNull(row, "estimated_finish"),
                        Rows.textOrNull(row, "fine_tuned_model"),
                        Rows.longOrNull(row, "trained_tokens"),
                        Rows.textOrNull(row, "result_file"),
                        error == null
                                ? null
                                : new EngineJob.Failure(
                                        error,
                                        row.getString("error_message"),
                                        Rows.textOrNull(row, "error_param"))),
                Rows.instant(row, "created_at"),
                row.getLong("version"));
    }

    private static EngineEvent event(ResultSet row, int number) throws SQLException {
        return new EngineEvent(
                row.getString("id"),
                Rows.instant(row, "at"),
                Rows.word(row, "level", EngineEvent.Level.class),
                Rows.word(row, "type", EngineEvent.Type.class),
                row.getString("message"),
                JsonText.numbers(row.getString("data")),
                Rows.textOrNull(row, "mark"));
    }

    private static EngineCheckpoint checkpoint(ResultSet row, int number) throws SQLException {
        return new EngineCheckpoint(
                row.getString("id"),
                row.getLong("step"),
                row.getString("model"),
                JsonText.numbers(row.getString("metrics")),
                Rows.instant(row, "created_at"));
    }

    private static EngineModel model(ResultSet row, int number) throws SQLException {
        return new EngineModel(
                row.getString("name"),
                row.getString("job_id"),
                row.getString("base_model"),
                row.getString("folder"),
                Rows.instant(row, "created_at"));
    }
}
