package dev.afinador.storage;

import dev.afinador.provider.KeySource;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.ProviderKind;
import dev.afinador.provider.ProviderStore;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

/// Providers and their sealed secrets.
public final class JdbcProviderStore implements ProviderStore {

    private static final String SELECT =
            """
            SELECT id, name, kind, base_url, organization, project, key_source, key_variable, key_shown, webhooks,
                   created_at, version
              FROM provider
            """;

    private final Database database;

    public JdbcProviderStore(Database database) {
        this.database = database;
    }

    @Override
    public void insert(Provider provider) {
        String sql =
                """
                INSERT INTO provider (id, name, name_folded, kind, base_url, organization, project, key_source,
                                      key_variable, key_shown, webhooks, created_at, version)
                VALUES (:id, :name, :name_folded, :kind, :base_url, :organization, :project, :key_source,
                        :key_variable, :key_shown, :webhooks, :created_at, :version)
                """;
        refusingTakenName(provider, () -> database.write(sql, values(provider)).update());
    }

    @Override
    public boolean update(Provider provider) {
        String sql =
                """
                UPDATE provider
                   SET name = :name, name_folded = :name_folded, kind = :kind, base_url = :base_url,
                       organization = :organization, project = :project, key_source = :key_source,
                       key_variable = :key_variable, key_shown = :key_shown, webhooks = :webhooks,
                       version = version + 1
                 WHERE id = :id AND version = :version
                """;
        return refusingTakenName(provider, () -> database.write(sql, values(provider)).update())
                == 1;
    }

    private int refusingTakenName(Provider provider, IntSupplier statement) {
        try {
            return statement.getAsInt();
        } catch (DataAccessException e) {
            if (database.dialect().violatesUnique(e, "provider_name")) {
                throw new DuplicateNameException(provider.name());
            }
            throw e;
        }
    }

    /// What we remember of files uploaded there and of its syncs goes too: the id may come back with another account behind it.
    @Override
    public boolean delete(ProviderId id) {
        try {
            return database.inTransaction(() -> {
                database.write("DELETE FROM uploaded_file WHERE provider_id = :id", key(id))
                        .update();
                database.write("DELETE FROM sync_state WHERE provider_id = :id", key(id)).update();
                return database.write("DELETE FROM provider WHERE id = :id", key(id)).update() == 1;
            });
        } catch (DataAccessException e) {
            if (database.dialect().violatesReference(e)) {
                throw new InUseException(id);
            }
            throw e;
        }
    }

    @Override
    public Optional<Provider> find(ProviderId id) {
        return database.read(SELECT + "WHERE id = :id", key(id))
                .query(JdbcProviderStore::provider)
                .optional();
    }

    @Override
    public List<Provider> list() {
        return database.read(SELECT + "ORDER BY name_folded", Values.none())
                .query(JdbcProviderStore::provider)
                .list();
    }

    @Override
    public void putSecret(ProviderId id, SecretPurpose purpose, byte @Nullable [] sealed) {
        Values secret = key(id).word("purpose", purpose);
        if (sealed == null) {
            database.write(
                            "DELETE FROM provider_secret WHERE provider_id = :id AND purpose = :purpose",
                            secret)
                    .update();
        } else {
            database.write(
                            """
                            INSERT INTO provider_secret (provider_id, purpose, sealed)
                            VALUES (:id, :purpose, :sealed)
                            ON CONFLICT (provider_id, purpose) DO UPDATE SET sealed = excluded.sealed
                            """,
                            secret.bytes("sealed", sealed))
                    .update();
        }
    }

    @Override
    public Optional<byte[]> findSecret(ProviderId id, SecretPurpose purpose) {
        return database.read(
                        "SELECT sealed FROM provider_secret WHERE provider_id = :id AND purpose = :purpose",
                        key(id).word("purpose", purpose))
                .query((row, i) -> row.getBytes("sealed"))
                .optional();
    }

    private static Values key(ProviderId id) {
        return Values.of("id", id.value());
    }

    private static Values values(Provider provider) {
        Values values =
                key(provider.id())
                        .text("name", provider.name())
                        .text("name_folded", provider.name().toLowerCase(Locale.ROOT))
                        .word("kind", provider.kind())
                        .text("base_url", provider.baseUrl().toString())
                        .text("organization", provider.organization())
                        .text("project", provider.project())
                        .flag("webhooks", provider.webhooks())
                        .time("created_at", provider.createdAt())
                        .number("version", provider.version());
        return switch (provider.key()) {
            case KeySource.None() ->
                    values.text("key_source", "none")
                            .text("key_variable", null)
                            .text("key_shown", null);
            case KeySource.Own() ->
                    values.text("key_source", "own")
                            .text("key_variable", null)
                            .text("key_shown", null);
            case KeySource.Environment(String variable, String last) ->
                    values.text("key_source", "environment")
                            .text("key_variable", variable)
                            .text("key_shown", last);
            case KeySource.Stored(String last) ->
                    values.text("key_source", "stored")
                            .text("key_variable", null)
                            .text("key_shown", last);
        };
    }

    private static Provider provider(ResultSet row, int number) throws SQLException {
        return new Provider(
                new ProviderId(row.getString("id")),
                row.getString("name"),
                Rows.word(row, "kind", ProviderKind.class),
                URI.create(row.getString("base_url")),
                Rows.textOrNull(row, "organization"),
                Rows.textOrNull(row, "project"),
                keySource(row),
                row.getBoolean("webhooks"),
                Rows.instant(row, "created_at"),
                row.getLong("version"));
    }

    private static KeySource keySource(ResultSet row) throws SQLException {
        String source = row.getString("key_source");
        return switch (source) {
            case "none" -> new KeySource.None();
            case "own" -> new KeySource.Own();
            case "environment" ->
                    new KeySource.Environment(
                            row.getString("key_variable"), row.getString("key_shown"));
            case "stored" -> new KeySource.Stored(row.getString("key_shown"));
            default -> throw new IllegalStateException("unknown key source " + source);
        };
    }
}
