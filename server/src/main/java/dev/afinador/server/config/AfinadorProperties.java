package dev.afinador.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Everything that can be set, under `afinador.`.
///
/// @param data         folder of all state
/// @param databaseUrl  PostgreSQL (`postgres://user:password@host/db` or `jdbc:postgresql:…`); absent means SQLite in `data`
/// @param publicUrl    how browsers and vendors reach this installation, e.g. `https://afinador.example.org`; shown in links
/// @param allowedHosts host names that requests may name, beside those of this machine
/// @param maxUpload    largest training file
@ConfigurationProperties("afinador")
public record AfinadorProperties(
        @DefaultValue("data") Path data,
        @Nullable String databaseUrl,
        @Nullable URI publicUrl,
        @DefaultValue List<String> allowedHosts,
        @DefaultValue("8GB") DataSize maxUpload,
        @DefaultValue Datasets datasets,
        @DefaultValue Sync sync,
        @DefaultValue Submission submission,
        @DefaultValue Work work,
        @DefaultValue Retention retention) {

    /// @param checkAtOnce files up to this size are checked before their upload is answered; larger ones in the background
    /// @param keepUploads how long an upload in pieces is waited for that does not move
    public record Datasets(
            @DefaultValue("4MB") DataSize checkAtOnce, @DefaultValue("7d") Duration keepUploads) {}

    /// See [dev.afinador.sync.SyncSettings].
    public record Sync(
            @DefaultValue("10s") Duration freshness,
            @DefaultValue("60s") Duration idleFreshness,
            @DefaultValue("10s") Duration interval,
            @DefaultValue("3s") Duration patience,
            @DefaultValue("20") int eventReads) {}

    /// @param settle how long after sending it a create request whose answer was lost may still take effect
    public record Submission(@DefaultValue("2m") Duration settle) {}

    /// @param heartbeat how often work that runs shows that it lives; after four missed ones another machine does it
    public record Work(@DefaultValue("5s") Duration heartbeat) {}

    /// How long what is kept: the journal of calls by job and of bulk calls, idempotency keys, webhook ids.
    public record Retention(
            @DefaultValue("30d") Duration jobCalls,
            @DefaultValue("24h") Duration bulkCalls,
            @DefaultValue("7d") Duration idempotencyKeys,
            @DefaultValue("7d") Duration webhookIds) {}
}
