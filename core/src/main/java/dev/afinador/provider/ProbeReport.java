package dev.afinador.provider;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What "Probar conexión" found.
///
/// @param error        what stops everything, or null when the provider can be used
/// @param serverTime   the `Date` header of an answer, to tell a wrong clock
public record ProbeReport(
        Instant at,
        Duration took,
        @Nullable ProviderError error,
        List<Part> parts,
        @Nullable Instant serverTime) {

    public ProbeReport {
        parts = List.copyOf(parts);
    }

    public boolean usable() {
        return error == null;
    }

    /// One part of the protocol: `models`, `files`, `jobs`, `metadata_filter`, `events`, `checkpoints`.
    public record Part(String name, Presence presence, @Nullable ProviderError error) {}

    public enum Presence {
        PRESENT,
        ABSENT,
        /// Could not be told without an existing job or without side effects.
        UNTRIED
    }
}
