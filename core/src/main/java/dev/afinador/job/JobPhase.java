package dev.afinador.job;

/// Where a pending job is on its way.
public enum JobPhase {
    /// The record is durable, nothing was sent yet.
    PREPARING,
    /// The training file is on its way to the provider.
    UPLOADING,
    /// The create request is being sent, or its outcome is being looked up.
    SUBMITTING,
    /// The provider has the job and checks the files.
    VALIDATING,
    /// The provider has the job and it waits for its turn.
    QUEUED;

    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
