package dev.afinador.trainer.train;

import dev.afinador.trainer.model.Lora;
import dev.afinador.trainer.model.ModelConfig;

/// Every setting as a number. What a person left to us is chosen by the size of the data and of the model.
///
/// @param learningRate at its highest, the multiplier included
/// @param beta how closely DPO keeps to the reference (arXiv:2305.18290)
public record Hyperparameters(
        int epochs,
        int batchSize,
        double learningRateMultiplier,
        double beta,
        double learningRate,
        Lora.@org.jspecify.annotations.Nullable Settings lora) {

    /// Fewest optimizer steps that `auto` aims at: a small file is seen more often.
    static final int FEWEST_STEPS = 300;

    private static final int MOST_EPOCHS = 25;

    /// Chooses what was left open.
    ///
    /// - `n_epochs`: three, more for small files and fewer for very large ones. The bounds of 100 and 25 000 examples and of 25 epochs are those that
    ///   OpenAI's cookbook gives for its own default (How_to_finetune_chat_models); a small file is also repeated until there are about
    ///   300 steps, because here the base is small and needs them.
    /// - `batch_size`: a fiftieth of the examples, from 4 to 32: larger ones use the machine better and cost steps.
    /// - learning rate: `5e-4 * (2000 / hidden) ^ 0.775` for an adapter, a tenth of it for full tuning (J. Schulman and others, "LoRA Without Regret", Thinking
    ///   Machines Lab, 2025: optimal rates of Llama models by width, and the factor of ten). Bases narrower than 512 bear half of it when they are
    ///   tuned whole: `afinador-nano` then learns all of fifty answers by heart. DPO takes a tenth.
    /// - rank 16 and alpha 32; 32 and 64 for bases narrower than 512.
    static Hyperparameters resolve(RunSpec spec, ModelConfig model, int examples) {
        int batch = spec.batchSize().orElse(Math.clamp(Math.round(examples / 50.0), 4, 32));
        batch = Math.min(batch, examples);
        int stepsPerEpoch = (examples + batch - 1) / batch;
        int epochs = spec.epochs().orElse(epochs(examples, stepsPerEpoch));
        double multiplier = spec.learningRateMultiplier().orElse(1);
        double rate = 5e-4 * Math.pow(2000.0 / model.hidden(), 0.775);
        Lora.Settings lora =
                switch (spec.tuning()) {
                    case RunSpec.Tuning.Full() -> null;
                    case RunSpec.Tuning.LowRank wanted -> {
                        int rank = wanted.rank().orElse(model.hidden() < 512 ? 32 : 16);
                        yield new Lora.Settings(
                                rank,
                                wanted.alpha().orElse(2.0 * rank),
                                wanted.dropout(),
                                wanted.targets());
                    }
                };
        if (lora == null) {
            rate /= model.hidden() < 512 ? 2 : 10;
        }
        if (spec.method() == RunSpec.Method.DPO) {
            rate /= 10;
        }
        return new Hyperparameters(
                epochs, batch, multiplier, spec.beta().orElse(0.1), rate * multiplier, lora);
    }

    private static int epochs(int examples, int stepsPerEpoch) {
        int epochs = 3;
        if (examples * 3 < 100) {
            epochs = Math.min(MOST_EPOCHS, 100 / examples);
        } else if (examples * 3L > 25_000) {
            epochs = Math.max(1, 25_000 / examples);
        }
        if (epochs * stepsPerEpoch < FEWEST_STEPS && examples * 3L <= 25_000) {
            epochs = Math.min(MOST_EPOCHS, Math.max(epochs, FEWEST_STEPS / stepsPerEpoch));
        }
        return epochs;
    }
}
