package dev.afinador.dataset.tokens;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Counts piece by piece, and remembers how many tokens the short pieces of late had: texts repeat their words.
final class PieceCounter implements TokenCounter {

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// Pieces up to this length are remembered, as two longs.
    private static final int REMEMBERED = 16;

    /// A power of two. An entry has half a line of the processor's cache; all together stay within its second level.
    private static final int PLACES = 1 << 14;

    private static final int ENTRY = 4;

    private final Splitter splitter;
    private final Vocabulary vocabulary;
    private final Merges merges;

    /// Per place: the piece's bytes, its length plus one, its tokens. A newcomer replaces who was there.
    private final long[] memory = new long[PLACES * ENTRY];

    private byte[] copy = new byte[0];

    PieceCounter(Splitter splitter, Vocabulary vocabulary) {
        this.splitter = splitter;
        this.vocabulary = vocabulary;
        this.merges = new Merges(vocabulary);
    }

    @Override
    public int count(byte[] utf8, int from, int to) {
        if (to + PADDING <= utf8.length) {
            return countPadded(utf8, from, to);
        }
        int length = to - from;
        if (copy.length < length + PADDING) {
            copy = new byte[length + length / 2 + PADDING];
        }
        System.arraycopy(utf8, from, copy, 0, length);
        return countPadded(copy, 0, length);
    }

    private int countPadded(byte[] b, int from, int to) {
        int tokens = 0;
        int start = from;
        while (start < to) {
            int end = splitter.end(b, start, to);
            int length = end - start;
            tokens += length <= REMEMBERED ? remembered(b, start, length) : fresh(b, start, end);
            start = end;
        }
        return tokens;
    }

    private int remembered(byte[] b, int start, int length) {
        long low = (long) LONG.get(b, start);
        long high = 0;
        if (length <= 8) {
            low &= Vocabulary.mask(length);
        } else {
            high = (long) LONG.get(b, start + 8) & Vocabulary.mask(length - 8);
        }
        long hash = (low ^ Long.rotateLeft(high, 23) + length) * 0x9E37_79B9_7F4A_7C15L;
        int place = (int) (hash >>> 50) * ENTRY;
        long[] known = memory;
        if (known[place] == low && known[place + 1] == high && known[place + 2] == length + 1) {
            return (int) known[place + 3];
        }
        int tokens = fresh(b, start, start + length);
        known[place] = low;
        known[place + 1] = high;
        known[place + 2] = length + 1;
        known[place + 3] = tokens;
        return tokens;
    }

    private int fresh(byte[] b, int start, int end) {
        return vocabulary.id(b, start, end) != Vocabulary.NONE ? 1 : merges.merge(b, start, end);
    }
}
