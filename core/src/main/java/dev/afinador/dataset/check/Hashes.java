package dev.afinador.dataset.check;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Hashes of 64 bits, the same on every machine. Not for secrets, and not against somebody who looks for collisions.
final class Hashes {

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long A = 0x9E37_79B9_7F4A_7C15L;
    private static final long B = 0xC2B2_AE3D_27D4_EB4FL;

    private Hashes() {}

    /// @param b goes on for eight bytes behind `to`
    static long of(byte[] b, int from, int to) {
        long h = (to - from) * A;
        int i = from;
        for (; i + 16 <= to; i += 16) {
            h = fold(h ^ (long) LONG.get(b, i), B ^ (long) LONG.get(b, i + 8));
        }
        int rest = to - i;
        if (rest > 8) {
            h = fold(h ^ (long) LONG.get(b, i), B);
            i += 8;
            rest -= 8;
        }
        if (rest > 0) {
            long word = (long) LONG.get(b, i);
            h = fold(h ^ (rest == 8 ? word : word & (1L << (rest << 3)) - 1), A);
        }
        return mix(h);
    }

    /// Depends on the order.
    static long join(long h, long more) {
        return fold(h ^ A, more ^ B) + more;
    }

    static long mix(long h) {
        long x = (h ^ h >>> 32) * A;
        x = (x ^ x >>> 29) * B;
        return x ^ x >>> 32;
    }

    private static long fold(long x, long y) {
        return x * y ^ Math.unsignedMultiplyHigh(x, y);
    }
}
