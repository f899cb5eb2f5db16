package dev.afinador.dataset.cost;

import java.math.BigDecimal;
import java.time.Duration;

/// How much is trained.
///
/// @param tokensPerEpoch what one pass over the training file is billed for
/// @param epochs         passes, at least 1
public record TrainingPlan(long tokensPerEpoch, int epochs) {

    private static final int WANTED_EPOCHS = 3;
    private static final int MOST_EPOCHS = 25;
    private static final int FEW_EXAMPLES = 100;
    private static final int MANY_EXAMPLES = 25_000;

    public TrainingPlan {
        if (tokensPerEpoch < 0 || epochs < 1) {
            throw new IllegalArgumentException("tokens and epochs have to be positive");
        }
    }

    /// The default of OpenAI's cookbook (`Chat_finetuning_data_prep.ipynb`): three epochs; more where the model would see fewer
    /// than 100 examples, at most 25; fewer where it would see more than 25,000, at least 1.
    ///
    /// @return 0 for no examples
    public static int recommendedEpochs(long examples) {
        if (examples <= 0) {
            return 0;
        }
        long seen = Math.multiplyExact(WANTED_EPOCHS, examples);
        if (seen < FEW_EXAMPLES) {
            return (int) Math.min(MOST_EPOCHS, FEW_EXAMPLES / examples);
        }
        if (seen > MANY_EXAMPLES) {
            return (int) Math.max(1, MANY_EXAMPLES / examples);
        }
        return WANTED_EPOCHS;
    }

    /// What all epochs are billed for.
    public long tokens() {
        return Math.multiplyExact(tokensPerEpoch, epochs);
    }

    /// Exact; whoever shows it rounds up.
    public BigDecimal costPerEpoch(Price price) {
        return price.of(tokensPerEpoch);
    }

    /// Exact; whoever shows it rounds up.
    public BigDecimal cost(Price price) {
        return price.of(tokens());
    }

    /// How long a machine works on it that trains so fast.
    ///
    /// @param tokensPerSecond measured; positive
    public Duration time(double tokensPerSecond) {
        if (!(tokensPerSecond > 0)) {
            throw new IllegalArgumentException("a speed is positive");
        }
        return Duration.ofSeconds((long) Math.ceil(tokens() / tokensPerSecond));
    }
}
