package dev.afinador.trainer.model;

import dev.afinador.trainer.tensor.Compute;
import dev.afinador.trainer.tensor.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// Rotary position embeddings (arXiv:2104.09864) in the layout of Hugging Face: the first half of a head's numbers is turned against the second.
final class Rope implements AutoCloseable {

    private final Compute compute;
    private final double[] frequencies;
    private final int half;
    private Tensor cos; // (positions, headDim / 2)
    private Tensor sin;
    private int positions;

    Rope(ModelConfig config, Compute compute) {
        this.compute = compute;
        this.half = config.headDim() / 2;
        this.frequencies = frequencies(config);
        try (PointerScope scope = new PointerScope()) {
            this.cos = none().retainReference();
            this.sin = none().retainReference();
        }
    }

    private Tensor none() {
        return Tensors.zeros(compute, compute.precision().type(), 0, half);
    }

    /// Angles per position.
    static double[] frequencies(ModelConfig config) {
        int half = config.headDim() / 2;
        double[] frequencies = new double[half];
        for (int i = 0; i < half; i++) {
            double plain = Math.pow(config.ropeTheta(), -2.0 * i / config.headDim());
            frequencies[i] =
                    switch (config.ropeScaling()) {
                        case ModelConfig.RopeScaling.None() -> plain;
                        case ModelConfig.RopeScaling.Linear(double factor) -> plain / factor;
                        case ModelConfig.RopeScaling.Llama3 s -> llama3(plain, s);
                    };
        }
        return frequencies;
    }

    private static double llama3(double frequency, ModelConfig.RopeScaling.Llama3 s) {
        double wavelength = 2 * Math.PI / frequency;
        if (wavelength < s.originalContext() / s.highFactor()) {
            return frequency;
        }
        if (wavelength > s.originalContext() / s.lowFactor()) {
            return frequency / s.factor();
        }
        double smooth =
                (s.originalContext() / wavelength - s.lowFactor())
                        / (s.highFactor() - s.lowFactor());
        return (1 - smooth) * frequency / s.factor() + smooth * frequency;
    }

    /// Makes tables for at least this many positions. They outlive the caller's scope.
    void cover(int wanted) {
        if (wanted <= positions) {
            return;
        }
        int length = Math.max(wanted, Math.max(256, 2 * positions));
        float[] c = new float[length * half];
        float[] s = new float[length * half];
        for (int position = 0; position < length; position++) {
            for (int i = 0; i < half; i++) {
                // the reference computes angles in fp32
                float angle = (float) position * (float) frequencies[i];
                c[position * half + i] = (float) Math.cos(angle);
                s[position * half + i] = (float) Math.sin(angle);
            }
        }
        Tensor oldCos = cos;
        Tensor oldSin = sin;
        try (PointerScope scope = new PointerScope()) {
            cos =
                    Tensors.to(
                                    compute,
                                    Tensors.of(compute, c, length, half),
                                    compute.precision().type())
                            .retainReference();
            sin =
                    Tensors.to(
                                    compute,
                                    Tensors.of(compute, s, length, half),
                                    compute.precision().type())
                            .retainReference();
        }
        oldCos.close();
        oldSin.close();
        positions = length;
    }

    /// The rows of positions `start` to `start + length`.
    Angles range(int start, int length) {
        cover(start + length);
        return new Angles(
                cos.narrow(0, start, length).view(1, length, 1, half),
                sin.narrow(0, start, length).view(1, length, 1, half));
    }

    /// One row for each position named, for sequences of different lengths side by side.
    Angles rows(Tensor at, int count, int largest) {
        cover(largest + 1);
        return new Angles(
                cos.index_select(0, at).view(count, 1, 1, half),
                sin.index_select(0, at).view(count, 1, 1, half));
    }

    /// Angles that fit `(batch, time, heads, headDim / 2)`.
    record Angles(Tensor cos, Tensor sin) {

        /// @param x `(batch, time, heads, headDim)`
        Tensor turn(Tensor x) {
            long half = x.size(3) / 2;
            Tensor first = x.narrow(3, 0, half);
            Tensor second = x.narrow(3, half, half);
            return torch.cat(
                    new TensorVector(
                            first.mul(cos).sub(second.mul(sin)),
                            second.mul(cos).add(first.mul(sin))),
                    3);
        }
    }

    @Override
    public void close() {
        cos.close();
        sin.close();
    }
}
