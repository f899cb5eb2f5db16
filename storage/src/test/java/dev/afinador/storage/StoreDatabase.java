package dev.afinador.storage;

import dev.afinador.testkit.SettableClock;
import dev.afinador.testkit.store.EngineStores;
import dev.afinador.testkit.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A database of its own for a test class, empty at the beginning of every test.
final class StoreDatabase implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

    private static final List<String> TABLES =
            List.of(
                    "engine_machine",
                    "engine_webhook_endpoint",
                    "engine_used_key",
                    "engine_model",
                    "engine_job",
                    "engine_upload",
                    "engine_file",
                    "engine_task_wakeup",
                    "engine_task",
                    "training_task_wakeup",
                    "training_task",
                    "task_wakeup",
                    "scheduled_tasks",
                    "user_session",
                    "sign_in_code",
                    "activation",
                    "sync_state",
                    "webhook_delivery",
                    "provider_call",
                    "uploaded_file",
                    "used_key",
                    "job",
                    "dataset",
                    "dataset_family",
                    "dataset_content",
                    "dataset_upload",
                    "dataset_making",
                    "conversation",
                    "provider");

    private final Home home;
    private Database database;
    private Stores stores;

    /// Where a new database is, and how it is opened and thrown away.
    private interface Home {
        void create() throws Exception;

        Database open();

        void remove() throws Exception;
    }

    private StoreDatabase(Home home) {
        this.home = home;
    }

    static StoreDatabase sqlite() {
        return new StoreDatabase(new SqliteHome());
    }

    static StoreDatabase postgres() {
        return new StoreDatabase(new PostgresHome());
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        home.create();
        database = home.open();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        database.runInTransaction(() ->
                TABLES.forEach(
                        table -> database.write("DELETE FROM " + table, Values.none()).update()));
        SettableClock clock = SettableClock.at("2026-11-23T10:00:00Z");
        stores = stores(database, clock, clock);
    }

    private static Stores stores(Database database, InstantSource clock, SettableClock settable) {
        return new Stores(
                new JdbcJobStore(database, clock),
                new JdbcProviderStore(database),
                new JdbcSyncStore(database),
                new JdbcSyncStore(database),
                new JdbcDatasetStore(database),
                new JdbcUploadStore(database),
                new JdbcMakingStore(database),
                new JdbcActivationStore(database),
                new JdbcSessionStore(database),
                new JdbcCallJournal(database),
                database,
                settable);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        database.close();
        home.remove();
    }

    Stores stores() {
        return stores;
    }

    EngineStores engineStores() {
        return new EngineStores(
                new JdbcEngineFileStore(database),
                new JdbcEngineJobStore(database),
                new JdbcWebhookStore(database),
                new JdbcEngineMachineStore(database),
                database);
    }

    Database database() {
        return database;
    }

    /// Another set of connections to the same database, as another process has.
    Supplier<Database> another() {
        return home::open;
    }

    private static final class SqliteHome implements Home {
        private Path folder;

        @Override
        public void create() throws IOException {
            folder = Files.createTempDirectory("afinador-sqlite");
        }

        @Override
        public Database open() {
            return Database.sqlite(folder.resolve("afinador.db"));
        }

        @Override
        public void remove() throws IOException {
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static final class PostgresHome implements Home {
        private String url;

        @Override
        public void create() throws Exception {
            url = PostgresServer.newDatabase();
        }

        @Override
        public Database open() {
            return Database.postgres(url);
        }

        @Override
        public void remove() {
            // The server and its files go with the JVM.
        }
    }
}
