package dev.afinador.trainer.tokenizer;

/// The tokenizer of a model folder cannot be used. The message names the file, what is wrong and, for a kind that is not known, its name.
public final class TokenizerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TokenizerException(String message) {
        super(message);
    }

    public TokenizerException(String message, Throwable cause) {
        super(message, cause);
    }

    /// Stable word for programs, as in docs/trainer-process.md.
    public String code() {
        return "tokenizer_broken";
    }
}
