package dev.afinador.dataset.tokens;

/// Counts tokens for one thread at a time.
public interface TokenCounter {

    /// Bytes that an array should have after a text's end. Without them the text is copied before it is counted.
    int PADDING = 16;

    /// @param utf8 has valid UTF-8 from `from` to `to`; not changed
    /// @return how many tokens the text has
    int count(byte[] utf8, int from, int to);
}
