package dev.afinador.job;

import org.jspecify.annotations.Nullable;

/// How far a job is.
///
/// @param percent 0 to 100; null when unknown
public record Progress(
        @Nullable Integer percent, @Nullable Long step, @Nullable Long totalSteps, Kind kind) {

    public static final Progress UNKNOWN = new Progress(null, null, null, Kind.UNKNOWN);

    public Progress {
        if (percent != null && (percent < 0 || percent > 100)) {
            throw new IllegalArgumentException("percent must be 0 to 100, not " + percent);
        }
    }

    public enum Kind {
        /// From the provider's own step count.
        STEPS,
        /// Guessed from time; said to be a guess wherever it is shown.
        ESTIMATE,
        UNKNOWN;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// The later of two: progress never runs backwards.
    public Progress furthest(Progress other) {
        if (other.percent == null) {
            return this;
        }
        return percent == null || other.percent >= percent ? other : this;
    }
}
