package dev.afinador.storage;

import dev.afinador.engine.EngineFile;
import dev.afinador.engine.EngineFileStore;
import dev.afinador.engine.Upload;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The engine's files and uploads.
public final class JdbcEngineFileStore implements EngineFileStore {

    private static final String FILES =
            """
            SELECT id, filename, purpose, bytes, sha256, created_at, expires_at FROM engine_file
            """;

    private static final String UPLOADS =
            """
            SELECT id, filename, purpose, mime_type, bytes, created_at, expires_at, file_expires_after, status, file_id
              FROM engine_upload
            """;

    private final Database database;

    public JdbcEngineFileStore(Database database) {
        this.database = database;
    }

    @Override
    public void insert(EngineFile file) {
        database.write(
                        """
                        INSERT INTO engine_file (id, filename, purpose, bytes, sha256, created_at, expires_at)
                        VALUES (:id, :filename, :purpose, :bytes, :sha256, :created_at, :expires_at)
                        """,
                        key(file.id())
                                .text("filename", file.filename())
                                .text("purpose", file.purpose())
                                .number("bytes", file.bytes())
                                .text("sha256", file.sha256())
                                .time("created_at", file.createdAt())
                                .time("expires_at", file.expiresAt()))
                .update();
    }

    @Override
    public Optional<EngineFile> find(String id) {
        return database.read(FILES + "WHERE id = :id", key(id))
                .query(JdbcEngineFileStore::file)
                .optional();
    }

    @Override
    public boolean delete(String id) {
        return database.write("DELETE FROM engine_file WHERE id = :id", key(id)).update() == 1;
    }

    @Override
    public List<EngineFile> list(
            @Nullable String purpose, @Nullable String after, boolean newest, int limit) {
        StringBuilder sql = new StringBuilder(FILES).append("WHERE 1 = 1");
        Values values = Values.none().number("limit", limit);
        if (purpose != null) {
            sql.append(" AND purpose = :purpose");
            values.text("purpose", purpose);
        }
        if (after != null) {
            sql.append(" AND serial ")
                    .append(newest ? "<" : ">")
                    .append(" (SELECT serial FROM engine_file WHERE id = :after)");
            values.text("after", after);
        }
        sql.append(" ORDER BY serial ").append(newest ? "DESC" : "ASC").append(" LIMIT :limit");
        return database.read(sql.toString(), values).query(JdbcEngineFileStore::file).list();
    }

    @Override
    public List<EngineFile> expired(Instant now, int limit) {
        return database.read(
                        FILES + "WHERE expires_at <= :now ORDER BY expires_at LIMIT :limit",
                        Values.none().time("now", now).number("limit", limit))
                .query(JdbcEngineFileStore::file)
                .list();
    }

    @Override
    public void insertUpload(Upload upload) {
        database.write(
                        """
                        INSERT INTO engine_upload (id, filename, purpose, mime_type, bytes, created_at, expires_at,
                                                   file_expires_after, status, file_id)
                        VALUES (:id, :filename, :purpose, :mime_type, :bytes, :created_at, :expires_at,
                                :file_expires_after, :status, :file_id)
                        """,
                        key(upload.id())
                                .text("filename", upload.filename())
                                .text("purpose", upload.purpose())
                                .text("mime_type", upload.mimeType())
                                .number("bytes", upload.bytes())
                                .time("created_at", upload.createdAt())
                                .time("expires_at", upload.expiresAt())
                                .number(
                                        "file_expires_after",
                                        upload.fileExpires() == null
                                                ? null
                                                : upload.fileExpires().toMillis())
                                .word("status", upload.status())
                                .text("file_id", upload.fileId()))
                .update();
    }

    @Override
    public Optional<Upload> findUpload(String id) {
        return database.read(UPLOADS + "WHERE id = :id", key(id))
                .query(JdbcEngineFileStore::upload)
                .optional();
    }

    @Override
    public boolean updateUpload(Upload upload, Upload.Status from) {
        return database.write(
                                """
                                UPDATE engine_upload SET status = :status, file_id = :file_id
                                 WHERE id = :id AND status = :from
                                """,
                                key(upload.id())
                                        .word("status", upload.status())
                                        .text("file_id", upload.fileId())
                                        .word("from", from))
                        .update()
                == 1;
    }

    @Override
    public List<Upload> expiredUploads(Instant now, int limit) {
        return database.read(
                        UPLOADS
                                + "WHERE status = 'pending' AND expires_at <= :now ORDER BY expires_at LIMIT :limit",
                        Values.none().time("now", now).number("limit", limit))
                .query(JdbcEngineFileStore::upload)
                .list();
    }

    /// The upload's row is locked first, so that a part is either among those that a completion joins or refused.
    @Override
    public boolean addPart(Upload.Part part) {
        return database.inTransaction(() -> {
            boolean pending =
                    database.write(
                                    "SELECT status FROM engine_upload WHERE id = :upload "
                                            + database.dialect().forUpdate(),
                                    Values.of("upload", part.uploadId()))
                            .query(String.class)
                            .optional()
                            .filter("pending"::equals)
                            .isPresent();
            if (!pending) {
                return false;
            }
            database.write(
                            """
                            INSERT INTO engine_upload_part (id, upload_id, bytes, created_at)
                            VALUES (:id, :upload, :bytes, :created_at)
                            """,
                            key(part.id())
                                    .text("upload", part.uploadId())
                                    .number("bytes", part.bytes())
                                    .time("created_at", part.createdAt()))
                    .update();
            return true;
        });
    }

    @Override
    public List<Upload.Part> parts(String uploadId) {
        return database.read(
                        """
                        SELECT id, upload_id, bytes, created_at FROM engine_upload_part WHERE upload_id = :upload
                        """,
                        Values.of("upload", uploadId))
                .query((row, i) ->
                        new Upload.Part(
                                row.getString("id"),
                                row.getString("upload_id"),
                                row.getLong("bytes"),
                                Rows.instant(row, "created_at")))
                .list();
    }

    private static Values key(String id) {
        return Values.of("id", id);
    }

    private static EngineFile file(ResultSet row, int number) throws SQLException {
        return new EngineFile(
                row.getString("id"),
                row.getString("filename"),
                row.getString("purpose"),
                row.getLong("bytes"),
                row.getString("sha256"),
                Rows.instant(row, "created_at"),
                Rows.instantOrNull(row, "expires_at"));
    }

    private static Upload upload(ResultSet row, int number) throws SQLException {
        Long life = Rows.longOrNull(row, "file_expires_after");
        return new Upload(
                row.getString("id"),
                row.getString("filename"),
                row.getString("purpose"),
                row.getString("mime_type"),
                row.getLong("bytes"),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "expires_at"),
                life == null ? null : Duration.ofMillis(life),
                Rows.word(row, "status", Upload.Status.class),
                Rows.textOrNull(row, "file_id"));
    }
}
