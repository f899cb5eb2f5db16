package dev.afinador.dataset.tokens;

/// Characters of valid UTF-8.
final class Utf8 {

    private Utf8() {}

    /// The code point whose first byte, not ASCII, is at `i`.
    static int codePoint(byte[] b, int i) {
        int first = b[i];
        if (first >= (byte) 0xF0) {
            return (first & 0x07) << 18
                    | (b[i + 1] & 0x3F) << 12
                    | (b[i + 2] & 0x3F) << 6
                    | (b[i + 3] & 0x3F);
        }
        if (first >= (byte) 0xE0) {
            return (first & 0x0F) << 12 | (b[i + 1] & 0x3F) << 6 | (b[i + 2] & 0x3F);
        }
        return (first & 0x1F) << 6 | (b[i + 1] & 0x3F);
    }

    /// How many bytes the character has whose first byte, not ASCII, this is.
    static int length(byte first) {
        return first >= (byte) 0xF0 ? 4 : first >= (byte) 0xE0 ? 3 : 2;
    }
}
