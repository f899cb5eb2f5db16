package dev.afinador.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.afinador.work.Transactions;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// An open database with the present schema. Every store is made from one of these.
///
/// SQLite has one connection that writes and a few that read, so writers wait for each other in Java and readers wait for
/// nobody. PostgreSQL has one pool. A read inside a transaction uses the transaction's connection and so sees its writes.
public final class Database implements Transactions, AutoCloseable {

    private static final String POSTGRES_DISK_FULL = "53100";
    private static final int POSTGRES_CONNECTIONS = 16;
    private static final int SQLITE_READERS = 4;
    private static final Duration WAIT_FOR_CONNECTION = Duration.ofSeconds(20);
    private static final int SQLITE_BUSY_MILLIS = 10_000;

    private final Dialect dialect;
    private final HikariDataSource writers;
    private final HikariDataSource readers;
    private final JdbcClient writing;
    private final JdbcClient reading;
    private final NamedParameterJdbcTemplate batches;
    private final TransactionTemplate template;

    private Database(Dialect dialect, HikariDataSource writers, HikariDataSource readers) {
        this.dialect = dialect;
        this.writers = writers;
        this.readers = readers;
        JdbcTemplate writer = new JdbcTemplate(writers);
        this.writing = JdbcClient.create(writer);
        this.reading = writers == readers ? writing : JdbcClient.create(readers);
        this.batches = new NamedParameterJdbcTemplate(writer);
        this.template = new TransactionTemplate(new JdbcTransactionManager(writers));
    }

    /// Opens the SQLite file, making it if there is none. Its folder must exist, and no other process may write to it.
    public static Database sqlite(Path file) {
        SQLiteDataSource source = sqliteSource(file);
        migrate(source, new SqliteDialect());
        HikariConfig write = sqlitePool("sqlite-writer", source, 1);
        HikariConfig read = sqlitePool("sqlite-readers", source, SQLITE_READERS);
        read.setConnectionInitSql("PRAGMA query_only = ON");
        HikariDataSource writers = new HikariDataSource(write);
        try {
            return new Database(new SqliteDialect(), writers, new HikariDataSource(read));
        } catch (RuntimeException e) {
            writers.close();
            throw e;
        }
    }

    private static SQLiteDataSource sqliteSource(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(SQLITE_BUSY_MILLIS);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setCacheSize(-8_000); // KiB
        // Taking the write lock first means that no transaction reads, then finds it cannot write.
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        return source;
    }

    private static HikariConfig sqlitePool(String name, DataSource source, int connections) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(source);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setMaxLifetime(0); // a file does not drop connections
        config.setKeepaliveTime(0);
        config.setConnectionTimeout(WAIT_FOR_CONNECTION.toMillis());
        return config;
    }

    /// Opens a PostgreSQL database by a `postgres://user:password@host:port/name`, `postgresql://…` or
    /// `jdbc:postgresql:…` URL.
    ///
    /// @throws IllegalArgumentException when it is no such URL; the message does not repeat it, it may hold a password
    public static Database postgres(String url) {
        return postgres(postgresSource(url));
    }

    /// What answers at a URL as [#postgres(String)] takes it, e.g. `PostgreSQL 18.1 at db:5432/afinador`. Changes nothing there.
    ///
    /// @throws SQLException when nothing answers, or not to this user
    /// @throws IllegalArgumentException when it is no such URL
    public static String askPostgres(String url) throws SQLException {
        PGSimpleDataSource source = postgresSource(url);
        source.setLoginTimeout(10);
        try (Connection connection = source.getConnection()) {
            return "PostgreSQL "
                    + connection.getMetaData().getDatabaseProductVersion()
                    + ", "
                    + String.join(",", source.getServerNames())
                    + "/"
                    + source.getDatabaseName();
        }
    }

    private static PGSimpleDataSource postgresSource(String url) {
        if (url.startsWith("jdbc:postgresql:")) {
            return postgresSource(url, null, null);
        }
        if (!url.startsWith("postgres://") && !url.startsWith("postgresql://")) {
            throw new IllegalArgumentException(
                    "a database URL begins with postgres://, postgresql:// or jdbc:postgresql:");
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            // No cause: its message holds the URL.
            throw new IllegalArgumentException(
                    "the database URL is malformed at character "
                            + e.getIndex()
                            + "; special characters of a password must be written as %XX");
        }
        String host = uri.getHost() == null ? "localhost" : uri.getHost();
        String port = uri.getPort() == -1 ? "" : ":" + uri.getPort();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String[] account =
                uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
        return postgresSource(
                "jdbc:postgresql://" + host + port + uri.getRawPath() + query,
                account.length > 0 ? decoded(account[0]) : null,
                account.length > 1 ? decoded(account[1]) : null);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /// Opens a PostgreSQL database. `user` and `password` may be null when the URL has them or the server wants none.
    public static Database postgres(
            String jdbcUrl, @Nullable String user, @Nullable String password) {
        return postgres(postgresSource(jdbcUrl, user, password));
    }

    private static PGSimpleDataSource postgresSource(
            String jdbcUrl, @Nullable String user, @Nullable String password) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        try {
            source.setURL(jdbcUrl);
        } catch (IllegalArgumentException e) {
            // No cause: its message holds the URL.
            throw new IllegalArgumentException("the database URL is malformed");
        }
        if (user != null) {
            source.setUser(user);
        }
        if (password != null) {
            source.setPassword(password);
        }
        source.setApplicationName("afinador");
        source.setLogServerErrorDetail(false); // it repeats values of rows
        return source;
    }

    private static Database postgres(PGSimpleDataSource source) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("postgres");
        config.setDataSource(source);
        config.setMaximumPoolSize(POSTGRES_CONNECTIONS);
        config.setMinimumIdle(2);
        config.setConnectionTimeout(WAIT_FOR_CONNECTION.toMillis());
        HikariDataSource pool = new HikariDataSource(config);
        try {
            migrate(pool, new PostgresDialect());
            return new Database(new PostgresDialect(), pool, pool);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    /// Whether a statement failed because there was no room to write.
    public static boolean isOutOfSpace(Throwable e) {
        return e instanceof SQLException sql
                && (POSTGRES_DISK_FULL.equals(sql.getSQLState())
                        || (sql instanceof SQLiteException sqlite
                                && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_FULL));
    }

    private static void migrate(DataSource source, Dialect dialect) {
        Flyway.configure(Database.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:db/migration")
                .placeholders(dialect.schemaWords())
                // Features that are built side by side take their numbers before they land.
                .outOfOrder(true)
                .load()
                .migrate();
    }

    /// Whether the database answers; for health checks.
    public boolean answers() {
        return read("SELECT 1", Values.none()).query(Integer.class).single() == 1;
    }

    /// Ends every connection. Nothing may use the stores afterwards.
    @Override
    public void close() {
        if (readers != writers) {
            readers.close();
        }
        writers.close(); // last: SQLite then folds its log into the file
    }

    Dialect dialect() {
        return dialect;
    }

    /// Where db-scheduler claims work, outside of our transactions.
    DataSource writers() {
        return writers;
    }

    JdbcClient.StatementSpec read(String sql, Values values) {
        JdbcClient client = inTransaction() ? writing : reading;
        return client.sql(sql).paramSource(values.source());
    }

    JdbcClient.StatementSpec write(String sql, Values values) {
        return writing.sql(sql).paramSource(values.source());
    }

    /// Runs the statement once per element, all in one transaction, and gives the number of rows that changed.
    int writeAll(String sql, List<Values> elements) {
        if (elements.isEmpty()) {
            return 0;
        }
        SqlParameterSource[] sources =
                elements.stream().map(Values::source).toArray(SqlParameterSource[]::new);
        return inTransaction(() -> {
            int changed = 0;
            for (int rows : batches.batchUpdate(sql, sources)) {
                changed += rows;
            }
            return changed;
        });
    }

    /// SQLite takes a transaction back by itself when the disk is full; that there is nothing left to take back then must not
    /// hide why.
    @Override
    public <T> T inTransaction(Supplier<T> work) {
        try {
            return template.execute(status -> work.get());
        } catch (TransactionSystemException e) {
            if (e.getApplicationException() instanceof RuntimeException reason) {
                reason.addSuppressed(e);
                throw reason;
            }
            throw e;
        }
    }

    boolean inTransaction() {
        return TransactionSynchronizationManager.isActualTransactionActive();
    }

    /// Runs the step once the transaction under way on this thread is durable; never if it is rolled back.
    void afterCommit(Runnable step) {
        TransactionSynchronizationManager.registerSynchronization(
                new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        step.run();
                    }
                });
    }
}
