package dev.afinador.trainer.train;

import dev.afinador.trainer.model.LlamaModel;
import dev.afinador.trainer.tensor.Compute;
import dev.afinador.trainer.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/// The loss of the next token, at the places that count and nowhere else. Logits are as wide as the vocabulary, so they are made for some rows at a time and
/// forgotten again.
public final class HeadLoss {

    /// Logits held at once: 32 Mi numbers are 128 MiB, and as much again for their gradient.
    private static final long MOST_LOGITS = 32L << 20;

    private static final int NO_REDUCTION = 0;
    private static final long NO_TARGET_IGNORED = -100;

    private final LlamaModel model;

    public HeadLoss(LlamaModel model) {
        this.model = model;
    }

    /// Which hidden states predict what.
    ///
    /// @param rows places in the flattened `(batch * time)` hidden states
    /// @param targets the token that follows each
    /// @param weights how much each counts
    /// @param sequence the row of the batch that each belongs to
    public record Targets(
            Compute compute, long[] rows, long[] targets, float[] weights, int[] sequence) {

        /// @param ids `(batch * time)`, row after row
        /// @param perToken the weight of each of these tokens as a target; a sequence's first is never one
        public static Targets of(Compute compute, long[] ids, float[] perToken, int time) {
            int count = 0;
            for (int i = 0; i < ids.length; i++) {
                if (i % time != 0 && perToken[i] != 0) {
                    count++;
                }
            }
            long[] rows = new long[count];
            long[] targets = new long[count];
            float[] weights = new float[count];
            int[] sequence = new int[count];
            int at = 0;
            for (int i = 0; i < ids.length; i++) {
                if (i % time != 0 && perToken[i] != 0) {
                    rows[at] = i - 1;
                    targets[at] = ids[i];
                    weights[at] = perToken[i];
                    sequence[at++] = i / time;
                }
            }
            return new Targets(compute, rows, targets, weights, sequence);
        }

        public int count() {
            return rows.length;
        }

        public double weight() {
            double sum = 0;
            for (float weight : weights) {
                sum += weight;
            }
            return sum;
        }

        /// The same targets, each counted by a number for its sequence times its own weight.
        Targets bySequence(float[] factors) {
            float[] weighted = new float[weights.length];
            for (int i = 0; i < weighted.length; i++) {
                weighted[i] = weights[i] * factors[sequence[i]];
            }
            return new Targets(compute, rows, targets, weighted, sequence);
        }
    }

    /// Sums over the targets, not yet divided by anything but what the caller asked for.
    ///
    /// @param loss weighted negative log-likelihood times the caller's scale
    /// @param correct how many targets were the model's first choice
    public record Sum(double loss, long correct) {}

    /// Adds the gradients of `scale * sum(weight * -log p(target))` to all that is trained.
    public Sum backward(LlamaModel.Trace trace, Targets targets, double scale) {
        Tensor hidden = trace.hidden();
        long width = hidden.size(2);
        if (targets.count() == 0) {
            return new Sum(0, 0);
        }
        Tensor flat = hidden.detach().view(-1, width);
        Tensor gradient = torch.zeros_like(flat);
        double loss = 0;
        long correct = 0;
        for (Part part : parts(targets)) {
            try (PointerScope scope = new PointerScope()) {
                Tensor rows = part.rows(targets);
                Tensor here = flat.index_select(0, rows).requires_grad_(true);
                Tensor logits = model.logits(here); // (rows, vocabulary)
                Tensor each = nll(logits, part.targets(targets));
                Tensor sum = each.mul(part.weights(targets)).sum().mul(new Scalar(scale));
                sum.backward();
                gradient.index_add_(0, rows, here.grad());
                loss += sum.item_float();
                correct += correct(logits, part.targets(targets));
            }
        }
        trace.backward(gradient.view(hidden.shape()));
        return new Sum(loss, correct);
    }

    /// `sum(weight * -log p(target))` and hits, without gradients.
    public Sum evaluate(Tensor hidden, Targets targets) {
        double[] loss = {0};
        long[] correct = {0};
        forEach(
                hidden,
                targets,
                (part, each, logits) -> {
                    loss[0] += each.mul(part.weights(targets)).sum().item_float();
                    correct[0] += correct(logits, part.targets(targets));
                });
        return new Sum(loss[0], correct[0]);
    }

    /// `sum(weight * log p(target))` of each sequence of the batch, without gradients.
    public double[] logProbabilities(Tensor hidden, Targets targets, int sequences) {
        double[] sums = new double[sequences];
        forEach(
                hidden,
                targets,
                (part, each, logits) -> {
                    float[] values = Tensors.floats(each);
                    for (int i = 0; i < values.length; i++) {
                        int at = part.from + i;
                        sums[targets.sequence[at]] -= (double) values[i] * targets.weights[at];
                    }
                });
        return sums;
    }

    private interface Look {
        void at(Part part, Tensor each, Tensor logits);
    }

    private void forEach(Tensor hidden, Targets targets, Look look) {
        Tensor flat = hidden.detach().view(-1, hidden.size(2));
        for (Part part : parts(targets)) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                Tensor logits = model.logits(flat.index_select(0, part.rows(targets)));
                look.at(part, nll(logits, part.targets(targets)), logits);
            }
        }
    }

    private static Tensor nll(Tensor logits, Tensor targets) {
        return torch.cross_entropy_loss(
                logits, targets, new TensorOptional(), NO_REDUCTION, NO_TARGET_IGNORED, 0.0);
    }

    private static long correct(Tensor logits, Tensor targets) {
        return logits.detach().argmax(new LongOptional(-1), false).eq(targets).sum().item_long();
    }

    private Part[] parts(Targets targets) {
        int step = (int) Math.max(1, MOST_LOGITS / model.config().vocabulary());
        int count = (targets.count() + step - 1) / step;
        Part[] parts = new Part[count];
        for (int i = 0; i < count; i++) {
            parts[i] = new Part(i * step, Math.min(targets.count(), (i + 1) * step));
        }
        return parts;
    }

    private record Part(int from, int to) {
        Tensor rows(Targets all) {
            return Tensors.of(all.compute, Arrays.copyOfRange(all.rows, from, to), to - from);
        }

        Tensor targets(Targets all) {
            return Tensors.of(all.compute, Arrays.copyOfRange(all.targets, from, to), to - from);
        }

        Tensor weights(Targets all) {
            return Tensors.of(all.compute, Arrays.copyOfRange(all.weights, from, to), to - from);
        }
    }
}
