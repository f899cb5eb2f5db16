package dev.afinador.storage;

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
import dev.afinador.job.RemoteUpdate;
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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

/// Jobs and what belongs to them.
///
/// `changed_at` is the clock's time when a change is written, inside its transaction. On SQLite changes become visible in
/// that order. On PostgreSQL a transaction may become visible after one that was written later, so whoever follows
/// [#changedSince] asks again for a stretch as long as the longest transaction (ours are far below a second).
public final class JdbcJobStore implements JobStore {

    /// Databases bound the number of parameters of a statement.
    private static final int IDS_PER_STATEMENT = 500;

    private static final String SELECT =
            """
            SELECT id, provider_id, remote_id, status, created_at, changed_at, version, name, origin, provider_status,
                   phase, progress_percent, progress_step, progress_total, progress_kind, eta, base_model,
                   resolved_model, suffix, seed, method, hyperparameters, training_dataset, validation_dataset,
                   training_file, validation_file, fine_tuned_model, error_code, error_message, error_param,
                   trouble_code, trouble_message, trouble_param, trained_tokens, result_files, submission_outcome,
                   submission_attempts, submission_first_sent_at, submission_last_sent_at, submission_failures,
                   missing_since, cancel_requested_at, submitted_at, started_at, finished_at, synced_at
              FROM job
            """;

    private final Database database;
    private final InstantSource clock;

    public JdbcJobStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void insert(Job job) {
        String sql =
                """
                INSERT INTO job (id, provider_id, remote_id, status, created_at, changed_at, version, search_text,
                                 name, origin, provider_status, phase, progress_percent, progress_step,
                                 progress_total, progress_kind, eta, base_model, resolved_model, suffix, seed, method,
                                 hyperparameters, training_dataset, validation_dataset, training_file,
                                 validation_file, fine_tuned_model, error_code, error_message, error_param,
                                 trouble_code, trouble_message, trouble_param, trained_tokens, result_files,
                                 submission_outcome, submission_attempts, submission_first_sent_at,
                                 submission_last_sent_at, submission_failures, missing_since, cancel_requested_at,
                                 submitted_at, started_at, finished_at, synced_at)
                VALUES (:id, :provider_id, :remote_id, :status, :created_at, :changed_at, :version, :search_text,
                        :name, :origin, :provider_status, :phase, :progress_percent, :progress_step,
                        :progress_total, :progress_kind, :eta, :base_model, :resolved_model, :suffix, :seed, :method,
                        :hyperparameters, :training_dataset, :validation_dataset, :training_file,
                        :validation_file, :fine_tuned_model, :error_code, :error_message, :error_param,
                        :trouble_code, :trouble_message, :trouble_param, :trained_tokens, :result_files,
                        :submission_outcome, :submission_attempts, :submission_first_sent_at,
                        :submission_last_sent_at, :submission_failures, :missing_since, :cancel_requested_at,
                        :submitted_at, :started_at, :finished_at, :synced_at)
                """;
        refusing(job, () -> database.write(sql, values(job)).update());
    }

    @Override
    public boolean update(Job job) {
        String sql =
                """
                UPDATE job
                   SET provider_id = :provider_id, remote_id = :remote_id, status = :status, created_at = :created_at,
                       changed_at = :changed_at, version = version + 1, search_text = :search_text, name = :name,
                       origin = :origin, provider_status = :provider_status, phase = :phase,
                       progress_percent = :progress_percent, progress_step = :progress_step,
                       progress_total = :progress_total, progress_kind = :progress_kind, eta = :eta,
                       base_model = :base_model, resolved_model = :resolved_model, suffix = :suffix, seed = :seed,
                       method = :method, hyperparameters = :hyperparameters, training_dataset = :training_dataset,
                       validation_dataset = :validation_dataset, training_file = :training_file,
                       validation_file = :validation_file, fine_tuned_model = :fine_tuned_model,
                       error_code = :error_code, error_message = :error_message, error_param = :error_param,
                       trouble_code = :trouble_code, trouble_message = :trouble_message,
                       trouble_param = :trouble_param, trained_tokens = :trained_tokens,
                       result_files = :result_files, submission_outcome = :submission_outcome,
                       submission_attempts = :submission_attempts,
                       submission_first_sent_at = :submission_first_sent_at,
                       submission_last_sent_at = :submission_last_sent_at,
                       submission_failures = :submission_failures, missing_since = :missing_since,
                       cancel_requested_at = :cancel_requested_at, submitted_at = :submitted_at,
                       started_at = :started_at, finished_at = :finished_at, synced_at = :synced_at
                 WHERE id = :id AND version = :version
                """;
        return refusing(job, () -> database.write(sql, values(job)).update()) == 1;
    }

    private int refusing(Job job, IntSupplier statement) {
        try {
            return statement.getAsInt();
        } catch (DataAccessException e) {
            RemoteJobId remoteId = job.remoteId();
            if (remoteId != null && database.dialect().violatesUnique(e, "job_remote_id")) {
                throw new RemoteIdTakenException(remoteId);
            }
            if (database.dialect().violatesReference(e)) {
                throw new MissingReferenceException(job.id());
            }
            throw e;
        }
    }

    @Override
    public void markSynced(Collection<JobId> ids, Instant at) {
        List<String> asked = ids.stream().map(JobId::toString).toList();
        for (int from = 0; from < asked.size(); from += IDS_PER_STATEMENT) {
            Values values =
                    new Values()
                            .time("at", at)
                            .time("newest", at.plus(RemoteUpdate.LONGEST_CALL))
                            .texts(
                                    "ids",
                                    asked.subList(
                                            from,
                                            Math.min(from + IDS_PER_STATEMENT, asked.size())));
            database.write(
                            """
                            UPDATE job SET synced_at = :at
                             WHERE id IN (:ids)
                               AND (synced_at IS NULL OR synced_at < :at OR synced_at > :newest)
                            """,
                            values)
                    .update();
        }
    }

    @Override
    public Optional<Job> find(JobId id) {
        return database.read(SELECT + "WHERE id = :id", job(id))
                .query(JdbcJobStore::toJob)
                .optional();
    }

    /// What is equal to what is there is not written again.
    @Override
    public void putRaw(Map<JobId, String> raw) {
        int unused =
                database.writeAll(
                        """
                        INSERT INTO job_raw (job_id, raw)
                        SELECT id, :raw FROM job WHERE id = :job
                        ON CONFLICT (job_id) DO UPDATE SET raw = excluded.raw WHERE job_raw.raw <> excluded.raw
                        """,
                        raw.entrySet().stream()
                                .map(e -> jobOf(e.getKey()).text("raw", e.getValue()))
                                .toList());
    }

    @Override
    public Optional<String> raw(JobId id) {
        return database.read("SELECT raw FROM job_raw WHERE job_id = :job", jobOf(id))
                .query((row, i) -> row.getString("raw"))
                .optional();
    }

    @Override
    public Optional<Job> findByRemoteId(ProviderId provider, RemoteJobId remoteId) {
        return database.read(
                        SELECT + "WHERE provider_id = :provider AND remote_id = :remote",
                        provider(provider).text("remote", remoteId.value()))
                .query(JdbcJobStore::toJob)
                .optional();
    }

    @Override
    public Optional<Job> findByRemoteId(RemoteJobId remoteId) {
        return database.read(
                        SELECT
                                + "WHERE remote_id = :remote ORDER BY created_at DESC, id DESC LIMIT 1",
                        Values.of("remote", remoteId.value()))
                .query(JdbcJobStore::toJob)
                .optional();
    }

    @Override
    public List<Job> list(JobQuery query) {
        Filter filter = new Filter(database.dialect(), query.provider(), query.text());
        filter.andStatus(query.status());
        if (query.after() != null && !startAfter(query.after(), filter)) {
            return List.of();
        }
        filter.values.number("limit", query.limit());
        return database.read(
                        SELECT + filter.where() + " ORDER BY created_at DESC, id DESC LIMIT :limit",
                        filter.values)
                .query(JdbcJobStore::toJob)
                .list();
    }

    /// @return false when the job to start after is gone
    private boolean startAfter(JobId after, Filter filter) {
        Optional<Long> createdAt =
                database.read("SELECT created_at FROM job WHERE id = :id", job(after))
                        .query((row, i) -> row.getLong("created_at"))
                        .optional();
        createdAt.ifPresent(at -> {
            filter.and("(created_at, id) < (:after_created_at, :after_id)");
            filter.values.number("after_created_at", at).text("after_id", after.toString());
        });
        return createdAt.isPresent();
    }

    @Override
    public Map<JobStatus, Long> countByStatus(
            @Nullable ProviderId provider, @Nullable String text) {
        Filter filter = new Filter(database.dialect(), provider, text);
        Map<JobStatus, Long> counts = new EnumMap<>(JobStatus.class);
        database.read(
                        "SELECT status, COUNT(*) AS jobs FROM job "
                                + filter.where()
                                + " GROUP BY status",
                        filter.values)
                .query(row -> {
                    counts.put(Rows.word(row, "status", JobStatus.class), row.getLong("jobs"));
                });
        return counts;
    }

    /// The conditions of a list, only those that are wanted, so that an index can serve them.
    private static final class Filter {
        private final List<String> conditions = new ArrayList<>();
        private final Values values = Values.none();

        Filter(Dialect dialect, @Nullable ProviderId provider, @Nullable String text) {
            if (provider != null) {
                and("provider_id = :provider");
                values.text("provider", provider.value());
            }
            if (text != null && !text.isEmpty()) {
                and(dialect.contains("search_text", ":text"));
                values.text("text", text.toLowerCase(Locale.ROOT));
            }
        }

        void andStatus(@Nullable JobStatus status) {
            if (status != null) {
                and("status = :status");
                values.word("status", status);
            }
        }

        void and(String condition) {
            conditions.add(condition);
        }

        String where() {
            return conditions.isEmpty() ? "" : "WHERE " + String.join(" AND ", conditions);
        }
    }

    // The words of unfinished states stand in these statements as they do in the index job_open,
    // which
    // serves them only then.

    @Override
    public List<Job> live(ProviderId provider) {
        String sql =
                SELECT
                        + """
                        WHERE provider_id = :provider AND status IN ('pending', 'running', 'paused')
                          AND remote_id IS NOT NULL
                        ORDER BY created_at DESC, id DESC
                        """;
        return database.read(sql, provider(provider)).query(JdbcJobStore::toJob).list();
    }

    @Override
    public List<JobId> unsubmitted(ProviderId provider) {
        String sql =
                """
                SELECT id FROM job
                 WHERE provider_id = :provider AND status IN ('pending', 'running', 'paused')
                   AND remote_id IS NULL
                 ORDER BY created_at, id
                """;
        return database.read(sql, provider(provider))
                .query((row, i) -> JobId.parse(row.getString("id")))
                .list();
    }

    @Override
    public List<ProviderId> providersWithLiveJobs() {
        String sql =
                """
                SELECT DISTINCT provider_id FROM job
                 WHERE status IN ('pending', 'running', 'paused') AND remote_id IS NOT NULL
                 ORDER BY provider_id
                """;
        return database.read(sql, Values.none())
                .query((row, i) -> new ProviderId(row.getString("provider_id")))
                .list();
    }

    @Override
    public Set<RemoteJobId> known(ProviderId provider, Collection<RemoteJobId> remoteIds) {
        Set<RemoteJobId> known = new HashSet<>();
        List<String> asked = remoteIds.stream().map(RemoteJobId::value).distinct().toList();
        for (int from = 0; from < asked.size(); from += IDS_PER_STATEMENT) {
            List<String> part =
                    asked.subList(from, Math.min(from + IDS_PER_STATEMENT, asked.size()));
            Values values = provider(provider).texts("remote", part);
            database.read(
                            """
                            SELECT remote_id FROM job
                             WHERE provider_id = :provider AND remote_id IN (:remote)
                            """,
                            values)
                    .query(row -> {
                        known.add(new RemoteJobId(row.getString("remote_id")));
                    });
        }
        return known;
    }

    @Override
    public List<Changed> changedSince(Instant since, int limit) {
        return database.read(
                        SELECT + "WHERE changed_at >= :since ORDER BY changed_at, id LIMIT :limit",
                        Values.none().time("since", since).number("limit", limit))
                .query((row, i) -> new Changed(toJob(row, i), Rows.instant(row, "changed_at")))
                .list();
    }

    @Override
    public boolean delete(JobId id) {
        return database.inTransaction(() -> {
            database.write("DELETE FROM provider_call WHERE job_id = :job", jobOf(id)).update();
            return database.write("DELETE FROM job WHERE id = :id", job(id)).update() == 1;
        });
    }

    @Override
    public boolean usesProvider(ProviderId provider) {
        return database.read(
                        "SELECT id FROM job WHERE provider_id = :provider LIMIT 1",
                        provider(provider))
                .query((row, i) -> row.getString("id"))
                .optional()
                .isPresent();
    }

    /// Providers give events newest first and often several in one second; those of one second keep their order.
    @Override
    public int addEvents(JobId id, List<JobEvent> events) {
        return database.writeAll(
                """
                INSERT INTO job_event (job_id, event_id, at, level, type, message, data)
                VALUES (:job, :event, :at, :level, :type, :message, :data)
                ON CONFLICT (job_id, event_id) DO NOTHING
                """,
                events.reversed().stream()
                        .map(e ->
                                jobOf(id)
                                        .text("event", e.id())
                                        .time("at", e.at())
                                        .text("level", e.level())
                                        .text("type", e.type())
                                        .text("message", e.message())
                                        .text("data", e.data()))
                        .toList());
    }

    @Override
    public List<JobEvent> events(JobId id, @Nullable String after, int limit) {
        String page =
                after == null
                        ? ""
                        : """
                         AND (at, serial) < (SELECT at, serial FROM job_event
                                              WHERE job_id = :job AND event_id = :after)
                        """;
        return database.read(
                        "SELECT event_id, at, level, type, message, data FROM job_event WHERE job_id = :job"
                                + page
                                + " ORDER BY at DESC, serial DESC LIMIT :limit",
                        jobOf(id).text("after", after).number("limit", limit))
                .query((row, i) ->
                        new JobEvent(
                                row.getString("event_id"),
                                Rows.instant(row, "at"),
                                row.getString("level"),
                                row.getString("type"),
                                row.getString("message"),
                                Rows.textOrNull(row, "data")))
                .list();
    }

    @Override
    public void putMetrics(JobId id, List<Metric> metrics) {
        database.writeAll(
                """
                INSERT INTO job_metric (job_id, name, step, value, at)
                VALUES (:job, :name, :step, :value, :at)
                ON CONFLICT (job_id, name, step) DO UPDATE SET value = excluded.value, at = excluded.at
                """,
                metrics.stream()
                        .map(m ->
                                jobOf(id)
                                        .text("name", m.name())
                                        .number("step", m.step())
                                        .real("value", m.value())
                                        .time("at", m.at()))
                        .toList());
    }

    @Override
    public List<Metric> metrics(JobId id) {
        return database.read(
                        """
                        SELECT name, step, value, at FROM job_metric WHERE job_id = :job ORDER BY name, step
                        """,
                        jobOf(id))
                .query((row, i) ->
                        new Metric(
                                row.getString("name"),
                                row.getLong("step"),
                                realOrNaN(row, "value"),
                                Rows.instant(row, "at")))
                .list();
    }

    private static double realOrNaN(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? Double.NaN : value;
    }

    @Override
    public void putCheckpoints(JobId id, List<Checkpoint> checkpoints) {
        database.writeAll(
                """
                INSERT INTO job_checkpoint (job_id, checkpoint_id, step, model, metrics, created_at)
                VALUES (:job, :checkpoint, :step, :model, :metrics, :created_at)
                ON CONFLICT (job_id, checkpoint_id)
                   DO UPDATE SET step = excluded.step, model = excluded.model, metrics = excluded.metrics,
                                 created_at = excluded.created_at
                """,
                checkpoints.stream()
                        .map(c ->
                                jobOf(id)
                                        .text("checkpoint", c.id())
                                        .number("step", c.step())
                                        .text("model", c.model())
                                        .text("metrics", JsonText.of(c.metrics()))
                                        .time("created_at", c.createdAt()))
                        .toList());
    }

    @Override
    public void keepCheckpoints(JobId id, List<Checkpoint> listed) {
        if (listed.isEmpty()) {
            database.write("DELETE FROM job_checkpoint WHERE job_id = :job", jobOf(id)).update();
            return;
        }
        database.write(
                        "DELETE FROM job_checkpoint WHERE job_id = :job AND checkpoint_id NOT IN (:listed)",
                        jobOf(id).texts("listed", listed.stream().map(Checkpoint::id).toList()))
                .update();
    }

    @Override
    public List<Checkpoint> checkpoints(JobId id) {
        return database.read(
                        """
                        SELECT checkpoint_id, step, model, metrics, created_at FROM job_checkpoint
                         WHERE job_id = :job ORDER BY step DESC, checkpoint_id DESC
                        """,
                        jobOf(id))
                .query((row, i) ->
                        new Checkpoint(
                                row.getString("checkpoint_id"),
                                row.getLong("step"),
                                row.getString("model"),
                                JsonText.numbers(row.getString("metrics")),
                                Rows.instantOrNull(row, "created_at")))
                .list();
    }

    @Override
    public void addTransition(JobId id, JobTransition transition) {
        database.write(
                        """
                        INSERT INTO job_transition (job_id, at, from_status, to_status, phase, provider_status)
                        VALUES (:job, :at, :from, :to, :phase, :provider_status)
                        """,
                        jobOf(id)
                                .time("at", transition.at())
                                .word("from", transition.from())
                                .word("to", transition.to())
                                .word("phase", transition.phase())
                                .text("provider_status", transition.providerStatus()))
                .update();
    }

    @Override
    public List<JobTransition> transitions(JobId id) {
        return database.read(
                        """
                        SELECT at, from_status, to_status, phase, provider_status FROM job_transition
                         WHERE job_id = :job ORDER BY at, serial
                        """,
                        jobOf(id))
                .query((row, i) ->
                        new JobTransition(
                                Rows.instant(row, "at"),
                                Rows.wordOrNull(row, "from_status", JobStatus.class),
                                Rows.word(row, "to_status", JobStatus.class),
                                Rows.wordOrNull(row, "phase", JobPhase.class),
                                Rows.textOrNull(row, "provider_status")))
                .list();
    }

    @Override
    public List<Duration> pastWaits(ProviderId provider, int limit) {
        return durations(
                """
                SELECT started_at - submitted_at AS millis FROM job
                 WHERE provider_id = :provider AND started_at >= submitted_at
                 ORDER BY created_at DESC, id DESC LIMIT :limit
                """,
                provider,
                limit);
    }

    @Override
    public List<Duration> pastRuns(ProviderId provider, int limit) {
        return durations(
                """
                SELECT finished_at - started_at AS millis FROM job
                 WHERE provider_id = :provider AND status = 'succeeded' AND finished_at >= started_at
                 ORDER BY created_at DESC, id DESC LIMIT :limit
                """,
                provider,
                limit);
    }

    private List<Duration> durations(String sql, ProviderId provider, int limit) {
        return database.read(sql, provider(provider).number("limit", limit))
                .query((row, i) -> Duration.ofMillis(row.getLong("millis")))
                .list();
    }

    @Override
    public Optional<UsedKey> findUsedKey(String idempotencyKey) {
        return database.read(
                        "SELECT request_hash, job_id FROM used_key WHERE idempotency_key = :key",
                        Values.of("key", idempotencyKey))
                .query((row, i) ->
                        new UsedKey(
                                row.getString("request_hash"),
                                JobId.parse(row.getString("job_id"))))
                .optional();
    }

    @Override
    public boolean insertUsedKey(String idempotencyKey, UsedKey use, Instant at) {
        return database.write(
                                """
                                INSERT INTO used_key (idempotency_key, request_hash, job_id, used_at)
                                VALUES (:key, :hash, :job, :at)
                                ON CONFLICT (idempotency_key) DO NOTHING
                                """,
                                jobOf(use.job())
                                        .text("key", idempotencyKey)
                                        .text("hash", use.requestHash())
                                        .time("at", at))
                        .update()
                == 1;
    }

    @Override
    public void pruneUsedKeys(Instant before) {
        database.write(
                        "DELETE FROM used_key WHERE used_at < :before",
                        Values.none().time("before", before))
                .update();
    }

    @Override
    public Optional<String> findUploadedFile(ProviderId provider, String sha256) {
        return database.read(
                        "SELECT file_id FROM uploaded_file WHERE provider_id = :provider AND sha256 = :sha256",
                        provider(provider).text("sha256", sha256))
                .query((row, i) -> row.getString("file_id"))
                .optional();
    }

    @Override
    public void putUploadedFile(ProviderId provider, String sha256, String fileId, Instant at) {
        database.write(
                        """
                        INSERT INTO uploaded_file (provider_id, sha256, file_id, uploaded_at)
                        VALUES (:provider, :sha256, :file, :at)
                        ON CONFLICT (provider_id, sha256)
                           DO UPDATE SET file_id = excluded.file_id, uploaded_at = excluded.uploaded_at
                        """,
                        provider(provider)
                                .text("sha256", sha256)
                                .text("file", fileId)
                                .time("at", at))
                .update();
    }

    @Override
    public void forgetUploadedFile(ProviderId provider, String sha256, String fileId) {
        database.write(
                        """
                        DELETE FROM uploaded_file
                         WHERE provider_id = :provider AND sha256 = :sha256 AND file_id = :file
                        """,
                        provider(provider).text("sha256", sha256).text("file", fileId))
                .update();
    }

    @Override
    public boolean claimUpload(
            ProviderId provider, String sha256, JobId job, Instant at, int most) {
        Values claim =
                provider(provider)
                        .text("sha256", sha256)
                        .text("job", job.toString())
                        .time("at", at)
                        .number("most", most);
        int claimed =
                database.write(
                                """
                                INSERT INTO upload_claim (provider_id, sha256, job_id, claimed_at)
                                SELECT :provider, :sha256, :job, :at
                                 WHERE (SELECT COUNT(*) FROM upload_claim
                                         WHERE provider_id = :provider AND job_id <> :job) < :most
                                ON CONFLICT (provider_id, sha256) DO NOTHING
                                """,
                                claim)
                        .update();
        return claimed == 1
                || database.read(
                                """
                                SELECT 1 FROM upload_claim
                                 WHERE provider_id = :provider AND sha256 = :sha256 AND job_id = :job
                                """,
                                claim)
                        .query(Integer.class)
                        .optional()
                        .isPresent();
    }

    @Override
    public void releaseUploads(JobId job) {
        database.write("DELETE FROM upload_claim WHERE job_id = :job", jobOf(job)).update();
    }

    private static Values job(JobId id) {
        return Values.of("id", id.toString());
    }

    private static Values jobOf(JobId id) {
        return Values.of("job", id.toString());
    }

    private static Values provider(ProviderId id) {
        return Values.of("provider", id.value());
    }

    private Values values(Job job) {
        Progress progress = job.progress();
        Submission.State submission = job.submission();
        JobError error = job.error();
        JobError trouble = job.trouble();
        return job(job.id())
                .text("provider_id", job.providerId().value())
                .text("remote_id", job.remoteId() == null ? null : job.remoteId().value())
                .word("status", job.status())
                .time("created_at", job.createdAt())
                .time("changed_at", clock.instant())
                .number("version", job.version())
                .text("search_text", searchText(job))
                .text("name", job.name())
                .word("origin", job.origin())
                .text("provider_status", job.providerStatus())
                .word("phase", job.phase())
                .number("progress_percent", progress.percent())
                .number("progress_step", progress.step())
                .number("progress_total", progress.totalSteps())
                .word("progress_kind", progress.kind())
                .time("eta", job.eta())
                .text("base_model", job.baseModel())
                .text("resolved_model", job.resolvedModel())
                .text("suffix", job.suffix())
                .number("seed", job.seed())
                .text("method", job.method())
                .text("hyperparameters", JsonText.of(job.hyperparameters()))
                .text("training_dataset", text(job.trainingDataset()))
                .text("validation_dataset", text(job.validationDataset()))
                .text("training_file", job.trainingFile())
                .text("validation_file", job.validationFile())
                .text("fine_tuned_model", job.fineTunedModel())
                .text("error_code", error == null ? null : error.code())
                .text("error_message", error == null ? null : error.message())
                .text("error_param", error == null ? null : error.param())
                .text("trouble_code", trouble == null ? null : trouble.code())
                .text("trouble_message", trouble == null ? null : trouble.message())
                .text("trouble_param", trouble == null ? null : trouble.param())
                .number("trained_tokens", job.trainedTokens())
                .text("result_files", JsonText.of(job.resultFiles()))
                .word("submission_outcome", submission.outcome())
                .number("submission_attempts", submission.attempts())
                .time("submission_first_sent_at", submission.firstSentAt())
                .time("submission_last_sent_at", submission.lastSentAt())
                .number("submission_failures", submission.failures())
                .time("missing_since", job.missingSince())
                .time("cancel_requested_at", job.cancelRequestedAt())
                .time("submitted_at", job.submittedAt())
                .time("started_at", job.startedAt())
                .time("finished_at", job.finishedAt())
                .time("synced_at", job.syncedAt());
    }

    private static @Nullable String text(@Nullable DatasetId id) {
        return id == null ? null : id.toString();
    }

    /// In lower case already: SQLite's LOWER knows ASCII only.
    private static String searchText(Job job) {
        return Stream.of(
                        job.name(),
                        job.suffix(),
                        job.baseModel(),
                        job.fineTunedModel(),
                        job.remoteId() == null ? null : job.remoteId().value())
                .filter(Objects::nonNull)
                .collect(Collectors.joining("\n"))
                .toLowerCase(Locale.ROOT);
    }

    private static Job toJob(ResultSet row, int number) throws SQLException {
        String remoteId = Rows.textOrNull(row, "remote_id");
        return new Job(
                JobId.parse(row.getString("id")),
                row.getString("name"),
                new ProviderId(row.getString("provider_id")),
                Rows.word(row, "origin", Job.Origin.class),
                remoteId == null ? null : new RemoteJobId(remoteId),
                Rows.word(row, "status", JobStatus.class),
                Rows.textOrNull(row, "provider_status"),
                Rows.wordOrNull(row, "phase", JobPhase.class),
                new Progress(
                        Rows.intOrNull(row, "progress_percent"),
                        Rows.longOrNull(row, "progress_step"),
                        Rows.longOrNull(row, "progress_total"),
                        Rows.word(row, "progress_kind", Progress.Kind.class)),
                Rows.instantOrNull(row, "eta"),
                row.getString("base_model"),
                Rows.textOrNull(row, "resolved_model"),
                Rows.textOrNull(row, "suffix"),
                Rows.longOrNull(row, "seed"),
                row.getString("method"),
                JsonText.texts(row.getString("hyperparameters")),
                datasetOrNull(row, "training_dataset"),
                datasetOrNull(row, "validation_dataset"),
                Rows.textOrNull(row, "training_file"),
                Rows.textOrNull(row, "validation_file"),
                Rows.textOrNull(row, "fine_tuned_model"),
                errorOrNull(row, "error_code", "error_message", "error_param"),
                errorOrNull(row, "trouble_code", "trouble_message", "trouble_param"),
                Rows.longOrNull(row, "trained_tokens"),
                JsonText.list(row.getString("result_files")),
                new Submission.State(
                        Rows.word(row, "submission_outcome", Submission.Outcome.class),
                        row.getInt("submission_attempts"),
                        Rows.instantOrNull(row, "submission_first_sent_at"),
                        Rows.instantOrNull(row, "submission_last_sent_at"),
                        row.getInt("submission_failures")),
                Rows.instantOrNull(row, "missing_since"),
                Rows.instantOrNull(row, "cancel_requested_at"),
                Rows.instant(row, "created_at"),
                Rows.instantOrNull(row, "submitted_at"),
                Rows.instantOrNull(row, "started_at"),
                Rows.instantOrNull(row, "finished_at"),
                Rows.instantOrNull(row, "synced_at"),
                row.getLong("version"));
    }

    private static @Nullable DatasetId datasetOrNull(ResultSet row, String column)
            throws SQLException {
        String id = row.getString(column);
        return id == null ? null : DatasetId.parse(id);
    }

    private static @Nullable JobError errorOrNull(
            ResultSet row, String code, String message, String param) throws SQLException {
        String word = row.getString(code);
        return word == null
                ? null
                : new JobError(word, row.getString(message), Rows.textOrNull(row, param));
    }
}
