package dev.afinador.trainer.data;

/// One example of preference: the same prompt with the answer that is wanted and the one that is not.
public record EncodedPair(Encoded chosen, Encoded rejected) {

    public long line() {
        return chosen.line();
    }
}
