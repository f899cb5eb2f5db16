package dev.afinador.dataset.repair;

import java.util.Set;

/// What to do to a file.
///
/// @param fixes   which fixes to make
/// @param percent share of the examples to set aside for validation, 0 to 50; 0 for none
/// @param seed    decides which examples those are; the same seed and examples give the same choice, in whatever order they stand
public record RepairPlan(Set<Fix> fixes, int percent, long seed) {
    public RepairPlan {
        fixes = Set.copyOf(fixes);
        if (percent < 0 || percent > 50) {
            throw new IllegalArgumentException("0 to 50 percent, not " + percent);
        }
    }

    boolean does(Fix fix) {
        return fixes.contains(fix);
    }

    /// Whether it has to be known of all examples before the first one can be written.
    boolean looksAhead() {
        return does(Fix.DUPLICATES) || percent > 0;
    }
}
