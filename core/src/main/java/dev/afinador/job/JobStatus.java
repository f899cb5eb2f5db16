package dev.afinador.job;

/// The six states a user knows. The provider's own word is kept beside it ([Job#providerStatus()]).
public enum JobStatus {
    PENDING,
    RUNNING,
    PAUSED,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    /// Over: nothing will change any more, neither here nor at the provider.
    public boolean isFinal() {
        return switch (this) {
            case PENDING, RUNNING, PAUSED -> false;
            case SUCCEEDED, FAILED, CANCELLED -> true;
        };
    }

    /// The word in the API and the database.
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
