package dev.afinador.trainer.model;

import dev.afinador.trainer.tensor.Compute;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/// A decoder of the Llama family: token ids in, hidden states and logits out. Attention is causal, so that rows padded at their end need no mask.
///
/// Everything it returns belongs to the caller's [org.bytedeco.javacpp.PointerScope]. Not safe for several threads.
public final class LlamaModel implements AutoCloseable {

    private final ModelConfig config;
    private final Weights weights;
    private final Compute compute;
    private final Rope rope;
    private final boolean convert;

    public LlamaModel(Weights weights, Compute compute) {
        this.config = weights.config();
        this.weights = weights;
        this.compute = compute;
        this.rope = new Rope(config, compute);
        // weights that are trained are kept in fp32, whatever is computed in
        this.convert =
                weights.get("model.norm.weight").scalar_type().intern()
                        != compute.precision().type();
    }

    public ModelConfig config() {
        return config;
    }

    public Weights weights() {
        return weights;
    }

    public Compute compute() {
        return compute;
    }

    /// How attention finds the keys and values of a layer.
    private interface Attention {
        /// @param q `(batch, time, heads, headDim)`, k and v `(batch, time, kvHeads, headDim)`
        /// @return `(batch, time, heads * headDim)`
        Tensor attend(int layer, Tensor q, Tensor k, Tensor v);

        Tensor turn(Tensor x);
    }

    /// Hidden states of whole sequences, for training and evaluation.
    ///
    /// @param ids `(batch, time)`
    /// @return `(batch, time, hidden)`, normalized, ready for [#logits]
    public Tensor hidden(Tensor ids, Adapters adapters) {
        Tensor x = embed(ids);
        Attention attention = new WholeSequences((int) ids.size(1));
        for (int layer = 0; layer < config.layers(); layer++) {
            x = layer(layer, x, adapters, attention);
        }
        return normed(x, "model.norm.weight");
    }

    /// Hidden states that can be traced back, keeping either all activations or only what enters each layer.
    public Trace trace(Tensor ids, Adapters adapters, boolean recompute, long seed) {
        return recompute ? new Recomputed(ids, adapters, seed) : new Kept(hidden(ids, adapters));
    }

    /// Hidden states with the way back from their gradient to those of the weights.
    public sealed interface Trace {
        Tensor hidden();

        /// Adds to the gradients of everything that is trained.
        ///
        /// @param gradient of [#hidden]
        void backward(Tensor gradient);
    }

    private record Kept(Tensor hidden) implements Trace {
        @Override
        public void backward(Tensor gradient) {
            hidden.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
        }
    }

    /// Activation recomputation (arXiv:1604.06174): what a layer computes is forgotten and computed again on the way back.
    private final class Recomputed implements Trace {
        private final Tensor ids;
        private final Adapters adapters;
        private final long seed;
        private final Attention attention;
        private final List<Tensor> inputs = new ArrayList<>();
        private final Tensor hidden;

        Recomputed(Tensor ids, Adapters adapters, long seed) {
            this.ids = ids;
            this.adapters = adapters;
            this.seed = seed;
            this.attention = new WholeSequences((int) ids.size(1));
            try (NoGradGuard guard = new NoGradGuard()) {
                Tensor x = embed(ids);
                for (int layer = 0; layer < config.layers(); layer++) {
                    inputs.add(x);
                    torch.manual_seed(seed + layer); // the same dropout both times
                    x = layer(layer, x, adapters, attention);
                }
                inputs.add(x);
                hidden = normed(x, "model.norm.weight");
            }
        }

        @Override
        public Tensor hidden() {
            return hidden;
        }

        @Override
        public void backward(Tensor gradient) {
            Tensor last = inputs.get(config.layers()).detach().requires_grad_(true);
            back(normed(last, "model.norm.weight"), gradient);
            Tensor flowing = last.grad();
            for (int layer = config.layers() - 1; layer >= 0; layer--) {
                Tensor input = inputs.get(layer).detach().requires_grad_(true);
                torch.manual_seed(seed + layer);
                back(layer(layer, input, adapters, attention), flowing);
                flowing = input.grad();
            }
            Tensor embedded = embed(ids);
            if (embedded.requires_grad()) {
                back(embedded, flowing);
            }
        }

        private static void back(Tensor output, Tensor gradient) {
            output.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
        }
    }

    /// Goes on with one sequence: stores keys and values of the new tokens and gives their hidden states.
    ///
    /// @param ids `(1, time)`
    /// @return `(1, time, hidden)`
    public Tensor extend(Tensor ids, KvCache cache, Adapters adapters) {
        int time = (int) ids.size(1);
        Tensor x = embed(ids);
        Attention attention = new OneSequence(cache, time);
        for (int layer = 0; layer < config.layers(); layer++) {
            x = layer(layer, x, adapters, attention);
        }
        cache.advance(time);
        return normed(x, "model.norm.weight");
    }

    /// One more token for each of several sequences, in one pass over the weights.
    ///
    /// @param ids `(sequences, 1)`
    /// @return `(sequences, 1, hidden)`
    public Tensor step(Tensor ids, List<KvCache> caches, Adapters adapters) {
        Tensor x = embed(ids);
        Attention attention = new SideBySide(caches);
        for (int layer = 0; layer < config.layers(); layer++) {
            x = layer(layer, x, adapters, attention);
        }
        caches.forEach(cache -> cache.advance(1));
        return normed(x, "model.norm.weight");
    }

    /// @param hidden `(rows, hidden)`
    /// @return `(rows, vocabulary)` in fp32
    public Tensor logits(Tensor hidden) {
        Tensor head = weight(weights.head());
        Tensor logits =
                hidden.size(0) == 1 && !GradMode.is_enabled()
                        ? head.mv(hidden.view(config.hidden())).unsqueeze(0)
                        : torch.linear(hidden, head);
        return logits.to(ScalarType.Float);
    }

    private Tensor embed(Tensor ids) {
        return weight(torch.embedding(weights.get("model.embed_tokens.weight"), ids));
    }

    private Tensor layer(int layer, Tensor x, Adapters adapters, Attention attention) {
        String prefix = "model.layers." + layer + ".";
        Tensor normed = normed(x, prefix + "input_layernorm.weight");
        long batch = x.size(0);
        long time = x.size(1);
        Tensor q = heads(project(layer, Projection.Q, normed, adapters), batch, time);
        Tensor k = heads(project(layer, Projection.K, normed, adapters), batch, time);
        Tensor v = heads(project(layer, Projection.V, normed, adapters), batch, time);
        if (config.qkNorm()) {
            q = headNormed(q, prefix + "self_attn.q_norm.weight");
            k = headNormed(k, prefix + "self_attn.k_norm.weight");
        }
        Tensor mixed = attention.attend(layer, attention.turn(q), attention.turn(k), v);
        Tensor attended =
                x.add(project(layer, Projection.O, mixed, adapters)); // (batch, time, hidden)
        Tensor inner = normed(attended, prefix + "post_attention_layernorm.weight");
        Tensor gate = torch.silu(project(layer, Projection.GATE, inner, adapters));
        Tensor up = project(layer, Projection.UP, inner, adapters); // (batch, time, intermediate)
        return attended.add(project(layer, Projection.DOWN, gate.mul(up), adapters));
    }

    private Tensor heads(Tensor x, long batch, long time) {
        return x.view(batch, time, -1, config.headDim());
    }

    private Tensor project(int layer, Projection projection, Tensor x, Adapters adapters) {
        String name = projection.name(layer);
        Tensor matrix = weight(weights.get(name + ".weight"));
        Tensor bias = projection.hasBias(config) ? weight(weights.get(name + ".bias")) : null;
        return adapters.apply(layer, projection, x, linear(x, matrix, bias));
    }

    private static Tensor linear(Tensor x, Tensor matrix, @Nullable Tensor bias) {
        long inputs = matrix.size(1);
        if (x.numel() == inputs && !GradMode.is_enabled()) {
            // one token: a product with a vector is twice as fast in OpenBLAS as one with a thin
            // matrix
            Tensor y = matrix.mv(x.view(inputs));
            return (bias == null ? y : y.add(bias)).view(1, 1, matrix.size(0));
        }
        return bias == null ? torch.linear(x, matrix) : torch.linear(x, matrix, bias);
    }

    private Tensor normed(Tensor x, String name) {
        return rmsNorm(x, weights.get(name), config.hidden());
    }

    private Tensor headNormed(Tensor x, String name) {
        return rmsNorm(x, weights.get(name), config.headDim());
    }

    /// arXiv:1910.07467.
    private Tensor rmsNorm(Tensor x, Tensor weight, long width) {
        return torch.rms_norm(
                x,
                new long[] {width},
                new TensorOptional(weight(weight)),
                new DoubleOptional(config.normEps()));
    }

    private Tensor weight(Tensor tensor) {
        return convert ? tensor.to(compute.precision().type()) : tensor;
    }

    /// `(batch, heads, time, headDim)` each; gives `(batch, time, heads * headDim)`.
    private Tensor scaledDotProduct(Tensor q, Tensor k, Tensor v, boolean causal) {
        Tensor mixed =
                torch.scaled_dot_product_attention(
                        q,
                        k,
                        v,
                        new TensorOptional(),
                        0.0,
                        causal,
                        new DoubleOptional(),
                        config.groups() > 1);
        return mixed.transpose(1, 2)
                .reshape(q.size(0), q.size(2), (long) config.heads() * config.headDim());
    }

    private final class WholeSequences implements Attention {
        private final Rope.Angles angles;

        WholeSequences(int time) {
            this.angles = rope.range(0, time);
        }

        @Override
        public Tensor turn(Tensor x) {
            return angles.turn(x);
        }

        @Override
        public Tensor attend(int layer, Tensor q, Tensor k, Tensor v) {
            return scaledDotProduct(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), true);
        }
    }

    private final class OneSequence implements Attention {
        private final KvCache cache;
        private final int time;
        private final Rope.Angles angles;
        private final @Nullable Tensor mask;

        OneSequence(KvCache cache, int time) {
            this.cache = cache;
            this.time = time;
            this.angles = rope.range(cache.length(), time);
            // the first part of a text is plainly causal; a later part also sees all that came
            // before it
            this.mask = cache.length() == 0 || time == 1 ? null : cache.mask(time, compute);
        }

        @Override
        public Tensor turn(Tensor x) {
            return angles.turn(x);
        }

        @Override
        public Tensor attend(int layer, Tensor q, Tensor k, Tensor v) {
            KvCache.View seen = cache.store(layer, k.transpose(1, 2), v.transpose(1, 2), time);
            if (mask == null) {
                return scaledDotProduct(q.transpose(1, 2), seen.keys(), seen.values(), time > 1);
            }
            Tensor mixed =
                    torch.scaled_dot_product_attention(
                            q.transpose(1, 2),
                            seen.keys(),
                            seen.values(),
                            new TensorOptional(mask),
                            0.0,
                            false,
                            new DoubleOptional(),
                            config.groups() > 1);
            return mixed.transpose(1, 2).reshape(1, time, (long) config.heads() * config.headDim());
        }
    }

    private final class SideBySide implements Attention {
        private final List<KvCache> caches;
        private final Rope.Angles angles;

        SideBySide(List<KvCache> caches) {
            this.caches = caches;
            if (caches.size() == 1) {
                this.angles = rope.range(caches.getFirst().length(), 1);
                return;
            }
            long[] at = caches.stream().mapToLong(KvCache::length).toArray();
            int largest = caches.stream().mapToInt(KvCache::length).max().orElse(0);
            this.angles =
                    rope.rows(
                            dev.afinador.trainer.tensor.Tensors.of(compute, at, at.length),
                            at.length,
                            largest);
        }

        @Override
        public Tensor turn(Tensor x) {
            return angles.turn(x);
        }

        @Override
        public Tensor attend(int layer, Tensor q, Tensor k, Tensor v) {
            var rows = new org.bytedeco.pytorch.TensorVector();
            for (int i = 0; i < caches.size(); i++) {
                KvCache.View seen =
                        caches.get(i)
                                .store(
                                        layer,
                                        k.narrow(0, i, 1).transpose(1, 2),
                                        v.narrow(0, i, 1).transpose(1, 2),
                                        1);
                Tensor mixed =
                        scaledDotProduct(
                                q.narrow(0, i, 1).transpose(1, 2),
                                seen.keys(),
                                seen.values(),
                                false);
                if (caches.size() == 1) {
                    return mixed;
                }
                rows.push_back(mixed);
            }
            return torch.cat(rows, 0);
        }
    }

    @Override
    public void close() {
        rope.close();
    }
}
