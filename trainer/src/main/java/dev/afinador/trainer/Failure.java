package dev.afinador.trainer;

import org.jspecify.annotations.Nullable;

/// Something that stops the work and that a person can act on. The message names the thing, the rule and the next action, in English: it travels in
/// the protocol's own error fields.
public final class Failure extends RuntimeException {

    private final Code code;
    private final @Nullable String param;
    private final long line;

    public Failure(Code code, @Nullable String param, String message) {
        this(code, param, 0, message, null);
    }

    /// @param param what it is about, e.g. `training_file` or `model`
    /// @param line 1-based line of that file, 0 when it is about no line
    public Failure(
            Code code,
            @Nullable String param,
            long line,
            String message,
            @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.param = param;
        this.line = line;
    }

    public Code code() {
        return code;
    }

    public @Nullable String param() {
        return param;
    }

    public long line() {
        return line;
    }

    /// The words of docs/trainer-process.md.
    public enum Code {
        INVALID_TRAINING_FILE,
        INVALID_VALIDATION_FILE,
        INVALID_N_EXAMPLES,
        MODEL_UNSUPPORTED,
        MODEL_BROKEN,
        TOKENIZER_BROKEN,
        HYPERPARAMETERS_INVALID,
        INVALID_REQUEST,
        CONTEXT_LENGTH_EXCEEDED,
        OUT_OF_MEMORY,
        DISK_FULL,
        DEVICE_FAILED,
        LOSS_NOT_FINITE,
        CANCELLED;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
