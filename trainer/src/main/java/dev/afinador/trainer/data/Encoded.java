package dev.afinador.trainer.data;

/// One example as the model meets it.
///
/// @param tokens ids
/// @param weights for each token, how much predicting it counts in the loss; 0 for what is only read. The first token is never predicted.
/// @param line 1-based line of the file
public record Encoded(int[] tokens, float[] weights, long line) {

    public Encoded {
        if (tokens.length != weights.length) {
            throw new IllegalArgumentException(
                    tokens.length + " tokens and " + weights.length + " weights");
        }
    }

    /// Tokens that are learned.
    public int trained() {
        int trained = 0;
        for (int i = 1; i < weights.length; i++) {
            if (weights[i] != 0) {
                trained++;
            }
        }
        return trained;
    }
}
