package dev.afinador.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.job.JobId;
import dev.afinador.job.JobStatus;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteDataSource;

/// What released versions stored is there after an upgrade.
class MigrationTest {

    private static final String AT_PROVIDER = "019a8e3c-7f00-7000-8000-000000000001";
    private static final String UNSENT = "019a8e3c-7f00-7000-8000-000000000002";

    @TempDir Path folder;

    @Test
    void jobs_of_version_1_keep_their_raw_json_on_sqlite() throws SQLException {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + folder.resolve("a.db"));
        storeWithVersion1(source, new SqliteDialect());

        try (Database database = Database.sqlite(folder.resolve("a.db"))) {
            assertThatJobsAreThere(database);
        }
    }

    @Test
    void jobs_of_version_1_keep_their_raw_json_on_postgres() throws SQLException {
        String url = PostgresServer.newDatabase();
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL("jdbc:postgresql://" + url.substring(url.indexOf('@') + 1));
        source.setUser("postgres");
        source.setPassword("postgres");
        storeWithVersion1(source, new PostgresDialect());

        try (Database database = Database.postgres(url)) {
            assertThatJobsAreThere(database);
        }
    }

    private static void storeWithVersion1(DataSource source, Dialect dialect) throws SQLException {
        Flyway.configure(MigrationTest.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:db/migration")
                .placeholders(dialect.schemaWords())
                .target("1")
                .load()
                .migrate();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                    """
                    INSERT INTO provider (id, name, name_folded, kind, base_url, key_source, webhooks, created_at,
                                          version)
                    VALUES ('openai', 'OpenAI', 'openai', 'openai', 'https://api.openai.com/v1', 'none', FALSE, 1, 1)
                    """);
            statement.executeUpdate(job(AT_PROVIDER, "'ftjob-1'", "'{\"id\": \"ftjob-1\"}'"));
            statement.executeUpdate(job(UNSENT, "NULL", "NULL"));
        }
    }

    private static String job(String id, String remoteId, String raw) {
        return """
        INSERT INTO job (id, provider_id, remote_id, status, created_at, changed_at, version, search_text, name,
                         origin, progress_kind, base_model, method, hyperparameters, result_files,
                         submission_outcome, submission_attempts, submission_failures, raw)
        VALUES ('%s', 'openai', %s, 'pending', 5, 6, 7, 'ventas', 'Ventas', 'created', 'unknown', 'gpt-4.1-mini',
                'supervised', '{}', '[]', 'accepted', 1, 0, %s)
        """
                .formatted(id, remoteId, raw);
    }

    private static void assertThatJobsAreThere(Database database) {
        JdbcJobStore jobs = new JdbcJobStore(database, InstantSource.system());
        JobId atProvider = JobId.parse(AT_PROVIDER);
        assertThat(jobs.raw(atProvider)).contains("{\"id\": \"ftjob-1\"}");
        assertThat(jobs.raw(JobId.parse(UNSENT))).isEmpty();
        assertThat(jobs.find(atProvider).orElseThrow())
                .satisfies(job -> {
                    assertThat(job.name()).isEqualTo("Ventas");
                    assertThat(job.status()).isEqualTo(JobStatus.PENDING);
                    assertThat(job.version()).isEqualTo(7);
                });
    }
}
