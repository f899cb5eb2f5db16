package dev.afinador.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.afinador.access.Principal;
import dev.afinador.access.Role;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.ProviderId;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTest {

    private static final CallJournal.Call CALL =
            new CallJournal.Call(
                    Instant.EPOCH,
                    new ProviderId("openai"),
                    null,
                    "GET /models",
                    200,
                    5,
                    null,
                    null);

    @TempDir Path folder;

    private static String pragma(Database database, String name) {
        return database.read("PRAGMA " + name, Values.none()).query(String.class).single();
    }

    @Test
    void sqlite_writes_ahead_syncs_every_commit_and_checks_references() {
        try (Database database = Database.sqlite(folder.resolve("a.db"))) {
            database.runInTransaction(() -> { // on the writing connection
                assertThat(pragma(database, "journal_mode")).isEqualTo("wal");
                assertThat(pragma(database, "synchronous")).isEqualTo("2");
                assertThat(pragma(database, "foreign_keys")).isEqualTo("1");
            });
            assertThat(pragma(database, "query_only")).isEqualTo("1"); // on a reading one
            assertThat(database.answers()).isTrue();
        }
    }

    @Test
    void what_was_stored_is_there_when_the_file_is_opened_again() {
        Path file = folder.resolve("a.db");
        try (Database database = Database.sqlite(file)) {
            new JdbcCallJournal(database).record(CALL);
        }

        try (Database database = Database.sqlite(file)) {
            assertThat(new JdbcCallJournal(database).ofProvider(CALL.provider(), 5))
                    .containsExactly(CALL);
        }
        assertThat(folder.resolve("a.db-wal")).doesNotExist();
    }

    @Test
    void several_machines_may_make_one_postgres_schema_at_the_same_time() throws Exception {
        String url = PostgresServer.newDatabase();
        Callable<Boolean> open =
                () -> {
                    try (Database database = Database.postgres(url)) {
                        return database.answers();
                    }
                };

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> opened : threads.invokeAll(List.of(open, open, open))) {
                assertThat(opened.get()).isTrue();
            }
        }
    }

    @Test
    void every_form_of_url_and_odd_passwords_open_postgres() throws Exception {
        String url = PostgresServer.newDatabase();
        String password = "p@ss:w/ö+rd%&?#";
        try (Database database = Database.postgres(url)) {
            database.write(
                            "CREATE ROLE odd SUPERUSER LOGIN PASSWORD 'p@ss:w/ö+rd%&?#'",
                            Values.none())
                    .update();
        }
        String place = url.substring(url.indexOf('@') + 1);

        for (String form :
                List.of(
                        "postgres://odd:p%40ss%3Aw%2F%C3%B6+rd%25%26%3F%23@" + place,
                        "postgresql://odd:p%40ss%3Aw%2F%C3%B6%2Brd%25%26%3F%23@"
                                + place
                                + "?sslmode=disable",
                        "jdbc:postgresql://"
                                + place
                                + "?user=odd&password=p%40ss%3Aw%2F%C3%B6%2Brd%25%26%3F%23")) {
            try (Database database = Database.postgres(form)) {
                assertThat(database.answers()).as(form).isTrue();
            }
        }
        try (Database database = Database.postgres("jdbc:postgresql://" + place, "odd", password)) {
            assertThat(database.answers()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://me:sk-secret 1@host/db",
                "postgres://me:sk-secret^1@host/db",
                "mysql://me:sk-secret@host/db",
                "jdbc:postgresql://host:port/db?password=sk-secret"
            })
    void a_malformed_url_is_refused_without_repeating_it(String url) {
        assertThatThrownBy(() -> Database.postgres(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .message()
                .doesNotContain("secret");
    }

    @Test
    void a_server_that_is_not_there_is_told_by_its_sql_state() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }

        assertThatThrownBy(
                        () -> Database.postgres("postgres://me:sk-secret@localhost:" + port + "/x"))
                .rootCause()
                .satisfies(e -> assertThat(e.toString()).doesNotContain("sk-secret"));
        assertThatThrownBy(
                        () -> Database.postgres("postgres://me:sk-secret@localhost:" + port + "/x"))
                .hasCauseInstanceOf(SQLException.class)
                .cause()
                .satisfies(e -> assertThat(((SQLException) e).getSQLState()).startsWith("08"));
    }

    @Test
    void a_full_disk_is_told_from_other_trouble_and_what_is_there_can_be_read() {
        try (Database database = Database.sqlite(folder.resolve("a.db"))) {
            CallJournal journal = new JdbcCallJournal(database);
            journal.record(CALL);
            // As a full disk: the file may not grow any more.
            int pages =
                    database.write("PRAGMA page_count", Values.none())
                            .query(Integer.class)
                            .single();
            int unused =
                    database.write("PRAGMA max_page_count = " + pages, Values.none())
                            .query(Integer.class)
                            .single();
            JdbcSessionStore store = new JdbcSessionStore(database);
            Throwable full =
                    catchThrowable(() ->
                            database.runInTransaction(() -> {
                                for (int i = 0; i < 1000; i++) {
                                    store.insertCode(
                                            "hash " + i,
                                            new Principal("x".repeat(500), Role.VIEWER),
                                            Instant.EPOCH);
                                }
                            }));

            assertThat(full).isNotNull();
            assertThat(Stream.iterate(full, e -> e != null, Throwable::getCause))
                    .anyMatch(Database::isOutOfSpace);
            assertThat(journal.ofProvider(CALL.provider(), 5)).containsExactly(CALL);
            assertThat(store.takeCode("hash 0", Instant.EPOCH.minusSeconds(1))).isEmpty();
        }
        assertThat(Database.isOutOfSpace(new SQLException("x", "23505"))).isFalse();
    }

    @Test
    void a_journal_that_cannot_be_written_breaks_no_call() {
        Database database = Database.sqlite(folder.resolve("a.db"));
        CallJournal journal = new JdbcCallJournal(database);
        database.close();

        assertThatCode(() -> journal.record(CALL)).doesNotThrowAnyException();
    }

    @Test
    void a_call_inside_a_transaction_is_a_fault_that_tests_find() {
        try (Database database = Database.sqlite(folder.resolve("a.db"))) {
            CallJournal journal = new JdbcCallJournal(database);

            assertThatThrownBy(() -> database.runInTransaction(() -> journal.record(CALL)))
                    .isInstanceOf(AssertionError.class);
        }
    }
}
