package dev.afinador.storage;

import dev.afinador.engine.EngineMachine;
import dev.afinador.engine.EngineMachineStore;
import java.net.URI;
import java.time.Instant;
import java.util.List;

/// Machines with the engine.
public final class JdbcEngineMachineStore implements EngineMachineStore {

    private final Database database;

    public JdbcEngineMachineStore(Database database) {
        this.database = database;
    }

    @Override
    public void put(EngineMachine machine) {
        database.write(
                        """
                        INSERT INTO engine_machine (id, url, about, seen_at) VALUES (:id, :url, :about, :seen_at)
                        ON CONFLICT (id) DO UPDATE
                            SET url = excluded.url, about = excluded.about, seen_at = excluded.seen_at
                        """,
                        Values.of("id", machine.id())
                                .text(
                                        "url",
                                        machine.url() == null ? null : machine.url().toString())
                                .text("about", JsonText.of(machine.about()))
                                .time("seen_at", machine.seenAt()))
                .update();
    }

    @Override
    public List<EngineMachine> seenSince(Instant since) {
        return database.read(
                        """
                        SELECT id, url, about, seen_at FROM engine_machine WHERE seen_at >= :since ORDER BY seen_at DESC, id
                        """,
                        Values.none().time("since", since))
                .query((row, i) -> {
                    String url = Rows.textOrNull(row, "url");
                    return new EngineMachine(
                            row.getString("id"),
                            url == null ? null : URI.create(url),
                            JsonText.texts(row.getString("about")),
                            Rows.instant(row, "seen_at"));
                })
                .list();
    }

    @Override
    public void remove(String id) {
        database.write("DELETE FROM engine_machine WHERE id = :id", Values.of("id", id)).update();
    }
}
