package dev.afinador.dataset;

import java.time.Instant;

/// A training file we hold. Immutable: another content is another dataset.
///
/// @param sha256   of the content, lower-case hex
/// @param kind     what its lines are
/// @param examples number of lines that hold an example
/// @param errors   findings that stop a provider from taking the file; 0 means it may start a job
/// @param warnings findings worth a look
public record Dataset(
        DatasetId id,
        String name,
        String filename,
        String sha256,
        long bytes,
        DatasetKind kind,
        long examples,
        long errors,
        long warnings,
        Instant createdAt) {}
