package dev.afinador.trainer.serve;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;

/// Chooses the next token. Not safe for several threads.
final class Sampler {

    private final double temperature;
    private final double topP;
    private final SplittableRandom random;

    /// @param temperature 0 always takes the likeliest; 1 takes each as often as the model says
    /// @param topP only the likeliest tokens that together have this probability are taken (arXiv:1904.09751)
    Sampler(double temperature, double topP, long seed) {
        this.temperature = temperature;
        this.topP = topP;
        this.random = new SplittableRandom(seed);
    }

    int next(float[] logits) {
        int best = likeliest(logits);
        if (temperature == 0 || topP == 0) {
            return best;
        }
        double[] p = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            p[i] = Math.exp((logits[i] - logits[best]) / temperature);
            sum += p[i];
        }
        double drawn = random.nextDouble();
        if (topP >= 1) {
            return draw(p, null, p.length, drawn * sum);
        }
        // a token below this cannot be among the likeliest, so few need be sorted
        double least = (1 - topP) / Math.max(1, p.length - 1) * sum;
        Integer[] likely = new Integer[p.length];
        int count = 0;
        for (int i = 0; i < p.length; i++) {
            if (p[i] >= least) {
                likely[count++] = i;
            }
        }
        Arrays.sort(likely, 0, count, Comparator.comparingDouble(i -> -p[i]));
        double covered = 0;
        int taken = 0;
        while (taken < count && covered < topP * sum) {
            covered += p[likely[taken++]];
        }
        return draw(p, likely, Math.max(1, taken), drawn * covered);
    }

    private static int draw(
            double[] p, Integer @org.jspecify.annotations.Nullable [] order, int count, double at) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            int token = order == null ? i : order[i];
            sum += p[token];
            if (at < sum) {
                return token;
            }
        }
        return order == null ? count - 1 : order[count - 1]; // rounding
    }

    static int likeliest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }
}
