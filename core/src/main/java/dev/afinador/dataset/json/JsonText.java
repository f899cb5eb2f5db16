package dev.afinador.dataset.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The text of a string of a [JsonTape], as UTF-8 with its escapes resolved: in the tape's own array where it has none,
/// else in an array of this object, which is used again for the next text. For one thread.
public final class JsonText {

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGHS = 0x8080_8080_8080_8080L;

    private static final int LARGE = 4 << 20;

    private byte[] own = new byte[1 << 10];
    private byte[] bytes = own;
    private int from;
    private int to;
    private boolean brokenPair;

    /// Has [JsonTape#PADDING] bytes behind [#to].
    public byte[] bytes() {
        return bytes;
    }

    public int from() {
        return from;
    }

    public int to() {
        return to;
    }

    public int length() {
        return to - from;
    }

    /// Whether half of a surrogate pair was escaped alone. It stands as U+FFFD in the text, as tokenizers see it.
    public boolean hasBrokenPair() {
        return brokenPair;
    }

    /// @param value a string of the tape
    public void read(JsonTape tape, int value) {
        brokenPair = false;
        bytes = tape.bytes();
        from = tape.start(value);
        to = tape.end(value);
        if (tape.isEscaped(value)) {
            unescape();
        }
    }

    private void unescape() {
        byte[] b = bytes;
        int end = to;
        // no escape is shorter than what it stands for
        int needed = end - from + JsonTape.PADDING;
        if (own.length < needed) {
            own = new byte[needed < LARGE ? needed + (needed >> 1) : needed];
        } else if (own.length >= LARGE && needed < LARGE / 16) {
            own = new byte[LARGE / 16]; // one image must not hold its memory for the whole file
        }
        byte[] out = own;
        int i = from;
        int o = 0;
        while (i < end) {
            long word = (long) LONG.get(b, i);
            LONG.set(out, o, word);
            long slash = word ^ 0x5C5C_5C5C_5C5C_5C5CL;
            long stop = (slash - ONES) & ~slash & HIGHS;
            int plain = stop == 0 ? 8 : Long.numberOfTrailingZeros(stop) >>> 3;
            if (plain >= end - i) {
                o += end - i;
                break;
            }
            i += plain;
            o += plain;
            if (stop != 0) {
                if (b[i + 1] == 'u') {
                    int unit = unit(b, i + 2);
                    i += 6;
                    int point = unit;
                    if (unit >= 0xD800 && unit < 0xE000) {
                        point = 0xFFFD;
                        if (unit < 0xDC00 && i < end && b[i] == '\\' && b[i + 1] == 'u') {
                            int low = unit(b, i + 2);
                            if (low >= 0xDC00 && low < 0xE000) {
                                point = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                                i += 6;
                            }
                        }
                        brokenPair |= point == 0xFFFD;
                    }
                    o = put(out, o, point);
                } else {
                    out[o++] = simple(b[i + 1]);
                    i += 2;
                }
            }
        }
        bytes = out;
        from = 0;
        to = o;
    }

    private static int unit(byte[] b, int i) {
        return JsonTape.hex(b[i]) << 12
                | JsonTape.hex(b[i + 1]) << 8
                | JsonTape.hex(b[i + 2]) << 4
                | JsonTape.hex(b[i + 3]);
    }

    private static byte simple(byte escape) {
        return switch (escape) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> escape;
        };
    }

    private static int put(byte[] out, int at, int point) {
        int o = at;
        if (point < 0x80) {
            out[o++] = (byte) point;
        } else if (point < 0x800) {
            out[o++] = (byte) (0xC0 | point >> 6);
            out[o++] = (byte) (0x80 | point & 0x3F);
        } else if (point < 0x10000) {
            out[o++] = (byte) (0xE0 | point >> 12);
            out[o++] = (byte) (0x80 | point >> 6 & 0x3F);
            out[o++] = (byte) (0x80 | point & 0x3F);
        } else {
            out[o++] = (byte) (0xF0 | point >> 18);
            out[o++] = (byte) (0x80 | point >> 12 & 0x3F);
            out[o++] = (byte) (0x80 | point >> 6 & 0x3F);
            out[o++] = (byte) (0x80 | point & 0x3F);
        }
        return o;
    }

    /// Where in the tape's array a byte of the text comes from. Reads the string again from its start.
    ///
    /// @param value  the string that was read
    /// @param offset of the byte, from [#from]
    public static int source(JsonTape tape, int value, int offset) {
        int i = tape.start(value);
        if (!tape.isEscaped(value)) {
            return i + offset;
        }
        byte[] b = tape.bytes();
        int end = tape.end(value);
        int o = 0;
        byte[] scratch = new byte[4];
        while (i < end) {
            int width = 1;
            int length = 1;
            if (b[i] == '\\' && b[i + 1] == 'u') {
                int unit = unit(b, i + 2);
                boolean pair =
                        unit >= 0xD800
                                && unit < 0xDC00
                                && i + 6 < end
                                && b[i + 6] == '\\'
                                && b[i + 7] == 'u'
                                && unit(b, i + 8) >= 0xDC00
                                && unit(b, i + 8) < 0xE000;
                width = pair ? 12 : 6;
                length = pair ? 4 : put(scratch, 0, unit);
            } else if (b[i] == '\\') {
                width = 2;
            }
            if (offset < o + length) {
                return i;
            }
            i += width;
            o += length;
        }
        return end;
    }
}
