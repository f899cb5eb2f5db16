package dev.afinador.storage;

import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.make.Making;
import dev.afinador.dataset.make.MakingId;
import dev.afinador.dataset.make.MakingStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Datasets in the making.
public final class JdbcMakingStore implements MakingStore {

    private static final String SELECT =
            """
            SELECT id, kind, source_id, recipe, name, state, done, total, results, trouble, trouble_args, created_at,
                   changed_at
              FROM dataset_making
            """;

    private final Database database;

    public JdbcMakingStore(Database database) {
        this.database = database;
    }

    @Override
    public void insert(Making making) {
        database.write(
                        """
                        INSERT INTO dataset_making (id, kind, source_id, recipe, name, state, done, total, results,
                                                    trouble, trouble_args, created_at, changed_at)
                        VALUES (:id, :kind, :source, :recipe, :name, :state, :done, :total, :results, :trouble,
                                :trouble_args, :created_at, :changed_at)
                        """,
                        key(making.id())
                                .word("kind", making.kind())
                                .text(
                                        "source",
                                        making.source() == null ? null : making.source().toString())
                                .text("recipe", JsonText.of(making.recipe()))
                                .text("name", making.name())
                                .word("state", making.state())
                                .number("done", making.done())
                                .number("total", making.total())
                                .text("results", JsonText.of(ids(making.results())))
                                .text("trouble", making.trouble())
                                .text("trouble_args", JsonText.of(making.troubleArgs()))
                                .time("created_at", making.createdAt())
                                .time("changed_at", making.changedAt()))
                .update();
    }

    private static List<String> ids(List<DatasetId> datasets) {
        return datasets.stream().map(DatasetId::toString).toList();
    }

    @Override
    public Optional<Making> find(MakingId id) {
        return database.read(SELECT + "WHERE id = :id", key(id))
                .query(JdbcMakingStore::making)
                .optional();
    }

    @Override
    public List<Making> working(int limit) {
        return database.read(
                        SELECT
                                + """
                                WHERE state = 'working' ORDER BY created_at DESC, id DESC LIMIT :limit
                                """,
                        Values.none().number("limit", limit))
                .query(JdbcMakingStore::making)
                .list();
    }

    @Override
    public boolean progress(MakingId id, long done, long total, Instant now) {
        return database.write(
                                """
                                UPDATE dataset_making SET done = :done, total = :total, changed_at = :now
                                 WHERE id = :id AND state = 'working'
                                """,
                                key(id).number("done", done)
                                        .number("total", total)
                                        .time("now", now))
                        .update()
                == 1;
    }

    @Override
    public boolean done(MakingId id, List<DatasetId> results, Instant now) {
        return database.write(
                                """
                                UPDATE dataset_making SET state = 'done', done = total, results = :results, changed_at = :now
                                 WHERE id = :id AND state = 'working'
                                """,
                                key(id).text("results", JsonText.of(ids(results))).time("now", now))
                        .update()
                == 1;
    }

    @Override
    public boolean fail(MakingId id, String trouble, List<String> args, Instant now) {
        return database.write(
                                """
                                UPDATE dataset_making
                                   SET state = 'failed', trouble = :trouble, trouble_args = :args, changed_at = :now
                                 WHERE id = :id AND state = 'working'
                                """,
                                key(id).text("trouble", trouble)
                                        .text("args", JsonText.of(args))
                                        .time("now", now))
                        .update()
                == 1;
    }

    @Override
    public boolean cancel(MakingId id, Instant now) {
        return database.write(
                                """
                                UPDATE dataset_making SET state = 'cancelled', changed_at = :now
                                 WHERE id = :id AND state = 'working'
                                """,
                                key(id).time("now", now))
                        .update()
                == 1;
    }

    @Override
    public void prune(Instant endedBefore) {
        database.write(
                        "DELETE FROM dataset_making WHERE state <> 'working' AND changed_at < :before",
                        Values.none().time("before", endedBefore))
                .update();
    }

    private static Values key(MakingId id) {
        return Values.of("id", id.toString());
    }

    private static Making making(ResultSet row, int number) throws SQLException {
        String source = Rows.textOrNull(row, "source_id");
        return new Making(
                MakingId.parse(row.getString("id")),
                Rows.word(row, "kind", Making.Kind.class),
                source == null ? null : DatasetId.parse(source),
                JsonText.texts(row.getString("recipe")),
                row.getString("name"),
                Rows.word(row, "state", Making.State.class),
                row.getLong("done"),
                row.getLong("total"),
                JsonText.list(row.getString("results")).stream().map(DatasetId::parse).toList(),
                Rows.textOrNull(row, "trouble"),
                JsonText.list(row.getString("trouble_args")),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "changed_at"));
    }
}
