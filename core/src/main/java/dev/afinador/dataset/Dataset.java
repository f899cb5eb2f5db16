package dev.afinador.dataset;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A training file we hold: one version of a named dataset. Its content never changes; another content is another version.
///
/// @param name      of the family
/// @param version   1-based within the family
/// @param sha256    of the content, lower-case hex
/// @param kind      what its lines are; `UNKNOWN` until the check is done
/// @param examples  number of lines that hold an example
/// @param errors    findings that stop a provider from taking the file; 0 in a checked file means it may start a job
/// @param warnings  findings worth a look
/// @param held      whether an administrator has to accept what the check found (secrets, personal data) before a job may start
/// @param accepted  who accepted that, or null
/// @param deletedAt when its content was deleted; the record then only tells jobs and later versions what they were made from
public record Dataset(
        DatasetId id,
        FamilyId family,
        String name,
        int version,
        String filename,
        SourceFormat format,
        String sha256,
        long bytes,
        DatasetKind kind,
        long examples,
        long errors,
        long warnings,
        CheckState check,
        boolean held,
        @Nullable Acceptance accepted,
        Origin origin,
        Instant createdAt,
        @Nullable Instant deletedAt) {

    /// @param by name of the principal
    public record Acceptance(String by, Instant at) {}

    /// Whether a job may start with it.
    public boolean usable() {
        return check == CheckState.DONE
                && errors == 0
                && deletedAt == null
                && (!held || accepted != null);
    }
}
