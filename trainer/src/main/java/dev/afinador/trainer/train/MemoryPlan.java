package dev.afinador.trainer.train;

import dev.afinador.trainer.Failure;
import dev.afinador.trainer.model.ModelConfig;
import dev.afinador.trainer.tensor.Compute;
import dev.afinador.trainer.tensor.Memory;
import java.util.OptionalLong;

/// How much is computed at once, so that it fits the memory that is free. An estimate: it is meant to say no before the machine does.
///
/// @param tokensAtOnce tokens of one pass, padding included
/// @param recompute whether activations are forgotten and computed again
record MemoryPlan(int tokensAtOnce, boolean recompute) {

    private static final int MOST_TOKENS = 4096;
    private static final double USABLE = 0.85;

    /// @param trained numbers that are trained
    /// @param longest tokens of the longest example, both answers of a pair together
    /// @throws Failure `out_of_memory` when not even one example fits
    static MemoryPlan of(
            ModelConfig model, Compute compute, long trained, boolean full, int longest) {
        OptionalLong free = free(compute);
        if (free.isEmpty()) {
            return new MemoryPlan(Math.max(longest, MOST_TOKENS / 2), false);
        }
        double room = free.getAsLong() * USABLE;
        int width = compute.precision() == Compute.Precision.FP32 ? 4 : 2;
        double fixed =
                (full ? 0.0 : (double) model.parameters() * width)
                        + trained * 16.0 // itself, its gradient and two moments, in fp32
                        + 0.3e9; // libraries
        double left = room - fixed;
        for (boolean recompute : new boolean[] {false, true}) {
            for (int tokens = MOST_TOKENS; tokens >= Math.min(longest, 256); tokens /= 2) {
                int atOnce = Math.max(tokens, longest);
                if (activations(model, width, atOnce, recompute) <= left) {
                    return new MemoryPlan(atOnce, recompute);
                }
            }
        }
        double needed = fixed + activations(model, width, longest, true);
        throw new Failure(
                Failure.Code.OUT_OF_MEMORY,
                "model",
                String.format(
                        java.util.Locale.ROOT,
                        "training this model on examples of up to %d tokens needs about %.1f GB, and %.1f GB are free. Use a smaller model, shorter"
                                + " examples, or a machine with more memory.",
                        longest,
                        needed / 1e9,
                        free.getAsLong() / 1e9));
    }

    /// Numbers that one pass keeps for the way back, counted off [dev.afinador.trainer.model.LlamaModel].
    private static double activations(ModelConfig m, int width, int tokens, boolean recompute) {
        double heads = (double) m.headDim() * (3.0 * m.heads() + 6.0 * m.kvHeads());
        double layer = 6.0 * m.hidden() + heads + 5.0 * m.intermediate();
        double kept = recompute ? (double) m.layers() * m.hidden() + layer : m.layers() * layer;
        double logits = 3.0 * Math.min((double) tokens * m.vocabulary(), 32 << 20) * 4;
        return kept * tokens * width * 1.3 + logits;
    }

    /// A GPU says by itself when it is full.
    private static OptionalLong free(Compute compute) {
        return compute.kind() == Compute.Kind.CUDA ? OptionalLong.empty() : Memory.free();
    }
}
