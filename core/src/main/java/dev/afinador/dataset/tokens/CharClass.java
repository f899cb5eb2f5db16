package dev.afinador.dataset.tokens;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// What the patterns of the encodings ask about a character, as bits.
final class CharClass {

    /// `\p{L}`
    static final int LETTER = 1;

    /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`
    static final int HEAD = 2;

    /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`
    static final int TAIL = 4;

    /// `\p{N}`
    static final int NUMBER = 8;

    /// `\s`: the property White_Space
    static final int SPACE = 16;

    /// `[\r\n]`
    static final int BREAK = 32;

    static final byte[] ASCII = page(0, 128);

    private static final int PAGE = 256;

    /// Filled where texts ask for it. Threads may fill a page twice, with the same values.
    private static final AtomicReferenceArray<byte @Nullable []> PAGES =
            new AtomicReferenceArray<>((Character.MAX_CODE_POINT + 1) / PAGE);

    private CharClass() {}

    static int of(int codePoint) {
        byte[] page = PAGES.getAcquire(codePoint >>> 8);
        if (page == null) {
            page = page(codePoint & -PAGE, PAGE);
            PAGES.setRelease(codePoint >>> 8, page);
        }
        return page[codePoint & (PAGE - 1)];
    }

    private static byte[] page(int first, int length) {
        byte[] classes = new byte[length];
        for (int i = 0; i < length; i++) {
            classes[i] = (byte) classOf(first + i);
        }
        return classes;
    }

    private static int classOf(int codePoint) {
        if (isWhiteSpace(codePoint)) {
            return codePoint == '\r' || codePoint == '\n' ? SPACE | BREAK : SPACE;
        }
        return switch ((byte) Character.getType(codePoint)) {
            case Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> LETTER | HEAD;
            case Character.LOWERCASE_LETTER -> LETTER | TAIL;
            case Character.MODIFIER_LETTER, Character.OTHER_LETTER -> LETTER | HEAD | TAIL;
            case Character.NON_SPACING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.ENCLOSING_MARK ->
                    HEAD | TAIL;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
                    NUMBER;
            default -> 0;
        };
    }

    /// [Character#isWhitespace(int)] leaves out the no-break spaces and adds separators of information.
    private static boolean isWhiteSpace(int codePoint) {
        return (codePoint >= 0x09 && codePoint <= 0x0D)
                || codePoint == 0x20
                || codePoint == 0x85
                || codePoint == 0xA0
                || codePoint == 0x1680
                || (codePoint >= 0x2000 && codePoint <= 0x200A)
                || codePoint == 0x2028
                || codePoint == 0x2029
                || codePoint == 0x202F
                || codePoint == 0x205F
                || codePoint == 0x3000;
    }
}
