package dev.afinador.storage;

import static dev.afinador.storage.Columns.instant;
import static dev.afinador.storage.Columns.instantNotNull;
import static dev.afinador.storage.Columns.millis;
import static dev.afinador.storage.Columns.number;
import static dev.afinador.storage.Columns.smallNumber;
import static dev.afinador.storage.Columns.value;
import static dev.afinador.storage.Columns.valueOrNull;
import static dev.afinador.storage.Columns.word;

import dev.afinador.dataset.DatasetId;
import dev.afinador.job.Checkpoint;
import dev.afinador.job.Job;
import dev.afinador.job.JobError;
import dev.afinador.job.JobEvent;
import dev.afinador.job.JobId;
import dev.afinador.job.JobPhase;
import dev.afinador.job.JobQuery;
import dev.afinador.job.JobStatus;
import dev.afinador.job.JobStore;
import dev.afinador.job.JobTransition;
import dev.afinador.job.Metric;
import dev.afinador.job.Progress;
import dev.afinador.job.Submission;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.RemoteJobId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Jobs and what belongs to them.
///
/// `changed_at` is the moment of the write, not of the commit: whoever follows [#changedSince] looks back further than any
/// transaction lasts and drops what it has seen (by version).
public final class JdbcJobStore implements JobStore {

    private static final String INSERT =
            """
            INSERT INTO job (id, name, provider_id, origin, remote_id, status, live, provider_status, phase,
                             progress_percent, progress_step, progress_total, progress_kind, eta,
                             base_model, resolved_model, suffix, seed, method, hyperparameters,
                             training_dataset_id, validation_dataset_id, training_file, validation_file,
                             fine_tuned_model, error_code, error_message, error_param,
                             trouble_code, trouble_message, trouble_param, trained_tokens, result_files,
                             submission_outcome, submission_attempts, submission_first_sent, submission_last_sent,
                             submission_failures, missing_since, cancel_requested_at,
                             created_at, submitted_at, started_at, finished_at, synced_at, raw, changed_at, version)
            VALUES (:id, :name, :providerId, :origin, :remoteId, :status, :live, :providerStatus, :phase,
                    :percent, :step, :total, :progressKind, :eta,
                    :baseModel, :resolvedModel, :suffix, :seed, :method, :hyperparameters,
                    :trainingDataset, :validationDataset, :trainingFile, :validationFile,
                    :fineTunedModel, :errorCode, :errorMessage, :errorParam,
                    :troubleCode, :troubleMessage, :troubleParam, :trainedTokens, :resultFiles,
                    :outcome, :attempts, :firstSent, :lastSent,
                    :failures, :missingSince, :cancelRequestedAt,
                    :createdAt, :submittedAt, :startedAt, :finishedAt, :syncedAt, :raw, :changedAt, :version)
            """;

    private static final String UPDATE =
            """
            UPDATE job
               SET name = :name, remote_id = :remoteId, status = :status, live = :live,
                   provider_status = :providerStatus, phase = :phase,
                   progress_percent = :percent, progress_step = :step, progress_total = :total,
                   progress_kind = :progressKind, eta = :eta,
                   resolved_model = :resolvedModel, suffix = :suffix, seed = :seed, method = :method,
                   hyperparameters = :hyperparameters,
                   training_dataset_id = :trainingDataset, validation_dataset_id = :validationDataset,
                   training_file = :trainingFile, validation_file = :validationFile,
                   fine_tuned_model = :fineTunedModel,
                   error_code = :errorCode, error_message = :errorMessage, error_param = :errorParam,
                   trouble_code = :troubleCode, trouble_message = :troubleMessage, trouble_param = :troubleParam,
                   trained_tokens = :trainedTokens, result_files = :resultFiles,
                   submission_outcome = :outcome, submission_attempts = :attempts,
                   submission_first_sent = :firstSent, submission_last_sent = :lastSent,
                   submission_failures = :failures, missing_since = :missingSince,
                   cancel_requested_at = :cancelRequestedAt,
                   submitted_at = :submittedAt, started_at = :startedAt, finished_at = :finishedAt,
                   synced_at = :syncedAt, raw = :raw, changed_at = :changedAt, version = :version + 1
             WHERE id = :id AND version = :version
            """;

    private static final String COLUMNS =
            """
            SELECT id, name, provider_id, origin, remote_id, status, provider_status, phase,
                   progress_percent, progress_step, progress_total, progress_kind, eta,
                   base_model, resolved_model, suffix, seed, method, hyperparameters,
                   training_dataset_id, validation_dataset_id, training_file, validation_file, fine_tuned_model,
                   error_code, error_message, error_param, trouble_code, trouble_message, trouble_param,
                   trained_tokens, result_files, submission_outcome, submission_attempts, submission_first_sent,
                   submission_last_sent, submission_failures, missing_since, cancel_requested_at,
                   created_at, submitted_at, started_at, finished_at, synced_at, raw, changed_at, version
              FROM job
            """;

    private static final String MATCHES_TEXT =
            """
            AND (LOWER(name) LIKE :text ESCAPE '!' OR LOWER(COALESCE(suffix, '')) LIKE :text ESCAPE '!'
                 OR LOWER(base_model) LIKE :text ESCAPE '!' OR LOWER(COALESCE(fine_tuned_model, '')) LIKE :text ESCAPE '!'
                 OR LOWER(COALESCE(remote_id, '')) LIKE :text ESCAPE '!')\
            """;

    private final Database db;
    private final InstantSource clock;

    public JdbcJobStore(Database db, InstantSource clock) {
        this.db = db;
        this.clock = clock;
    }

    @Override
    public void insert(Job job) {
        try {
            int unused =
                    bind(db.write().sql(INSERT), job)
                            .param("providerId", job.providerId().value())
                            .param("origin", word(job.origin()))
                            .param("baseModel", job.baseModel())
                            .param("createdAt", millis(job.createdAt()))
                            .update();
        } catch (DataIntegrityViolationException e) {
            throw remoteIdTaken(job, e);
        }
    }

    @Override
    public boolean update(Job job) {
        try {
            return bind(db.write().sql(UPDATE), job).update() == 1;
        } catch (DataIntegrityViolationException e) {
            throw remoteIdTaken(job, e);
        }
    }

    /// Told by looking, not by the words of the driver.
    private RuntimeException remoteIdTaken(Job job, DataIntegrityViolationException e) {
        RemoteJobId remoteId = job.remoteId();
        if (remoteId != null && !db.inTransaction()) {
            boolean taken =
                    findByRemoteId(job.providerId(), remoteId)
                            .filter(j -> !j.id().equals(job.id()))
                            .isPresent();
            return taken ? new RemoteIdTakenException(remoteId) : e;
        }
        // Inside a PostgreSQL transaction nothing can be asked any more after the violation; an
        // insert or update of ours
        // with a remote id can break no other rule than this one.
        return remoteId != null ? new RemoteIdTakenException(remoteId) : e;
    }

    private JdbcClient.StatementSpec bind(JdbcClient.StatementSpec sql, Job job) {
        Progress progress = job.progress();
        JobError error = job.error();
        JobError trouble = job.trouble();
        Submission.State submission = job.submission();
        return sql.param("id", job.id().toString())
                .param("name", job.name())
                .param("remoteId", job.remoteId() == null ? null : job.remoteId().value())
                .param("status", word(job.status()))
                .param("live", job.status().isFinal() ? 0 : 1)
                .param("providerStatus", job.providerStatus())
                .param("phase", word(job.phase()))
                .param("percent", progress.percent())
                .param("step", progress.step())
                .param("total", progress.totalSteps())
                .param("progressKind", word(progress.kind()))
                .param("eta", millis(job.eta()))
                .param("resolvedModel", job.resolvedModel())
                .param("suffix", job.suffix())
                .param("seed", job.seed())
                .param("method", job.method())
                .param("hyperparameters", Columns.json(job.hyperparameters()))
                .param("trainingDataset", text(job.trainingDataset()))
                .param("validationDataset", text(job.validationDataset()))
                .param("trainingFile", job.trainingFile())
                .param("validationFile", job.validationFile())
                .param("fineTunedModel", job.fineTunedModel())
                .param("errorCode", error == null ? null : error.code())
                .param("errorMessage", error == null ? null : error.message())
                .param("errorParam", error == null ? null : error.param())
                .param("troubleCode", trouble == null ? null : trouble.code())
                .param("troubleMessage", trouble == null ? null : trouble.message())
                .param("troubleParam", trouble == null ? null : trouble.param())
                .param("trainedTokens", job.trainedTokens())
                .param("resultFiles", Columns.json(job.resultFiles()))
                .param("outcome", word(submission.outcome()))
                .param("attempts", submission.attempts())
                .param("firstSent", millis(submission.firstSentAt()))
                .param("lastSent", millis(submission.lastSentAt()))
                .param("failures", submission.failures())
                .param("missingSince", millis(job.missingSince()))
                .param("cancelRequestedAt", millis(job.cancelRequestedAt()))
                .param("submittedAt", millis(job.submittedAt()))
                .param("startedAt", millis(job.startedAt()))
                .param("finishedAt", millis(job.finishedAt()))
                .param("syncedAt", millis(job.syncedAt()))
                .param("raw", job.raw())
                .param("changedAt", clock.millis())
                .param("version", job.version());
    }

    private static @Nullable String text(@Nullable DatasetId id) {
        return id == null ? null : id.toString();
    }

    private static Job job(ResultSet row, int index) throws SQLException {
        String remoteId = row.getString("remote_id");
        String training = row.getString("training_dataset_id");
        String validation = row.getString("validation_dataset_id");
        return new Job(
                JobId.parse(row.getString("id")),
                row.getString("name"),
                new ProviderId(row.getString("provider_id")),
                value(Job.Origin.class, row, "origin"),
                remoteId == null ? null : new RemoteJobId(remoteId),
                value(JobStatus.class, row, "status"),
                row.getString("provider_status"),
                valueOrNull(JobPhase.class, row, "phase"),
                new Progress(
                        smallNumber(row, "progress_percent"),
                        number(row, "progress_step"),
                        number(row, "progress_total"),
                        value(Progress.Kind.class, row, "progress_kind")),
                instant(row, "eta"),
                row.getString("base_model"),
                row.getString("resolved_model"),
                row.getString("suffix"),
                number(row, "seed"),
                row.getString("method"),
                Columns.texts(row.getString("hyperparameters")),
                training == null ? null : DatasetId.parse(training),
                validation == null ? null : DatasetId.parse(validation),
                row.getString("training_file"),
                row.getString("validation_file"),
                row.getString("fine_tuned_model"),
                error(row, "error"),
                error(row, "trouble"),
                number(row, "trained_tokens"),
                Columns.list(row.getString("result_files")),
                new Submission.State(
                        value(Submission.Outcome.class, row, "submission_outcome"),
                        row.getInt("submission_attempts"),
                        instant(row, "submission_first_sent"),
                        instant(row, "submission_last_sent"),
                        row.getInt("submission_failures")),
                instant(row, "missing_since"),
                instant(row, "cancel_requested_at"),
                instantNotNull(row, "created_at"),
                instant(row, "submitted_at"),
                instant(row, "started_at"),
                instant(row, "finished_at"),
                instant(row, "synced_at"),
                row.getString("raw"),
                row.getLong("version"));
    }

    private static @Nullable JobError error(ResultSet row, String prefix) throws SQLException {
        String code = row.getString(prefix + "_code");
        return code == null
                ? null
                : new JobError(
                        code, row.getString(prefix + "_message"), row.getString(prefix + "_param"));
    }

    @Override
    public Optional<Job> find(JobId id) {
        return db.read()
                .sql(COLUMNS + " WHERE id = :id")
                .param("id", id.toString())
                .query(JdbcJobStore::job)
                .optional();
    }

    @Override
    public Optional<Job> findByRemoteId(ProviderId provider, RemoteJobId remoteId) {
        return db.read()
                .sql(COLUMNS + " WHERE provider_id = :provider AND remote_id = :remote")
                .param("provider", provider.value())
                .param("remote", remoteId.value())
                .query(JdbcJobStore::job)
                .optional();
    }

    @Override
    public Optional<Job> findByRemoteId(RemoteJobId remoteId) {
        return db.read()
                .sql(
                        COLUMNS
                                + " WHERE remote_id = :remote ORDER BY created_at DESC, id DESC LIMIT 1")
                .param("remote", remoteId.value())
                .query(JdbcJobStore::job)
                .optional();
    }

    @Override
    public List<Job> list(JobQuery query) {
        StringBuilder sql = new StringBuilder(COLUMNS).append(" WHERE 1 = 1");
        Map<String, Object> params = new HashMap<>();
        JobStatus status = query.status();
        if (status != null) {
            sql.append(" AND status = :status");
            params.put("status", status.word());
        }
        filter(query.provider(), query.text(), sql, params);
        JobId after = query.after();
        if (after != null) {
            Optional<Long> createdAt =
                    db.read()
                            .sql("SELECT created_at FROM job WHERE id = :id")
                            .param("id", after.toString())
                            .query(Long.class)
                            .optional();
            if (createdAt.isEmpty()) {
                return List.of();
            }
            sql.append(" AND (created_at < :afterAt OR (created_at = :afterAt AND id < :afterId))");
            params.put("afterAt", createdAt.get());
            params.put("afterId", after.toString());
        }
        sql.append(" ORDER BY created_at DESC, id DESC LIMIT :limit");
        params.put("limit", query.limit());
        return db.read().sql(sql.toString()).params(params).query(JdbcJobStore::job).list();
    }

    private static void filter(
            @Nullable ProviderId provider,
            @Nullable String text,
            StringBuilder sql,
            Map<String, Object> params) {
        if (provider != null) {
            sql.append(" AND provider_id = :provider");
            params.put("provider", provider.value());
        }
        if (text != null) {
            sql.append(MATCHES_TEXT);
            String escaped =
                    text.toLowerCase(Locale.ROOT)
                            .replace("!", "!!")
                            .replace("%", "!%")
                            .replace("_", "!_");
            params.put("text", "%" + escaped + "%");
        }
    }

    @Override
    public Map<JobStatus, Long> countByStatus(
            @Nullable ProviderId provider, @Nullable String text) {
        StringBuilder sql =
                new StringBuilder("SELECT status, COUNT(*) AS jobs FROM job WHERE 1 = 1");
        Map<String, Object> params = new HashMap<>();
        filter(provider, text, sql, params);
        sql.append(" GROUP BY status");
        Map<JobStatus, Long> counts = new EnumMap<>(JobStatus.class);
        db.read()
                .sql(sql.toString())
                .params(params)
                .query(row -> {
                    counts.put(value(JobStatus.class, row, "status"), row.getLong("jobs"));
                });
        return counts;
    }

    @Override
    public List<Job> live(ProviderId provider) {
        return db.read()
                .sql(
                        COLUMNS
                                + " WHERE live = 1 AND provider_id = :provider AND remote_id IS NOT NULL"
                                + " ORDER BY created_at DESC")
                .param("provider", provider.value())
                .query(JdbcJobStore::job)
                .list();
    }

    @Override
    public List<JobId> unsubmitted(ProviderId provider) {
        return db.read()
                .sql(
                        "SELECT id FROM job WHERE live = 1 AND provider_id = :provider AND remote_id IS NULL")
                .param("provider", provider.value())
                .query((row, i) -> JobId.parse(row.getString("id")))
                .list();
    }

    @Override
    public List<ProviderId> providersWithLiveJobs() {
        return db.read()
                .sql(
                        "SELECT DISTINCT provider_id FROM job WHERE live = 1 AND remote_id IS NOT NULL")
                .query((row, i) -> new ProviderId(row.getString("provider_id")))
                .list();
    }

    @Override
    public Set<RemoteJobId> known(ProviderId provider, Collection<RemoteJobId> remoteIds) {
        Set<RemoteJobId> found = new HashSet<>();
        List<String> all = remoteIds.stream().map(RemoteJobId::value).distinct().toList();
        for (int from = 0; from < all.size(); from += 500) {
            db.read()
                    .sql(
                            "SELECT remote_id FROM job WHERE provider_id = :provider AND remote_id IN (:ids)")
                    .param("provider", provider.value())
                    .param("ids", all.subList(from, Math.min(all.size(), from + 500)))
                    .query(row -> {
                        found.add(new RemoteJobId(row.getString("remote_id")));
                    });
        }
        return found;
    }

    @Override
    public List<Changed> changedSince(Instant since, int limit) {
        return db.read()
                .sql(COLUMNS + " WHERE changed_at >= :since ORDER BY changed_at, id LIMIT :limit")
                .param("since", millis(since))
                .param("limit", limit)
                .query((row, i) -> new Changed(job(row, i), instantNotNull(row, "changed_at")))
                .list();
    }

    @Override
    public boolean delete(JobId id) {
        return db.inTransaction(() -> {
            int unused =
                    db.write()
                            .sql("DELETE FROM provider_call WHERE job_id = :id")
                            .param("id", id.toString())
                            .update();
            return db.write()
                            .sql("DELETE FROM job WHERE id = :id")
                            .param("id", id.toString())
                            .update()
                    == 1;
        });
    }

    @Override
    public boolean usesProvider(ProviderId provider) {
        return db.read()
                .sql("SELECT id FROM job WHERE provider_id = :provider LIMIT 1")
                .param("provider", provider.value())
                .query(String.class)
                .optional()
                .isPresent();
    }

    @Override
    public int addEvents(JobId id, List<JobEvent> events) {
        return db.inTransaction(() -> {
            int added = 0;
            for (int i = events.size() - 1;
                    i >= 0;
                    i--) { // given newest first, numbered oldest first
                JobEvent e = events.get(i);
                added +=
                        db.write()
                                .sql(
                                        """
                                        INSERT INTO job_event (job_id, id, seq, at, level, type, message, data)
                                        VALUES (:job, :id,
                                                (SELECT COALESCE(MAX(seq), 0) + 1 FROM job_event WHERE job_id = :job),
                                                :at, :level, :type, :message, :data)
                                        ON CONFLICT DO NOTHING\
                                        """)
                                .param("job", id.toString())
                                .param("id", e.id())
                                .param("at", millis(e.at()))
                                .param("level", e.level())
                                .param("type", e.type())
                                .param("message", e.message())
                                .param("data", e.data())
                                .update();
            }
            return added;
        });
    }

    @Override
    public List<JobEvent> events(JobId id, @Nullable String after, int limit) {
        String older =
                after == null
                        ? ""
                        : """
                        AND EXISTS (SELECT 1 FROM job_event a WHERE a.job_id = e.job_id AND a.id = :after
                                     AND (e.at < a.at OR (e.at = a.at AND e.seq < a.seq)))\
                        """;
        JdbcClient.StatementSpec sql =
                db.read()
                        .sql(
                                "SELECT id, at, level, type, message, data FROM job_event e WHERE job_id = :job"
                                        + older
                                        + " ORDER BY at DESC, seq DESC LIMIT :limit")
                        .param("job", id.toString())
                        .param("limit", limit);
        return (after == null ? sql : sql.param("after", after))
                .query((row, i) ->
                        new JobEvent(
                                row.getString("id"),
                                instantNotNull(row, "at"),
                                row.getString("level"),
                                row.getString("type"),
                                row.getString("message"),
                                row.getString("data")))
                .list();
    }

    @Override
    public void putMetrics(JobId id, List<Metric> metrics) {
        db.runInTransaction(() -> {
            for (Metric m : metrics) {
                int unused =
                        db.write()
                                .sql(
                                        """
                                        INSERT INTO job_metric (job_id, name, step, value, at)
                                        VALUES (:job, :name, :step, :value, :at)
                                        ON CONFLICT (job_id, name, step)
                                        DO UPDATE SET value = excluded.value, at = excluded.at\
                                        """)
                                .param("job", id.toString())
                                .param("name", m.name())
                                .param("step", m.step())
                                .param("value", m.value())
                                .param("at", millis(m.at()))
                                .update();
            }
        });
    }

    @Override
    public List<Metric> metrics(JobId id) {
        return db.read()
                .sql(
                        "SELECT name, step, value, at FROM job_metric WHERE job_id = :job ORDER BY name, step")
                .param("job", id.toString())
                .query((row, i) ->
                        new Metric(
                                row.getString("name"),
                                row.getLong("step"),
                                row.getDouble("value"),
                                instantNotNull(row, "at")))
                .list();
    }

    @Override
    public void putCheckpoints(JobId id, List<Checkpoint> checkpoints) {
        db.runInTransaction(() -> {
            for (Checkpoint c : checkpoints) {
                int unused =
                        db.write()
                                .sql(
                                        """
                                        INSERT INTO job_checkpoint (job_id, id, step, model, metrics, created_at)
                                        VALUES (:job, :id, :step, :model, :metrics, :createdAt)
                                        ON CONFLICT (job_id, id)
                                        DO UPDATE SET model = excluded.model, metrics = excluded.metrics\
                                        """)
                                .param("job", id.toString())
                                .param("id", c.id())
                                .param("step", c.step())
                                .param("model", c.model())
                                .param("metrics", Columns.json(c.metrics()))
                                .param("createdAt", millis(c.createdAt()))
                                .update();
            }
        });
    }

    @Override
    public List<Checkpoint> checkpoints(JobId id) {
        return db.read()
                .sql(
                        "SELECT id, step, model, metrics, created_at FROM job_checkpoint WHERE job_id = :job"
                                + " ORDER BY step DESC, id")
                .param("job", id.toString())
                .query((row, i) ->
                        new Checkpoint(
                                row.getString("id"),
                                row.getLong("step"),
                                row.getString("model"),
                                Columns.numbers(row.getString("metrics")),
                                instant(row, "created_at")))
                .list();
    }

    @Override
    public void addTransition(JobId id, JobTransition t) {
        int unused =
                db.write()
                        .sql(
                                """
                                INSERT INTO job_transition (job_id, seq, at, from_status, to_status, phase, provider_status)
                                VALUES (:job,
                                        (SELECT COALESCE(MAX(seq), 0) + 1 FROM job_transition WHERE job_id = :job),
                                        :at, :from, :to, :phase, :providerStatus)\
                                """)
                        .param("job", id.toString())
                        .param("at", millis(t.at()))
                        .param("from", word(t.from()))
                        .param("to", word(t.to()))
                        .param("phase", word(t.phase()))
                        .param("providerStatus", t.providerStatus())
                        .update();
    }

    @Override
    public List<JobTransition> transitions(JobId id) {
        return db.read()
                .sql(
                        "SELECT at, from_status, to_status, phase, provider_status FROM job_transition"
                                + " WHERE job_id = :job ORDER BY seq")
                .param("job", id.toString())
                .query((row, i) ->
                        new JobTransition(
                                instantNotNull(row, "at"),
                                valueOrNull(JobStatus.class, row, "from_status"),
                                value(JobStatus.class, row, "to_status"),
                                valueOrNull(JobPhase.class, row, "phase"),
                                row.getString("provider_status")))
                .list();
    }

    @Override
    public List<Duration> pastWaits(ProviderId provider, int limit) {
        return durations(
                """
                SELECT started_at - submitted_at AS millis FROM job
                 WHERE provider_id = :provider AND started_at IS NOT NULL AND submitted_at IS NOT NULL
                   AND started_at >= submitted_at
                 ORDER BY created_at DESC LIMIT :limit\
                """,
                provider,
                limit);
    }

    @Override
    public List<Duration> pastRuns(ProviderId provider, int limit) {
        return durations(
                """
                SELECT finished_at - started_at AS millis FROM job
                 WHERE provider_id = :provider AND status = 'succeeded' AND started_at IS NOT NULL
                   AND finished_at >= started_at
                 ORDER BY created_at DESC LIMIT :limit\
                """,
                provider,
                limit);
    }

    private List<Duration> durations(String sql, ProviderId provider, int limit) {
        return new ArrayList<>(
                db.read()
                        .sql(sql)
                        .param("provider", provider.value())
                        .param("limit", limit)
                        .query((row, i) -> Duration.ofMillis(row.getLong("millis")))
                        .list());
    }

    @Override
    public Optional<UsedKey> findUsedKey(String idempotencyKey) {
        return db.read()
                .sql("SELECT request_hash, job_id FROM used_key WHERE idempotency_key = :key")
                .param("key", idempotencyKey)
                .query((row, i) ->
                        new UsedKey(
                                row.getString("request_hash"),
                                JobId.parse(row.getString("job_id"))))
                .optional();
    }

    @Override
    public boolean insertUsedKey(String idempotencyKey, UsedKey use, Instant at) {
        return db.write()
                        .sql(
                                """
                                INSERT INTO used_key (idempotency_key, request_hash, job_id, at)
                                VALUES (:key, :hash, :job, :at) ON CONFLICT DO NOTHING\
                                """)
                        .param("key", idempotencyKey)
                        .param("hash", use.requestHash())
                        .param("job", use.job().toString())
                        .param("at", millis(at))
                        .update()
                == 1;
    }

    @Override
    public void pruneUsedKeys(Instant before) {
        int unused =
                db.write()
                        .sql("DELETE FROM used_key WHERE at < :before")
                        .param("before", millis(before))
                        .update();
    }

    @Override
    public Optional<String> findUploadedFile(ProviderId provider, String sha256) {
        return db.read()
                .sql(
                        "SELECT file_id FROM uploaded_file WHERE provider_id = :provider AND sha256 = :sha")
                .param("provider", provider.value())
                .param("sha", sha256)
                .query(String.class)
                .optional();
    }

    @Override
    public void putUploadedFile(ProviderId provider, String sha256, String fileId, Instant at) {
        int unused =
                db.write()
                        .sql(
                                """
                                INSERT INTO uploaded_file (provider_id, sha256, file_id, at)
                                VALUES (:provider, :sha, :file, :at)
                                ON CONFLICT (provider_id, sha256) DO UPDATE SET file_id = excluded.file_id, at = excluded.at\
                                """)
                        .param("provider", provider.value())
                        .param("sha", sha256)
                        .param("file", fileId)
                        .param("at", millis(at))
                        .update();
    }

    @Override
    public void forgetUploadedFile(ProviderId provider, String sha256) {
        int unused =
                db.write()
                        .sql(
                                "DELETE FROM uploaded_file WHERE provider_id = :provider AND sha256 = :sha")
                        .param("provider", provider.value())
                        .param("sha", sha256)
                        .update();
    }
}
