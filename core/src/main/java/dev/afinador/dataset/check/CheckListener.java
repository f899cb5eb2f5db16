package dev.afinador.dataset.check;

import dev.afinador.dataset.DatasetFinding;
import java.util.Map;

/// Hears of a check while it runs: one call at a time, in the file's order, from any of the check's threads. Whoever takes
/// long here holds the check up.
public interface CheckListener {

    CheckListener NONE = new CheckListener() {};

    /// Something was found that may be kept. What is about the whole file comes at the end.
    default void found(DatasetFinding finding) {}

    /// A few times a second at most, and at the end.
    default void read(Progress progress) {}

    /// Asked between blocks.
    default boolean isCancelled() {
        return false;
    }

    /// @param bytes    of the file that were checked
    /// @param lines    that were checked
    /// @param examples good or bad
    /// @param errors   so far
    /// @param warnings so far
    /// @param counts   of findings so far, by rule
    record Progress(
            long bytes,
            long lines,
            long examples,
            long errors,
            long warnings,
            Map<String, Long> counts) {
        public Progress {
            counts = Map.copyOf(counts);
        }
    }
}
