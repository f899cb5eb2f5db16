package dev.afinador.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.afinador.work.Transactions;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/// The database: SQLite in a file, or PostgreSQL.
///
/// SQLite has one writing connection, so that writers wait for each other here and never fail there, and a small pool that only
/// reads. Inside a transaction everything goes over the transaction's own connection and so sees what it wrote.
public final class Database implements Transactions, AutoCloseable {

    private static final int SQLITE_READERS = 4;
    private static final int POSTGRES_CONNECTIONS = 16;

    private final Dialect dialect;
    private final HikariDataSource writing;
    private final HikariDataSource reading;
    private final JdbcClient writer;
    private final JdbcClient reader;
    private final TransactionTemplate transaction;

    private Database(Dialect dialect, HikariDataSource writing, HikariDataSource reading) {
        this.dialect = dialect;
        this.writing = writing;
        this.reading = reading;
        this.writer = JdbcClient.create(writing);
        this.reader = JdbcClient.create(reading);
        this.transaction = new TransactionTemplate(new DataSourceTransactionManager(writing));
    }

    private static void migrate(HikariDataSource source, Dialect dialect) {
        try {
            Flyway.configure()
                    .dataSource(source)
                    .locations("classpath:db/migration/common", "classpath:" + dialect.migrations())
                    .load()
                    .migrate();
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /// Opens, or makes, a SQLite database: write-ahead log, and every commit is on the disk before it returns.
    public static Database sqlite(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(30_000);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        HikariDataSource writing = sqlitePool("sqlite-write", file, config, 1, false);
        migrate(writing, Dialect.SQLITE);
        SQLiteConfig readConfig = new SQLiteConfig();
        readConfig.setBusyTimeout(30_000);
        readConfig.setReadOnly(true);
        readConfig.setPragma(SQLiteConfig.Pragma.CACHE_SIZE, "-8000");
        HikariDataSource reading =
                sqlitePool("sqlite-read", file, readConfig, SQLITE_READERS, true);
        return new Database(Dialect.SQLITE, writing, reading);
    }

    private static HikariDataSource sqlitePool(
            String name, Path file, SQLiteConfig config, int connections, boolean readOnly) {
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        HikariConfig pool = new HikariConfig();
        pool.setPoolName(name);
        pool.setDataSource(source);
        pool.setMaximumPoolSize(connections);
        pool.setReadOnly(readOnly);
        pool.setMinimumIdle(1);
        pool.setMaxLifetime(0); // a local file's connection does not age
        pool.setConnectionTimeout(60_000);
        pool.setInitializationFailTimeout(
                -1); // the first connection is made by the first statement
        return new HikariDataSource(pool);
    }

    /// Opens a PostgreSQL database.
    ///
    /// @param url `postgres://user:password@host:port/database` or `jdbc:postgresql:…`
    public static Database postgres(String url) {
        if (url.startsWith("jdbc:")) {
            return postgres(url, null, null);
        }
        URI uri = URI.create(url);
        String[] userInfo =
                uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
        String jdbc =
                "jdbc:postgresql://"
                        + uri.getHost()
                        + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                        + uri.getPath()
                        + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        return postgres(
                jdbc,
                userInfo.length > 0 ? URLDecoder.decode(userInfo[0], StandardCharsets.UTF_8) : null,
                userInfo.length > 1
                        ? URLDecoder.decode(userInfo[1], StandardCharsets.UTF_8)
                        : null);
    }

    public static Database postgres(
            String jdbcUrl, @Nullable String user, @Nullable String password) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("postgres");
        pool.setJdbcUrl(jdbcUrl);
        pool.setUsername(user);
        pool.setPassword(password);
        pool.setMaximumPoolSize(POSTGRES_CONNECTIONS);
        pool.setMinimumIdle(2);
        pool.setConnectionTimeout(10_000);
        HikariDataSource source = new HikariDataSource(pool);
        migrate(source, Dialect.POSTGRESQL);
        return new Database(Dialect.POSTGRESQL, source, source);
    }

    Dialect dialect() {
        return dialect;
    }

    /// For statements that write, inside a transaction or not.
    JdbcClient write() {
        return writer;
    }

    /// For statements that only read.
    JdbcClient read() {
        return inTransaction() ? writer : reader;
    }

    /// Whether the present thread is in a transaction.
    boolean inTransaction() {
        return TransactionSynchronizationManager.isActualTransactionActive();
    }

    /// For libraries that bring their own SQL; joins the present thread's transaction.
    DataSource writingDataSource() {
        return new TransactionAwareDataSourceProxy(writing);
    }

    /// Whether the database answers; for health checks.
    public boolean answers() {
        return read().sql("SELECT 1").query(Integer.class).single() == 1;
    }

    @Override
    public <T> T inTransaction(Supplier<T> work) {
        @Nullable T result = transaction.execute(status -> work.get());
        @SuppressWarnings("NullAway") // null only where the caller's T allows it
        T given = result;
        return given;
    }

    @Override
    public void close() {
        reading.close();
        writing.close();
    }
}
