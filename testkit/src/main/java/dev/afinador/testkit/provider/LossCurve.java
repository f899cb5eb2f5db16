package dev.afinador.testkit.provider;

import java.util.SplittableRandom;

/// The losses a scripted training reports: falling, noisy, the same for the same seed and step.
///
/// @param start training loss before the first step
/// @param floor what it falls towards
/// @param noise size of the jitter at the start; it fades as training goes on
public record LossCurve(double start, double floor, double noise) {

    static final LossCurve USUAL = new LossCurve(2.4, 0.35, 0.16);

    /// Losses and mean token accuracies (0 to 1) after a step.
    public record Point(
            double trainLoss, double trainAccuracy, double validLoss, double validAccuracy) {}

    public Point at(long seed, int step, int totalSteps) {
        var random = new SplittableRandom(seed * 31 + step);
        double done = (double) step / Math.max(1, totalSteps);
        double jitter = noise * (1 - 0.7 * done);
        double train =
                floor
                        + (start - floor) * Math.exp(-4 * done)
                        + jitter * (random.nextDouble() - 0.5);
        // held-out text is learnt a little slower and never quite as well
        double valid =
                floor * 1.25
                        + (start - floor) * Math.exp(-3.4 * done)
                        + jitter * (random.nextDouble() - 0.5) / 2;
        return new Point(
                round(Math.max(0.01, train)),
                accuracy(train),
                round(Math.max(0.01, valid)),
                accuracy(valid));
    }

    private double accuracy(double loss) {
        return round(Math.clamp(1 - loss / (start * 1.7), 0.02, 0.995));
    }

    private static double round(double value) {
        return Math.round(value * 100_000) / 100_000.0;
    }
}
