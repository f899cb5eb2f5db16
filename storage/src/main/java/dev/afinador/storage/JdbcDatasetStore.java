package dev.afinador.storage;

import static dev.afinador.storage.Columns.instantNotNull;
import static dev.afinador.storage.Columns.millis;
import static dev.afinador.storage.Columns.value;
import static dev.afinador.storage.Columns.word;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.DatasetStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// Records of datasets and what was found in them.
public final class JdbcDatasetStore implements DatasetStore {

    private static final String COLUMNS =
            """
            SELECT id, name, filename, sha256, bytes, kind, examples, errors, warnings, created_at
              FROM dataset
            """;

    private final Database db;

    public JdbcDatasetStore(Database db) {
        this.db = db;
    }

    @Override
    public void insert(Dataset d, List<DatasetFinding> findings) {
        db.runInTransaction(() -> {
            int unused =
                    db.write()
                            .sql(
                                    """
                                    INSERT INTO dataset (id, name, filename, sha256, bytes, kind, examples, errors,
                                                         warnings, created_at)
                                    VALUES (:id, :name, :filename, :sha256, :bytes, :kind, :examples, :errors,
                                            :warnings, :createdAt)\
                                    """)
                            .param("id", d.id().toString())
                            .param("name", d.name())
                            .param("filename", d.filename())
                            .param("sha256", d.sha256())
                            .param("bytes", d.bytes())
                            .param("kind", word(d.kind()))
                            .param("examples", d.examples())
                            .param("errors", d.errors())
                            .param("warnings", d.warnings())
                            .param("createdAt", millis(d.createdAt()))
                            .update();
            int seq = 0;
            for (DatasetFinding f : findings) {
                int alsoUnused =
                        db.write()
                                .sql(
                                        """
                                        INSERT INTO dataset_finding (dataset_id, seq, rule, severity, line, path, args)
                                        VALUES (:id, :seq, :rule, :severity, :line, :path, :args)\
                                        """)
                                .param("id", d.id().toString())
                                .param("seq", seq++)
                                .param("rule", f.rule())
                                .param("severity", word(f.severity()))
                                .param("line", f.line())
                                .param("path", f.path())
                                .param("args", Columns.json(f.args()))
                                .update();
            }
        });
    }

    private static Dataset dataset(ResultSet row, int index) throws SQLException {
        return new Dataset(
                DatasetId.parse(row.getString("id")),
                row.getString("name"),
                row.getString("filename"),
                row.getString("sha256"),
                row.getLong("bytes"),
                value(DatasetKind.class, row, "kind"),
                row.getLong("examples"),
                row.getLong("errors"),
                row.getLong("warnings"),
                instantNotNull(row, "created_at"));
    }

    @Override
    public Optional<Dataset> find(DatasetId id) {
        return db.read()
                .sql(COLUMNS + " WHERE id = :id")
                .param("id", id.toString())
                .query(JdbcDatasetStore::dataset)
                .optional();
    }

    @Override
    public Optional<Dataset> findBySha256(String sha256) {
        return db.read()
                .sql(COLUMNS + " WHERE sha256 = :sha")
                .param("sha", sha256)
                .query(JdbcDatasetStore::dataset)
                .optional();
    }

    @Override
    public List<Dataset> list(int limit) {
        return db.read()
                .sql(COLUMNS + " ORDER BY created_at DESC, id DESC LIMIT :limit")
                .param("limit", limit)
                .query(JdbcDatasetStore::dataset)
                .list();
    }

    @Override
    public List<DatasetFinding> findings(DatasetId id, int limit) {
        return db.read()
                .sql(
                        "SELECT rule, severity, line, path, args FROM dataset_finding WHERE dataset_id = :id"
                                + " ORDER BY seq LIMIT :limit")
                .param("id", id.toString())
                .param("limit", limit)
                .query((row, i) ->
                        new DatasetFinding(
                                row.getString("rule"),
                                value(DatasetFinding.Severity.class, row, "severity"),
                                row.getLong("line"),
                                row.getString("path"),
                                Columns.list(row.getString("args"))))
                .list();
    }

    @Override
    public boolean delete(DatasetId id) {
        return db.write()
                        .sql(
                                """
                                DELETE FROM dataset
                                 WHERE id = :id
                                   AND NOT EXISTS (SELECT 1 FROM job
                                                    WHERE training_dataset_id = :id OR validation_dataset_id = :id)\
                                """)
                        .param("id", id.toString())
                        .update()
                == 1;
    }
}
