package dev.afinador.trainer.model;

import dev.afinador.trainer.tensor.Compute;
import dev.afinador.trainer.tensor.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// Keys and values of one sequence, so that each token is computed once. Grows by doubling.
public final class KvCache implements AutoCloseable {

    private static final int FIRST_CAPACITY = 128;

    private final ModelConfig config;
    private final Compute compute;
    private final Tensor[] keys; // (1, kvHeads, capacity, headDim) each
    private final Tensor[] values;
    private int capacity;
    private int length;

    /// @param expected how many tokens are likely; more are possible
    public KvCache(ModelConfig config, Compute compute, int expected) {
        this.config = config;
        this.compute = compute;
        this.capacity = Math.max(FIRST_CAPACITY, expected);
        this.keys = new Tensor[config.layers()];
        this.values = new Tensor[config.layers()];
        for (int layer = 0; layer < config.layers(); layer++) {
            keys[layer] = room(capacity);
            values[layer] = room(capacity);
        }
    }

    /// Memory of a cache for this many tokens, in bytes.
    public static long bytes(ModelConfig config, Compute compute, int tokens) {
        int width = compute.precision() == Compute.Precision.FP32 ? 4 : 2;
        return 2L * config.layers() * config.kvHeads() * config.headDim() * tokens * width;
    }

    private Tensor room(int tokens) {
        try (PointerScope scope = new PointerScope()) {
            return Tensors.zeros(
                            compute,
                            compute.precision().type(),
                            1,
                            config.kvHeads(),
                            tokens,
                            config.headDim())
                    .retainReference();
        }
    }

    /// Tokens that all layers hold.
    public int length() {
        return length;
    }

    /// What a layer sees, the new tokens included.
    record View(Tensor keys, Tensor values) {}

    View store(int layer, Tensor k, Tensor v, int time) {
        if (length + time > capacity) {
            grow(length + time);
        }
        keys[layer].narrow(2, length, time).copy_(k);
        values[layer].narrow(2, length, time).copy_(v);
        return new View(
                keys[layer].narrow(2, 0, length + time), values[layer].narrow(2, 0, length + time));
    }

    void advance(int time) {
        length += time;
    }

    private void grow(int wanted) {
        int larger = Math.max(wanted, 2 * capacity);
        try (PointerScope scope = new PointerScope()) {
            for (int layer = 0; layer < config.layers(); layer++) {
                keys[layer] = moved(keys[layer], larger);
                values[layer] = moved(values[layer], larger);
            }
        }
        capacity = larger;
    }

    private Tensor moved(Tensor old, int larger) {
        Tensor room = room(larger);
        room.narrow(2, 0, capacity).copy_(old);
        old.close();
        return room;
    }

    /// Which of the tokens before and among the new ones each new token sees: `(time, length + time)`.
    Tensor mask(int time, Compute compute) {
        float[] allowed = new float[time * (length + time)];
        for (int row = 0; row < time; row++) {
            java.util.Arrays.fill(
                    allowed, row * (length + time), row * (length + time) + length + row + 1, 1f);
        }
        return Tensors.of(compute, allowed, time, length + time).to(ScalarType.Bool);
    }

    @Override
    public void close() {
        for (int layer = 0; layer < config.layers(); layer++) {
            keys[layer].close();
            values[layer].close();
        }
    }
}
