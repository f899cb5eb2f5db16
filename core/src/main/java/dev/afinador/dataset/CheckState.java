package dev.afinador.dataset;

import java.util.Locale;

/// How far the check of a dataset is. Only a checked one may start a job.
public enum CheckState {
    /// It will be read, or is being read.
    WAITING,
    /// Read to its end; kind, counts and findings hold.
    DONE,
    /// Somebody stopped it; it can be asked for again.
    CANCELLED,
    /// It could not be read.
    FAILED;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
