package dev.afinador.trainer.train;

import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.OutputArchive;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// AdamW (arXiv:1711.05101) with a norm bound on the gradients and a rate that is set for each step.
public final class Optimizer implements AutoCloseable {

    private static final double LARGEST_NORM = 1.0;

    private final TensorVector parameters;
    private final AdamWOptions options;
    private final AdamW adam;

    /// @param parameters all that is trained; they outlive this
    public Optimizer(TensorVector parameters, double beta2, double weightDecay) {
        this.parameters = parameters;
        this.options = new AdamWOptions(1e-3);
        options.betas().put(0, 0.9).put(1, beta2);
        options.weight_decay().put(weightDecay);
        this.adam = new AdamW(parameters, options);
    }

    public void zero() {
        adam.zero_grad(true);
    }

    /// Clips, then moves the parameters.
    ///
    /// @return norm of the gradients before clipping
    public double step(double rate) {
        try (PointerScope scope = new PointerScope()) {
            double norm = torch.clip_grad_norm_(parameters, LARGEST_NORM);
            adam.param_groups().get(0).options().set_lr(rate);
            adam.step();
            return norm;
        }
    }

    public void save(Path file) {
        try (PointerScope scope = new PointerScope()) {
            var archive = new OutputArchive();
            adam.save(archive);
            archive.save_to(file.toString());
        }
    }

    public void load(Path file) {
        try (PointerScope scope = new PointerScope()) {
            var archive = new InputArchive();
            archive.load_from(file.toString());
            adam.load(archive);
        }
    }

    @Override
    public void close() {
        adam.close();
        options.close();
        parameters.close();
    }

    /// Warm-up to the peak, then half a cosine down to a tenth of it.
    ///
    /// @param step from 1
    public static double rate(double peak, int step, int steps, int warmUp) {
        if (step <= warmUp) {
            return peak * step / warmUp;
        }
        double done = (double) (step - warmUp) / Math.max(1, steps - warmUp);
        return peak * (0.1 + 0.9 * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done))));
    }
}
