package dev.afinador.trainer.tokenizer;

import java.nio.charset.StandardCharsets;

/// The reversible spelling of bytes as visible characters that byte-level vocabularies use: printable Latin-1 stands for itself, the 68
/// other bytes follow from U+0100 on in order of their value.
final class ByteChars {

    private static final char[] CHAR_OF_BYTE = new char[256];
    private static final short[] BYTE_OF_CHAR = new short[0x200];

    static {
        java.util.Arrays.fill(BYTE_OF_CHAR, (short) -1);
        int next = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean visible = (b >= '!' && b <= '~') || (b >= 0xA1 && b != 0xAD);
            CHAR_OF_BYTE[b] = (char) (visible ? b : next++);
            BYTE_OF_CHAR[CHAR_OF_BYTE[b]] = (short) b;
        }
    }

    private ByteChars() {}

    static char of(int b) {
        return CHAR_OF_BYTE[b & 0xFF];
    }

    static String spell(byte[] bytes) {
        char[] chars = new char[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            chars[i] = CHAR_OF_BYTE[bytes[i] & 0xFF];
        }
        return new String(chars);
    }

    static String spell(String text) {
        return spell(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Bytes that a token of the vocabulary stands for. A token with a character outside the spelling stands for its own text.
    static byte[] bytes(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = token.charAt(i);
            int b = c < BYTE_OF_CHAR.length ? BYTE_OF_CHAR[c] : -1;
            if (b < 0) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) b;
        }
        return bytes;
    }
}
