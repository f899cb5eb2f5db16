package dev.afinador.dataset.tokens;

import java.nio.charset.StandardCharsets;

/// Cuts texts into tokens the way a model sees them. Safe for use by many threads; each thread counts with a
/// [TokenCounter] of its own.
///
/// Implementations for models outside OpenAI's families live where their libraries may be seen.
public interface Tokenizer {

    /// As its makers call it, e.g. `o200k_base`.
    String id();

    /// A counter for one thread.
    TokenCounter counter();

    /// The tokens of a text, in order. Texts that look like special tokens are ordinary text here, as they are in training
    /// files.
    ///
    /// @param utf8 valid UTF-8
    Tokens encode(byte[] utf8);

    default Tokens encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }
}
