package dev.afinador.dataset.tokens;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The byte strings that are tokens, and their ids, which are also the order in which pairs merge. Immutable.
///
/// A hash table without objects: looking a token up allocates nothing.
final class Vocabulary {

    /// No token. Greater than any id, so that "merges first" is "less than".
    static final int NONE = Integer.MAX_VALUE;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private final int[] ends;
    private final int longest;

    /// Half of a token's hash above its id plus one; 0 is an empty place.
    private final long[] table;

    private final int shift;

    private Vocabulary(byte[] bytes, int[] ends) {
        this.bytes = bytes;
        this.ends = ends;
        int size = Integer.highestOneBit(ends.length * 2 - 1) << 1;
        this.table = new long[size];
        this.shift = 64 - Integer.numberOfTrailingZeros(size);
        int most = 0;
        for (int id = 0; id < ends.length; id++) {
            most = Math.max(most, ends[id] - start(id));
            insert(id);
        }
        this.longest = most;
    }

    /// Reads the format of `tiktoken`: a line per token with its bytes in base 64 and its id. Ids have to count from 0.
    ///
    /// @throws IOException also when a line is not of this form
    static Vocabulary read(InputStream in) throws IOException {
        byte[] text = in.readAllBytes();
        byte[] bytes = new byte[text.length + TokenCounter.PADDING];
        int[] ends = new int[1 << 17];
        int tokens = 0;
        int at = 0;
        int i = 0;
        while (i < text.length) {
            int word = 0;
            int bits = 0;
            for (; i < text.length && text[i] != ' '; i++) {
                if (text[i] == '=') {
                    continue;
                }
                word = word << 6 | sextet(text[i]);
                bits += 6;
                if (bits >= 8) {
                    bits -= 8;
                    bytes[at++] = (byte) (word >>> bits);
                }
            }
            int id = 0;
            for (i++; i < text.length && text[i] != '\n'; i++) {
                id = id * 10 + (text[i] - '0');
            }
            i++;
            if (id != tokens) {
                throw new IOException("token " + tokens + " of the vocabulary has the id " + id);
            }
            if (tokens == ends.length) {
                ends = Arrays.copyOf(ends, 2 * tokens);
            }
            ends[tokens++] = at;
        }
        return new Vocabulary(
                Arrays.copyOf(bytes, at + TokenCounter.PADDING), Arrays.copyOf(ends, tokens));
    }

    private static int sextet(byte c) throws IOException {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return switch (c) {
            case '+' -> 62;
            case '/' -> 63;
            default -> throw new IOException("the vocabulary is not in base 64");
        };
    }

    private void insert(int id) {
        long hash = hash(bytes, start(id), ends[id]);
        int place = place(hash);
        while (table[place] != 0) {
            place = (place + 1) & (table.length - 1);
        }
        table[place] = (hash & 0xFFFF_FFFFL) << 32 | (id + 1);
    }

    int size() {
        return ends.length;
    }

    /// @return bytes of the longest token
    int longest() {
        return longest;
    }

    byte[] bytes(int id) {
        return Arrays.copyOfRange(bytes, start(id), ends[id]);
    }

    /// @param b has [TokenCounter#PADDING] bytes behind `to`
    /// @return the token's id, or [#NONE]
    int id(byte[] b, int from, int to) {
        if (to - from > longest) {
            return NONE;
        }
        long hash = hash(b, from, to);
        long wanted = hash << 32;
        for (int place = place(hash); ; place = (place + 1) & (table.length - 1)) {
            long entry = table[place];
            if (entry == 0) {
                return NONE;
            }
            if ((entry & 0xFFFF_FFFF_0000_0000L) == wanted) {
                int id = (int) entry - 1;
                if (same(b, from, to, id)) {
                    return id;
                }
            }
        }
    }

    private boolean same(byte[] b, int from, int to, int id) {
        int start = start(id);
        int length = to - from;
        if (ends[id] - start != length) {
            return false;
        }
        for (int i = 0; i < length; i += 8) {
            long left = (long) LONG.get(b, from + i);
            long right = (long) LONG.get(bytes, start + i);
            if (((left ^ right) & mask(length - i)) != 0) {
                return false;
            }
        }
        return true;
    }

    private int start(int id) {
        return id == 0 ? 0 : ends[id - 1];
    }

    private int place(long hash) {
        return (int) (hash >>> shift);
    }

    /// Also of parts of a longer array: what is behind `to` is read but does not count.
    static long hash(byte[] b, int from, int to) {
        long hash = to - from;
        for (int i = from; i < to; i += 8) {
            long word = (long) LONG.get(b, i) & mask(to - i);
            hash = (hash ^ word) * 0x9E37_79B9_7F4A_7C15L;
            hash ^= hash >>> 29;
        }
        return hash * 0xBF58_476D_1CE4_E5B9L;
    }

    /// The lowest bytes, at most 8 of them.
    static long mask(int bytes) {
        return bytes >= 8 ? -1L : (1L << (bytes << 3)) - 1;
    }
}
