package dev.afinador.trainer.data;

/// One training example.
///
/// @param tokens ids of the whole text
/// @param weights for each token, how much the loss of predicting it counts: 0 for what is only read, 1 for what is trained
/// @param line of the training file, from 1
public record Encoded(int[] tokens, float[] weights, long line) {

    public Encoded {
        if (tokens.length != weights.length) {
            throw new IllegalArgumentException(
                    tokens.length + " tokens and " + weights.length + " weights");
        }
    }

    /// Number of tokens that are trained. The first token of a text has nothing before it and is never one.
    public int trained() {
        int trained = 0;
        for (int i = 1; i < weights.length; i++) {
            if (weights[i] != 0) {
                trained++;
            }
        }
        return trained;
    }

    Encoded cutTo(int length) {
        return new Encoded(
                java.util.Arrays.copyOf(tokens, length),
                java.util.Arrays.copyOf(weights, length),
                line);
    }
}
