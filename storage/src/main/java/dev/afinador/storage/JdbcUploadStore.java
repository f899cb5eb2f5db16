package dev.afinador.storage;

import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.upload.Upload;
import dev.afinador.dataset.upload.UploadId;
import dev.afinador.dataset.upload.UploadStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Records of uploads.
public final class JdbcUploadStore implements UploadStore {

    private static final String SELECT =
            """
            SELECT id, node, filename, name, length, received, state, sha256, dataset_id, trouble, created_at, moved_at
              FROM dataset_upload
            """;

    private final Database database;

    public JdbcUploadStore(Database database) {
        this.database = database;
    }

    @Override
    public void insert(Upload upload) {
        database.write(
                        """
                        INSERT INTO dataset_upload (id, node, filename, name, length, received, state, created_at, moved_at)
                        VALUES (:id, :node, :filename, :name, :length, :received, :state, :created_at, :moved_at)
                        """,
                        key(upload.id())
                                .text("node", upload.node())
                                .text("filename", upload.filename())
                                .text("name", upload.name())
                                .number("length", upload.length())
                                .number("received", upload.received())
                                .word("state", upload.state())
                                .time("created_at", upload.createdAt())
                                .time("moved_at", upload.movedAt()))
                .update();
    }

    @Override
    public Optional<Upload> find(UploadId id) {
        return database.read(SELECT + "WHERE id = :id", key(id))
                .query(JdbcUploadStore::upload)
                .optional();
    }

    @Override
    public List<Upload> open(int limit) {
        return database.read(
                        SELECT
                                + "WHERE state <> 'done' ORDER BY created_at DESC, id DESC LIMIT :limit",
                        Values.none().number("limit", limit))
                .query(JdbcUploadStore::upload)
                .list();
    }

    @Override
    public boolean advance(UploadId id, long from, long to, Instant now) {
        return database.write(
                                """
                                UPDATE dataset_upload SET received = :to, moved_at = :now
                                 WHERE id = :id AND received = :from AND state = 'receiving' AND :to <= length
                                """,
                                key(id).number("from", from).number("to", to).time("now", now))
                        .update()
                == 1;
    }

    @Override
    public boolean complete(UploadId id, Instant now) {
        return database.write(
                                """
                                UPDATE dataset_upload SET state = 'received', moved_at = :now
                                 WHERE id = :id AND state = 'receiving' AND received = length
                                """,
                                key(id).time("now", now))
                        .update()
                == 1;
    }

    @Override
    public void hashed(UploadId id, String sha256) {
        database.write(
                        "UPDATE dataset_upload SET sha256 = :sha256 WHERE id = :id AND state = 'received'",
                        key(id).text("sha256", sha256))
                .update();
    }

    @Override
    public void done(UploadId id, DatasetId dataset, Instant now) {
        database.write(
                        """
                        UPDATE dataset_upload SET state = 'done', dataset_id = :dataset, moved_at = :now
                         WHERE id = :id AND state = 'received'
                        """,
                        key(id).text("dataset", dataset.toString()).time("now", now))
                .update();
    }

    @Override
    public void fail(UploadId id, String trouble, Instant now) {
        database.write(
                        """
                        UPDATE dataset_upload SET state = 'failed', trouble = :trouble, moved_at = :now
                         WHERE id = :id AND state IN ('receiving', 'received')
                        """,
                        key(id).text("trouble", trouble).time("now", now))
                .update();
    }

    @Override
    public boolean delete(UploadId id) {
        return database.write("DELETE FROM dataset_upload WHERE id = :id", key(id)).update() == 1;
    }

    @Override
    public List<Upload> still(Upload.State state, Instant since, int limit) {
        return database.read(
                        SELECT
                                + """
                                WHERE state = :state AND moved_at <= :since ORDER BY moved_at, id LIMIT :limit
                                """,
                        Values.none()
                                .word("state", state)
                                .time("since", since)
                                .number("limit", limit))
                .query(JdbcUploadStore::upload)
                .list();
    }

    private static Values key(UploadId id) {
        return Values.of("id", id.toString());
    }

    private static Upload upload(ResultSet row, int number) throws SQLException {
        String dataset = Rows.textOrNull(row, "dataset_id");
        return new Upload(
                UploadId.parse(row.getString("id")),
                row.getString("node"),
                row.getString("filename"),
                row.getString("name"),
                row.getLong("length"),
                row.getLong("received"),
                Rows.word(row, "state", Upload.State.class),
                Rows.textOrNull(row, "sha256"),
                dataset == null ? null : DatasetId.parse(dataset),
                Rows.textOrNull(row, "trouble"),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "moved_at"));
    }
}
