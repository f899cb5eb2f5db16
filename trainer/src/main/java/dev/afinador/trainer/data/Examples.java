package dev.afinador.trainer.data;

/// The examples of a file, in its order. For pairs of answers, two sequences each: the preferred one and the other.
public interface Examples {

    /// Number of examples (pairs count once).
    int size();

    /// Sequences per example: 1 for supervised tuning, 2 for preferences.
    int width();

    /// @param which 0, or 1 for the answer that is not preferred
    Encoded get(int example, int which);
}
