package dev.afinador.storage;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.DatasetStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DataAccessException;

/// Records of datasets. Two of one content cannot exist, nor can a job refer to one that is gone.
public final class JdbcDatasetStore implements DatasetStore {

    private static final String SELECT =
            """
            SELECT id, name, filename, sha256, bytes, kind, examples, errors, warnings, created_at FROM dataset
            """;

    private final Database database;

    public JdbcDatasetStore(Database database) {
        this.database = database;
    }

    @Override
    public void insert(Dataset dataset, List<DatasetFinding> findings) {
        List<Values> rows = new ArrayList<>(findings.size());
        for (DatasetFinding finding : findings) {
            rows.add(
                    key(dataset.id())
                            .number("position", rows.size())
                            .number("line", finding.line())
                            .text("rule", finding.rule())
                            .word("severity", finding.severity())
                            .text("path", finding.path())
                            .text("args", JsonText.of(finding.args())));
        }
        database.inTransaction(() -> {
            database.write(
                            """
                            INSERT INTO dataset (id, name, filename, sha256, bytes, kind, examples, errors, warnings,
                                                 created_at)
                            VALUES (:id, :name, :filename, :sha256, :bytes, :kind, :examples, :errors, :warnings,
                                    :created_at)
                            """,
                            values(dataset))
                    .update();
            return database.writeAll(
                    """
                    INSERT INTO dataset_finding (dataset_id, line, position, rule, severity, path, args)
                    VALUES (:id, :line, :position, :rule, :severity, :path, :args)
                    """,
                    rows);
        });
    }

    @Override
    public Optional<Dataset> find(DatasetId id) {
        return database.read(SELECT + "WHERE id = :id", key(id))
                .query(JdbcDatasetStore::dataset)
                .optional();
    }

    @Override
    public Optional<Dataset> findBySha256(String sha256) {
        return database.read(SELECT + "WHERE sha256 = :sha256", Values.of("sha256", sha256))
                .query(JdbcDatasetStore::dataset)
                .optional();
    }

    @Override
    public List<Dataset> list(int limit) {
        return database.read(
                        SELECT + "ORDER BY created_at DESC, id DESC LIMIT :limit",
                        Values.none().number("limit", limit))
                .query(JdbcDatasetStore::dataset)
                .list();
    }

    @Override
    public List<DatasetFinding> findings(DatasetId id, int limit) {
        return database.read(
                        """
                        SELECT rule, severity, line, path, args FROM dataset_finding
                         WHERE dataset_id = :id ORDER BY line, position LIMIT :limit
                        """,
                        key(id).number("limit", limit))
                .query((row, i) ->
                        new DatasetFinding(
                                row.getString("rule"),
                                Rows.word(row, "severity", DatasetFinding.Severity.class),
                                row.getLong("line"),
                                Rows.textOrNull(row, "path"),
                                JsonText.list(row.getString("args"))))
                .list();
    }

    /// The condition spares a transaction the failure; the reference decides when a job comes in at this very moment.
    @Override
    public boolean delete(DatasetId id) {
        String sql =
                """
                DELETE FROM dataset
                 WHERE id = :id
                   AND NOT EXISTS (SELECT 1 FROM job WHERE training_dataset = :id)
                   AND NOT EXISTS (SELECT 1 FROM job WHERE validation_dataset = :id)
                """;
        try {
            return database.write(sql, key(id)).update() == 1;
        } catch (DataAccessException e) {
            if (database.dialect().violatesReference(e)) {
                return false;
            }
            throw e;
        }
    }

    private static Values key(DatasetId id) {
        return Values.of("id", id.toString());
    }

    private static Values values(Dataset dataset) {
        return key(dataset.id())
                .text("name", dataset.name())
                .text("filename", dataset.filename())
                .text("sha256", dataset.sha256())
                .number("bytes", dataset.bytes())
                .word("kind", dataset.kind())
                .number("examples", dataset.examples())
                .number("errors", dataset.errors())
                .number("warnings", dataset.warnings())
                .time("created_at", dataset.createdAt());
    }

    private static Dataset dataset(ResultSet row, int number) throws SQLException {
        return new Dataset(
                DatasetId.parse(row.getString("id")),
                row.getString("name"),
                row.getString("filename"),
                row.getString("sha256"),
                row.getLong("bytes"),
                Rows.word(row, "kind", DatasetKind.class),
                row.getLong("examples"),
                row.getLong("errors"),
                row.getLong("warnings"),
                Rows.instant(row, "created_at"));
    }
}
