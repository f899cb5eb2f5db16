package dev.afinador.provider;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A file at the provider. `status` is the provider's raw word.
public record RemoteFile(
        String id,
        String filename,
        long bytes,
        @Nullable String status,
        @Nullable Instant createdAt) {}
