package dev.afinador.trainer.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/// Which examples each step sees. Depends on seed and sizes alone, so that a run that resumes goes on with what it has not seen.
///
/// Examples are shuffled every epoch; within stretches of 32 batches those of like length are put together, so that little is spent on padding.
final class Plan {

    private static final int STRETCH = 32;

    private final int examples;
    private final int batchSize;
    private final int epochs;
    private final long seed;
    private final IntUnaryOperator length;
    private int[] order = {};
    private int orderOf = -1;

    /// @param length tokens of an example
    Plan(int examples, int batchSize, int epochs, long seed, IntUnaryOperator length) {
        this.examples = examples;
        this.batchSize = batchSize;
        this.epochs = epochs;
        this.seed = seed;
        this.length = length;
    }

    int stepsPerEpoch() {
        return (examples + batchSize - 1) / batchSize;
    }

    int steps() {
        return epochs * stepsPerEpoch();
    }

    /// The epoch of a step, both from 1.
    int epoch(int step) {
        return (step - 1) / stepsPerEpoch() + 1;
    }

    boolean endsEpoch(int step) {
        return step % stepsPerEpoch() == 0;
    }

    /// Examples of a step, from 1.
    int[] batch(int step) {
        int epoch = epoch(step);
        if (orderOf != epoch) {
            order = order(epoch);
            orderOf = epoch;
        }
        int from = (step - 1) % stepsPerEpoch() * batchSize;
        return Arrays.copyOfRange(order, from, Math.min(examples, from + batchSize));
    }

    private int[] order(int epoch) {
        var random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + epoch);
        int[] shuffled = new int[examples];
        for (int i = 0; i < examples; i++) {
            int at = random.nextInt(i + 1);
            shuffled[i] = shuffled[at];
            shuffled[at] = i;
        }
        int stretch = STRETCH * batchSize;
        for (int from = 0; from < examples; from += stretch) {
            int to = Math.min(examples, from + stretch);
            int[] sorted =
                    Arrays.stream(shuffled, from, to)
                            .boxed()
                            .sorted((a, b) ->
                                    Integer.compare(length.applyAsInt(b), length.applyAsInt(a)))
                            .mapToInt(Integer::intValue)
                            .toArray();
            // the batches of a stretch in any order, but for a last one that is not full
            int whole = (to - from) / batchSize;
            int[] batches = new int[whole];
            for (int i = 0; i < whole; i++) {
                int at = random.nextInt(i + 1);
                batches[i] = batches[at];
                batches[at] = i;
            }
            int out = from;
            for (int batch : batches) {
                System.arraycopy(sorted, batch * batchSize, shuffled, out, batchSize);
                out += batchSize;
            }
            System.arraycopy(sorted, whole * batchSize, shuffled, out, to - out);
        }
        return shuffled;
    }

    /// Cuts a batch into parts that are computed at once: of like length, and no more than `tokens` with their padding.
    ///
    /// @return parts with at least one example each
    static List<int[]> parts(int[] batch, IntUnaryOperator length, int width, int tokens) {
        int[] sorted =
                Arrays.stream(batch)
                        .boxed()
                        .sorted((a, b) ->
                                Integer.compare(length.applyAsInt(b), length.applyAsInt(a)))
                        .mapToInt(Integer::intValue)
                        .toArray();
        List<int[]> parts = new ArrayList<>();
        int from = 0;
        while (from < sorted.length) {
            int longest = Math.max(1, length.applyAsInt(sorted[from]));
            int rows = Math.max(1, tokens / (longest * width));
            int to = Math.min(sorted.length, from + rows);
            parts.add(Arrays.copyOfRange(sorted, from, to));
            from = to;
        }
        return parts;
    }
}
