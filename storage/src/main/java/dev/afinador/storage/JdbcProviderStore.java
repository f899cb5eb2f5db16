package dev.afinador.storage;

import static dev.afinador.storage.Columns.instantNotNull;
import static dev.afinador.storage.Columns.millis;
import static dev.afinador.storage.Columns.value;
import static dev.afinador.storage.Columns.word;

import dev.afinador.provider.KeySource;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.ProviderKind;
import dev.afinador.provider.ProviderStore;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Providers and their sealed secrets.
public final class JdbcProviderStore implements ProviderStore {

    private static final String COLUMNS =
            """
            SELECT id, name, kind, base_url, organization, project, key_source, key_variable, key_last, webhooks,
                   created_at, version
              FROM provider
            """;

    private final Database db;

    public JdbcProviderStore(Database db) {
        this.db = db;
    }

    @Override
    public void insert(Provider provider) {
        try {
            int unused =
                    bind(
                                    db.write()
                                            .sql(
                                                    """
                                                    INSERT INTO provider (id, name, name_key, kind, base_url, organization, project,
                                                                          key_source, key_variable, key_last, webhooks,
                                                                          created_at, version)
                                                    VALUES (:id, :name, :nameKey, :kind, :baseUrl, :organization, :project,
                                                            :keySource, :keyVariable, :keyLast, :webhooks,
                                                            :createdAt, :version)\
                                                    """),
                                    provider)
                            .param("createdAt", millis(provider.createdAt()))
                            .update();
        } catch (DataIntegrityViolationException e) {
            throw new DuplicateNameException(provider.name());
        }
    }

    @Override
    public boolean update(Provider provider) {
        try {
            return bind(
                                    db.write()
                                            .sql(
                                                    """
                                                    UPDATE provider
                                                       SET name = :name, name_key = :nameKey, kind = :kind, base_url = :baseUrl,
                                                           organization = :organization, project = :project,
                                                           key_source = :keySource, key_variable = :keyVariable,
                                                           key_last = :keyLast, webhooks = :webhooks, version = :version + 1
                                                     WHERE id = :id AND version = :version\
                                                    """),
                                    provider)
                            .update()
                    == 1;
        } catch (DataIntegrityViolationException e) {
            throw new DuplicateNameException(provider.name());
        }
    }

    private static JdbcClient.StatementSpec bind(JdbcClient.StatementSpec sql, Provider p) {
        String source =
                switch (p.key()) {
                    case KeySource.None() -> "none";
                    case KeySource.Environment e -> "environment";
                    case KeySource.Stored s -> "stored";
                };
        String variable = p.key() instanceof KeySource.Environment e ? e.variable() : null;
        String last =
                switch (p.key()) {
                    case KeySource.None() -> null;
                    case KeySource.Environment(String v, String l) -> l;
                    case KeySource.Stored(String l) -> l;
                };
        return sql.param("id", p.id().value())
                .param("name", p.name())
                .param("nameKey", p.name().toLowerCase(Locale.ROOT))
                .param("kind", word(p.kind()))
                .param("baseUrl", p.baseUrl().toString())
                .param("organization", p.organization())
                .param("project", p.project())
                .param("keySource", source)
                .param("keyVariable", variable)
                .param("keyLast", last)
                .param("webhooks", p.webhooks() ? 1 : 0)
                .param("version", p.version());
    }

    private static Provider provider(ResultSet row, int index) throws SQLException {
        String last = row.getString("key_last");
        KeySource key =
                switch (row.getString("key_source")) {
                    case "environment" ->
                            new KeySource.Environment(
                                    row.getString("key_variable"), last == null ? "" : last);
                    case "stored" -> new KeySource.Stored(last == null ? "" : last);
                    default -> new KeySource.None();
                };
        return new Provider(
                new ProviderId(row.getString("id")),
                row.getString("name"),
                value(ProviderKind.class, row, "kind"),
                URI.create(row.getString("base_url")),
                row.getString("organization"),
                row.getString("project"),
                key,
                row.getInt("webhooks") == 1,
                instantNotNull(row, "created_at"),
                row.getLong("version"));
    }

    @Override
    public boolean delete(ProviderId id) {
        return db.inTransaction(() -> {
            for (String table :
                    List.of("sync_state", "webhook_delivery", "uploaded_file", "provider_call")) {
                int unused =
                        db.write()
                                .sql("DELETE FROM " + table + " WHERE provider_id = :id")
                                .param("id", id.value())
                                .update();
            }
            return db.write()
                            .sql("DELETE FROM provider WHERE id = :id")
                            .param("id", id.value())
                            .update()
                    == 1;
        });
    }

    @Override
    public Optional<Provider> find(ProviderId id) {
        return db.read()
                .sql(COLUMNS + " WHERE id = :id")
                .param("id", id.value())
                .query(JdbcProviderStore::provider)
                .optional();
    }

    @Override
    public List<Provider> list() {
        return db.read()
                .sql(COLUMNS + " ORDER BY name_key")
                .query(JdbcProviderStore::provider)
                .list();
    }

    @Override
    public void putSecret(ProviderId id, SecretPurpose purpose, byte @Nullable [] sealed) {
        int unused =
                sealed == null
                        ? db.write()
                                .sql(
                                        "DELETE FROM provider_secret WHERE provider_id = :id AND purpose = :purpose")
                                .param("id", id.value())
                                .param("purpose", word(purpose))
                                .update()
                        : db.write()
                                .sql(
                                        """
                                        INSERT INTO provider_secret (provider_id, purpose, sealed)
                                        VALUES (:id, :purpose, :sealed)
                                        ON CONFLICT (provider_id, purpose) DO UPDATE SET sealed = excluded.sealed\
                                        """)
                                .param("id", id.value())
                                .param("purpose", word(purpose))
                                .param("sealed", Base64.getEncoder().encodeToString(sealed))
                                .update();
    }

    @Override
    public Optional<byte[]> findSecret(ProviderId id, SecretPurpose purpose) {
        return db.read()
                .sql(
                        "SELECT sealed FROM provider_secret WHERE provider_id = :id AND purpose = :purpose")
                .param("id", id.value())
                .param("purpose", word(purpose))
                .query(String.class)
                .optional()
                .map(Base64.getDecoder()::decode);
    }
}
