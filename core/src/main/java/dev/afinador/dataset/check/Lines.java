package dev.afinador.dataset.check;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Finds line breaks, and tells columns.
final class Lines {

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Lines() {}

    /// @return offset of the first line break, or `to`
    static int indexOfBreak(byte[] b, int from, int to) {
        int i = from;
        for (int end = Math.min(to, b.length - 7) - 7; i < end; i += 8) {
            long word = (long) LONG.get(b, i) ^ 0x0A0A_0A0A_0A0A_0A0AL;
            long hit = (word - 0x0101_0101_0101_0101L) & ~word & 0x8080_8080_8080_8080L;
            if (hit != 0) {
                return i + (Long.numberOfTrailingZeros(hit) >>> 3);
            }
        }
        while (i < to && b[i] != '\n') {
            i++;
        }
        return i;
    }

    /// Counts characters, as editors do.
    ///
    /// @return 1 for the first byte of the line
    static int column(byte[] b, int from, int at) {
        int column = 1;
        for (int i = from; i < at; i++) {
            if ((b[i] & 0xC0) != 0x80) { // not the continuation of a character
                column++;
            }
        }
        return column;
    }

    static boolean isBlank(byte[] b, int from, int to) {
        for (int i = from; i < to; i++) {
            if (b[i] != ' ' && b[i] != '\t' && b[i] != '\r') {
                return false;
            }
        }
        return true;
    }
}
