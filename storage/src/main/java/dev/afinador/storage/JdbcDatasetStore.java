package dev.afinador.storage;

import dev.afinador.dataset.CheckProgress;
import dev.afinador.dataset.CheckReport;
import dev.afinador.dataset.CheckState;
import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFamily;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.DatasetQuery;
import dev.afinador.dataset.DatasetStore;
import dev.afinador.dataset.FamilyId;
import dev.afinador.dataset.LineIndex;
import dev.afinador.dataset.Origin;
import dev.afinador.dataset.SourceFormat;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

/// Records of datasets. A job cannot refer to one that is gone.
public final class JdbcDatasetStore implements DatasetStore {

    private static final String SELECT =
            """
            SELECT d.id, d.family_id, f.name, d.version, d.filename, d.format, d.sha256, d.bytes, d.kind, d.examples,
                   d.errors, d.warnings, d.check_state, d.held, d.accepted_by, d.accepted_at, d.origin_way,
                   d.origin_dataset, d.origin_recipe, d.created_at, d.deleted_at
              FROM dataset d JOIN dataset_family f ON f.id = d.family_id
            """;

    private final Database database;

    public JdbcDatasetStore(Database database) {
        this.database = database;
    }

    @Override
    public Dataset insert(Dataset dataset, @Nullable CheckReport report) {
        return database.inTransaction(() -> {
            insertFamily(dataset);
            int version = nextVersion(dataset.family());
            Values values =
                    key(dataset.id())
                            .text("family", dataset.family().toString())
                            .number("version", version)
                            .text("filename", dataset.filename())
                            .word("format", dataset.format())
                            .text("sha256", dataset.sha256())
                            .number("bytes", dataset.bytes())
                            .word("way", dataset.origin().way())
                            .text(
                                    "from",
                                    dataset.origin().from() == null
                                            ? null
                                            : dataset.origin().from().toString())
                            .text("recipe", JsonText.of(dataset.origin().recipe()))
                            .time("created_at", dataset.createdAt());
            database.write(
                            """
                            INSERT INTO dataset (id, family_id, version, filename, format, sha256, bytes, kind, examples,
                                                 errors, warnings, check_state, held, origin_way, origin_dataset,
                                                 origin_recipe, created_at)
                            VALUES (:id, :family, :version, :filename, :format, :sha256, :bytes, 'unknown', 0, 0, 0,
                                    'waiting', FALSE, :way, :from, :recipe, :created_at)
                            """,
                            values)
                    .update();
            insertProgress(dataset.id());
            if (report != null) {
                finishCheck(dataset.id(), report);
            }
            return find(dataset.id()).orElseThrow();
        });
    }

    private void insertFamily(Dataset dataset) {
        database.write(
                        """
                        INSERT INTO dataset_family (id, name, notes, search_text, last_version, created_at)
                        VALUES (:id, :name, '', :search_text, 0, :created_at)
                        ON CONFLICT (id) DO NOTHING
                        """,
                        Values.of("id", dataset.family().toString())
                                .text("name", dataset.name())
                                .text("search_text", searchText(dataset.name(), List.of(), ""))
                                .time("created_at", dataset.createdAt()))
                .update();
    }

    private int nextVersion(FamilyId id) {
        return database.write(
                        """
                        UPDATE dataset_family SET last_version = last_version + 1 WHERE id = :id RETURNING last_version
                        """,
                        Values.of("id", id.toString()))
                .query(Integer.class)
                .single();
    }

    @Override
    public Optional<Dataset> find(DatasetId id) {
        return database.read(SELECT + "WHERE d.id = :id", key(id))
                .query(JdbcDatasetStore::dataset)
                .optional();
    }

    @Override
    public Optional<Dataset> findBySha256(String sha256) {
        return database.read(
                        SELECT
                                + """
                                WHERE d.sha256 = :sha256 AND d.deleted_at IS NULL
                                ORDER BY d.created_at, d.id LIMIT 1
                                """,
                        Values.of("sha256", sha256))
                .query(JdbcDatasetStore::dataset)
                .optional();
    }

    @Override
    public Optional<Dataset> findBySha256(FamilyId family, String sha256) {
        return database.read(
                        SELECT
                                + """
                                WHERE d.sha256 = :sha256 AND d.family_id = :family AND d.deleted_at IS NULL
                                ORDER BY d.version LIMIT 1
                                """,
                        Values.of("sha256", sha256).text("family", family.toString()))
                .query(JdbcDatasetStore::dataset)
                .optional();
    }

    @Override
    public List<Dataset> list(DatasetQuery query) {
        Values values = Values.none().number("limit", query.limit());
        String where = where(query, values);
        if (query.after() != null) {
            Dataset last = find(query.after()).orElse(null);
            if (last == null) {
                return List.of();
            }
            values.time("after_at", last.createdAt()).text("after_id", last.id().toString());
            where +=
                    " AND (d.created_at < :after_at OR (d.created_at = :after_at AND d.id < :after_id))";
        }
        return database.read(
                        SELECT + where + " ORDER BY d.created_at DESC, d.id DESC LIMIT :limit",
                        values)
                .query(JdbcDatasetStore::dataset)
                .list();
    }

    @Override
    public long count(DatasetQuery query) {
        Values values = Values.none();
        return database.read(
                        "SELECT COUNT(*) FROM dataset d JOIN dataset_family f ON f.id = d.family_id "
                                + where(query, values),
                        values)
                .query(Long.class)
                .single();
    }

    private static String where(DatasetQuery query, Values values) {
        StringBuilder where = new StringBuilder("WHERE d.deleted_at IS NULL");
        if (!query.versions()) {
            where.append(
                    """
                     AND NOT EXISTS (SELECT 1 FROM dataset later
                                      WHERE later.family_id = d.family_id AND later.version > d.version
                                        AND later.deleted_at IS NULL)
                    """);
        }
        if (query.text() != null && !query.text().isBlank()) {
            where.append(
                    " AND (f.search_text LIKE :text ESCAPE '!' OR LOWER(d.filename) LIKE :text ESCAPE '!')");
            values.part("text", query.text());
        }
        if (query.tag() != null) {
            where.append(
                    " AND EXISTS (SELECT 1 FROM dataset_tag t WHERE t.family_id = f.id AND t.tag = :tag)");
            values.text("tag", query.tag());
        }
        if (query.kind() != null) {
            where.append(" AND d.kind = :kind");
            values.word("kind", query.kind());
        }
        if (query.verdict() != null) {
            where.append(
                    switch (query.verdict()) {
                        case READY -> " AND d.check_state = 'done' AND d.errors = 0";
                        case ERRORS -> " AND d.errors > 0";
                        case UNCHECKED -> " AND d.check_state <> 'done'";
                    });
        }
        return where.toString();
    }

    @Override
    public List<Dataset> versions(FamilyId family) {
        return database.read(
                        SELECT + "WHERE d.family_id = :family ORDER BY d.version",
                        Values.of("family", family.toString()))
                .query(JdbcDatasetStore::dataset)
                .list();
    }

    @Override
    public List<Dataset> relatives(FamilyId family) {
        return database.read(
                        SELECT
                                + """
                                WHERE d.family_id <> :family
                                  AND (d.id IN (SELECT origin_dataset FROM dataset WHERE family_id = :family)
                                       OR d.origin_dataset IN (SELECT id FROM dataset WHERE family_id = :family))
                                ORDER BY d.created_at, d.id
                                """,
                        Values.of("family", family.toString()))
                .query(JdbcDatasetStore::dataset)
                .list();
    }

    @Override
    public Optional<DatasetFamily> family(FamilyId id) {
        Values key = Values.of("id", id.toString());
        List<String> tags =
                database
                        .read("SELECT tag FROM dataset_tag WHERE family_id = :id", key)
                        .query(String.class)
                        .list()
                        .stream()
                        .sorted(String.CASE_INSENSITIVE_ORDER)
                        .toList();
        return database.read(
                        "SELECT id, name, notes, created_at FROM dataset_family WHERE id = :id",
                        key)
                .query((row, i) ->
                        new DatasetFamily(
                                FamilyId.parse(row.getString("id")),
                                row.getString("name"),
                                tags,
                                row.getString("notes"),
                                Rows.instant(row, "created_at")))
                .optional();
    }

    @Override
    public boolean describe(FamilyId id, String name, List<String> tags, String notes) {
        return database.inTransaction(() -> {
            Values values =
                    Values.of("id", id.toString())
                            .text("name", name)
                            .text("notes", notes)
                            .text("search_text", searchText(name, tags, notes));
            int changed =
                    database.write(
                                    """
                                    UPDATE dataset_family SET name = :name, notes = :notes, search_text = :search_text
                                     WHERE id = :id
                                    """,
                                    values)
                            .update();
            if (changed == 0) {
                return false;
            }
            database.write(
                            "DELETE FROM dataset_tag WHERE family_id = :id",
                            Values.of("id", id.toString()))
                    .update();
            database.writeAll(
                    "INSERT INTO dataset_tag (family_id, tag) VALUES (:id, :tag)",
                    tags.stream()
                            .distinct()
                            .map(tag -> Values.of("id", id.toString()).text("tag", tag))
                            .toList());
            return true;
        });
    }

    private static String searchText(String name, List<String> tags, String notes) {
        return (name + "\n" + String.join("\n", tags) + "\n" + notes).toLowerCase(Locale.ROOT);
    }

    @Override
    public List<String> tags() {
        return database
                .read("SELECT DISTINCT tag FROM dataset_tag", Values.none())
                .query(String.class)
                .list()
                .stream()
                .sorted(String.CASE_INSENSITIVE_ORDER)
                .toList();
    }

    @Override
    public List<DatasetFinding> findings(DatasetId id, int limit) {
        return database.read(
                        """
                        SELECT rule, severity, line, path, args FROM dataset_finding
                         WHERE dataset_id = :id ORDER BY line, position LIMIT :limit
                        """,
                        key(id).number("limit", limit))
                .query(JdbcDatasetStore::finding)
                .list();
    }

    @Override
    public List<DatasetFinding> findings(DatasetId id, String rule, int limit) {
        return database.read(
                        """
                        SELECT rule, severity, line, path, args FROM dataset_finding
                         WHERE dataset_id = :id AND rule = :rule ORDER BY line, position LIMIT :limit
                        """,
                        key(id).text("rule", rule).number("limit", limit))
                .query(JdbcDatasetStore::finding)
                .list();
    }

    @Override
    public Optional<CheckReport> report(DatasetId id) {
        List<DatasetFinding> findings = findings(id, Integer.MAX_VALUE);
        return database.read(
                        """
                        SELECT d.kind, d.examples, d.errors, d.warnings, d.held, r.rules, r.lines, r.line_every,
                               r.line_starts, r.numbers
                          FROM dataset d JOIN dataset_report r ON r.dataset_id = d.id WHERE d.id = :id
                        """,
                        key(id))
                .query((row, i) ->
                        new CheckReport(
                                Rows.word(row, "kind", DatasetKind.class),
                                row.getLong("examples"),
                                row.getLong("errors"),
                                row.getLong("warnings"),
                                row.getBoolean("held"),
                                JsonText.counts(row.getString("rules")),
                                findings,
                                new LineIndex(
                                        row.getLong("lines"),
                                        row.getLong("line_every"),
                                        JsonText.longs(row.getString("line_starts"))),
                                Rows.textOrNull(row, "numbers")))
                .optional();
    }

    @Override
    public boolean beginCheck(DatasetId id, Instant now) {
        return database.write(
                                """
                                UPDATE dataset_check
                                   SET started_at = :now, bytes_read = 0, examples = 0, rules = '{}', findings = '[]',
                                       attempts = attempts + 1
                                 WHERE dataset_id = :id
                                """,
                                key(id).time("now", now))
                        .update()
                == 1;
    }

    @Override
    public boolean noteCheck(DatasetId id, CheckProgress progress) {
        return database.write(
                                """
                                UPDATE dataset_check
                                   SET bytes_read = :read, examples = :examples, rules = :rules, findings = :findings
                                 WHERE dataset_id = :id AND cancel_requested = FALSE
                                """,
                                key(id).number("read", progress.read())
                                        .number("examples", progress.examples())
                                        .text("rules", JsonText.of(progress.rules()))
                                        .text("findings", JsonText.of(progress.findings())))
                        .update()
                == 1;
    }

    @Override
    public Optional<CheckProgress> progress(DatasetId id) {
        return database.read(
                        """
                        SELECT started_at, bytes_read, examples, rules, findings, cancel_requested, attempts
                          FROM dataset_check WHERE dataset_id = :id
                        """,
                        key(id))
                .query((row, i) ->
                        new CheckProgress(
                                Rows.instantOrNull(row, "started_at"),
                                row.getLong("bytes_read"),
                                row.getLong("examples"),
                                JsonText.counts(row.getString("rules")),
                                JsonText.findings(row.getString("findings")),
                                row.getBoolean("cancel_requested"),
                                row.getInt("attempts")))
                .optional();
    }

    @Override
    public boolean finishCheck(DatasetId id, CheckReport report) {
        return database.inTransaction(() -> {
            if (!removeProgress(id)) {
                return false;
            }
            database.write(
                            """
                            UPDATE dataset
                               SET kind = :kind, examples = :examples, errors = :errors, warnings = :warnings, held = :held,
                                   check_state = 'done'
                             WHERE id = :id
                            """,
                            key(id).word("kind", report.kind())
                                    .number("examples", report.examples())
                                    .number("errors", report.errors())
                                    .number("warnings", report.warnings())
                                    .flag("held", report.held()))
                    .update();
            database.write(
                            """
                            INSERT INTO dataset_report (dataset_id, rules, lines, line_every, line_starts, numbers)
                            VALUES (:id, :rules, :lines, :every, :starts, :numbers)
                            """,
                            key(id).text("rules", JsonText.of(report.rules()))
                                    .number("lines", report.lines().lines())
                                    .number("every", report.lines().every())
                                    .text("starts", JsonText.of(report.lines().starts()))
                                    .text("numbers", report.numbers()))
                    .update();
            insertFindings(id, report.findings());
            return true;
        });
    }

    private void insertFindings(DatasetId id, List<DatasetFinding> findings) {
        List<Values> rows = new ArrayList<>(findings.size());
        for (DatasetFinding finding : findings) {
            rows.add(
                    key(id).number("position", rows.size())
                            .number("line", finding.line())
                            .text("rule", finding.rule())
                            .word("severity", finding.severity())
                            .text("path", finding.path())
                            .text("args", JsonText.details(finding)));
        }
        database.writeAll(
                """
                INSERT INTO dataset_finding (dataset_id, line, position, rule, severity, path, args)
                VALUES (:id, :line, :position, :rule, :severity, :path, :args)
                """,
                rows);
    }

    private void insertProgress(DatasetId id) {
        database.write(
                        """
                        INSERT INTO dataset_check (dataset_id, bytes_read, examples, rules, findings, cancel_requested,
                                                   attempts)
                        VALUES (:id, 0, 0, '{}', '[]', FALSE, 0)
                        """,
                        key(id))
                .update();
    }

    private boolean removeProgress(DatasetId id) {
        return database.write("DELETE FROM dataset_check WHERE dataset_id = :id", key(id)).update()
                == 1;
    }

    @Override
    public boolean endCheck(DatasetId id, CheckState state) {
        return database.inTransaction(() -> {
            if (!removeProgress(id)) {
                return false;
            }
            database.write(
                            "UPDATE dataset SET check_state = :state WHERE id = :id",
                            key(id).word("state", state))
                    .update();
            return true;
        });
    }

    @Override
    public boolean cancelCheck(DatasetId id) {
        return database.write(
                                "UPDATE dataset_check SET cancel_requested = TRUE WHERE dataset_id = :id",
                                key(id))
                        .update()
                == 1;
    }

    @Override
    public boolean recheck(DatasetId id) {
        return database.inTransaction(() -> {
            int changed =
                    database.write(
                                    """
                                    UPDATE dataset SET check_state = 'waiting'
                                     WHERE id = :id AND check_state IN ('cancelled', 'failed') AND deleted_at IS NULL
                                    """,
                                    key(id))
                            .update();
            if (changed == 1) {
                insertProgress(id);
            }
            return changed == 1;
        });
    }

    @Override
    public boolean accept(DatasetId id, Dataset.Acceptance acceptance) {
        return database.inTransaction(() -> {
            Values values = key(id).text("by", acceptance.by()).time("at", acceptance.at());
            database.write(
                            """
                            UPDATE dataset SET accepted_by = :by, accepted_at = :at
                             WHERE id = :id AND held = TRUE AND accepted_by IS NULL AND deleted_at IS NULL
                            """,
                            values)
                    .update();
            return find(id).filter(d -> d.held() && d.accepted() != null).isPresent();
        });
    }

    @Override
    public boolean use(DatasetId id) {
        return database.inTransaction(() -> lockPresent(id).isPresent());
    }

    /// The content of a dataset that is not deleted; nobody else changes its row until the transaction ends.
    private Optional<String> lockPresent(DatasetId id) {
        return database.write(
                        "SELECT sha256 FROM dataset WHERE id = :id AND deleted_at IS NULL "
                                + database.dialect().forUpdate(),
                        key(id))
                .query(String.class)
                .optional();
    }

    /// With the row locked, each question below sees whatever others had stored by then. A job that comes in after them fails on
    /// [#use], or on its reference when the row is gone.
    @Override
    public Deletion delete(DatasetId id, Instant now) {
        try {
            return database.inTransaction(() -> {
                if (lockPresent(id).isEmpty()) {
                    return Deletion.UNKNOWN;
                }
                if (isUsed(id, true)) {
                    return Deletion.IN_USE;
                }
                removeProgress(id);
                if (isUsed(id, false)) {
                    database.write(
                                    """
                                    UPDATE dataset SET deleted_at = :now,
                                           check_state = CASE check_state WHEN 'waiting' THEN 'cancelled' ELSE check_state END
                                     WHERE id = :id
                                    """,
                                    key(id).time("now", now))
                            .update();
                } else {
                    database.write("DELETE FROM dataset WHERE id = :id", key(id)).update();
                    pruneFamilies();
                }
                return Deletion.DELETED;
            });
        } catch (DataAccessException e) {
            if (database.dialect().violatesReference(e)) {
                return Deletion.IN_USE;
            }
            throw e;
        }
    }

    private boolean isUsed(DatasetId id, boolean byLiveJobs) {
        String sql =
                byLiveJobs
                        ? """
                        SELECT EXISTS (SELECT 1 FROM job WHERE training_dataset = :id
                                          AND status IN ('pending', 'running', 'paused'))
                            OR EXISTS (SELECT 1 FROM job WHERE validation_dataset = :id
                                          AND status IN ('pending', 'running', 'paused'))
                        """
                        : """
                        SELECT EXISTS (SELECT 1 FROM job WHERE training_dataset = :id)
                            OR EXISTS (SELECT 1 FROM job WHERE validation_dataset = :id)
                            OR EXISTS (SELECT 1 FROM dataset WHERE origin_dataset = :id)
                        """;
        return database.write(sql, key(id)).query(Boolean.class).single();
    }

    @Override
    public void prune() {
        database.runInTransaction(() -> {
            String sql =
                    """
                    DELETE FROM dataset
                     WHERE deleted_at IS NOT NULL
                       AND NOT EXISTS (SELECT 1 FROM job WHERE training_dataset = dataset.id)
                       AND NOT EXISTS (SELECT 1 FROM job WHERE validation_dataset = dataset.id)
                       AND NOT EXISTS (SELECT 1 FROM dataset made WHERE made.origin_dataset = dataset.id)
                    """;
            while (database.write(sql, Values.none()).update() > 0) {
                continue; // what it was made from may have nothing left that refers to it now
            }
            pruneFamilies();
        });
    }

    private void pruneFamilies() {
        database.write(
                        """
                        DELETE FROM dataset_family
                         WHERE NOT EXISTS (SELECT 1 FROM dataset WHERE family_id = dataset_family.id)
                        """,
                        Values.none())
                .update();
    }

    @Override
    public boolean wantContent(String sha256, Instant now) {
        return database.write(
                                """
                                INSERT INTO dataset_content (sha256, wanted_at, being_deleted)
                                VALUES (:sha256, :now, FALSE)
                                ON CONFLICT (sha256) DO UPDATE SET wanted_at = excluded.wanted_at
                                 WHERE dataset_content.being_deleted = FALSE
                                """,
                                Values.of("sha256", sha256).time("now", now))
                        .update()
                == 1;
    }

    @Override
    public boolean confirmContent(String sha256, Instant now) {
        return database.write(
                                """
                                UPDATE dataset_content SET wanted_at = :now
                                 WHERE sha256 = :sha256 AND being_deleted = FALSE
                                """,
                                Values.of("sha256", sha256).time("now", now))
                        .update()
                == 1;
    }

    private record Content(Instant wantedAt, boolean beingDeleted) {}

    @Override
    public Claim claimContent(String sha256, Instant now, Duration quiet) {
        return database.inTransaction(() -> {
            Content content =
                    database.write(
                                    "SELECT wanted_at, being_deleted FROM dataset_content WHERE sha256 = :sha256 "
                                            + database.dialect().forUpdate(),
                                    Values.of("sha256", sha256))
                            .query((row, i) ->
                                    new Content(
                                            Rows.instant(row, "wanted_at"),
                                            row.getBoolean("being_deleted")))
                            .optional()
                            .orElse(null);
            if (content == null) {
                return Claim.KEPT;
            }
            if (content.beingDeleted()) {
                return Claim.CLAIMED;
            }
            if (findBySha256(sha256).isPresent()) {
                return Claim.KEPT;
            }
            if (content.wantedAt().plus(quiet).isAfter(now)) {
                return Claim.LATER;
            }
            database.write(
                            "UPDATE dataset_content SET being_deleted = TRUE WHERE sha256 = :sha256",
                            Values.of("sha256", sha256))
                    .update();
            return Claim.CLAIMED;
        });
    }

    @Override
    public void contentDeleted(String sha256) {
        database.write(
                        "DELETE FROM dataset_content WHERE sha256 = :sha256 AND being_deleted = TRUE",
                        Values.of("sha256", sha256))
                .update();
    }

    private static Values key(DatasetId id) {
        return Values.of("id", id.toString());
    }

    private static DatasetFinding finding(ResultSet row, int number) throws SQLException {
        JsonText.Details details = JsonText.details(row.getString("args"));
        return new DatasetFinding(
                row.getString("rule"),
                Rows.word(row, "severity", DatasetFinding.Severity.class),
                row.getLong("line"),
                details.column(),
                Rows.textOrNull(row, "path"),
                details.excerpt(),
                details.args());
    }

    private static Dataset dataset(ResultSet row, int number) throws SQLException {
        String acceptedBy = Rows.textOrNull(row, "accepted_by");
        String from = Rows.textOrNull(row, "origin_dataset");
        return new Dataset(
                DatasetId.parse(row.getString("id")),
                FamilyId.parse(row.getString("family_id")),
                row.getString("name"),
                row.getInt("version"),
                row.getString("filename"),
                Rows.word(row, "format", SourceFormat.class),
                row.getString("sha256"),
                row.getLong("bytes"),
                Rows.word(row, "kind", DatasetKind.class),
                row.getLong("examples"),
                row.getLong("errors"),
                row.getLong("warnings"),
                Rows.word(row, "check_state", CheckState.class),
                row.getBoolean("held"),
                acceptedBy == null
                        ? null
                        : new Dataset.Acceptance(acceptedBy, Rows.instant(row, "accepted_at")),
                new Origin(
                        Rows.word(row, "origin_way", Origin.Way.class),
                        from == null ? null : DatasetId.parse(from),
                        JsonText.texts(row.getString("origin_recipe"))),
                Rows.instant(row, "created_at"),
                Rows.instantOrNull(row, "deleted_at"));
    }
}
