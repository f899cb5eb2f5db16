package dev.afinador.dataset.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads one JSON text (RFC 8259) of UTF-8 bytes, checks every byte of it, and notes where its values are: a value is a
/// number, counted in the order of the text; the children of a container follow it, a key is the value in front of its own.
///
/// The notes are in arrays that are used again for the next text, so reading allocates nothing. For one thread.
///
/// The bytes must stay as they are for as long as the notes are used. They are read eight at a time, so the array must
/// go on for [#PADDING] bytes behind the text.
public final class JsonTape {

    public static final int PADDING = 16;

    /// More than any example has, and little enough for every reader on the way to the model.
    public static final int MAX_DEPTH = 500;

    /// Bounds the memory that a text can ask for.
    public static final int MAX_VALUES = 1 << 20;

    public enum Type {
        OBJECT,
        ARRAY,
        STRING,
        NUMBER,
        TRUE,
        FALSE,
        NULL
    }

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final Type[] TYPES = Type.values();

    private static final byte OBJECT = (byte) Type.OBJECT.ordinal();
    private static final byte ARRAY = (byte) Type.ARRAY.ordinal();
    private static final byte STRING = (byte) Type.STRING.ordinal();
    private static final byte NUMBER = (byte) Type.NUMBER.ordinal();
    private static final byte TRUE = (byte) Type.TRUE.ordinal();
    private static final byte FALSE = (byte) Type.FALSE.ordinal();
    private static final byte NULL = (byte) Type.NULL.ordinal();
    private static final byte TYPE = 7;
    private static final byte ESCAPED = 8;

    private static final int TRUE_WORD = 'e' << 24 | 'u' << 16 | 'r' << 8 | 't';
    private static final int FALSE_WORD = 'e' << 24 | 's' << 16 | 'l' << 8 | 'a'; // behind the f
    private static final int NULL_WORD = 'l' << 24 | 'l' << 16 | 'u' << 8 | 'n';

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGHS = 0x8080_8080_8080_8080L;

    private byte[] b = new byte[0];
    private int from;
    private int to;

    private int values;
    private byte[] types = new byte[256];
    private int[] starts = new int[256];
    private int[] ends = new int[256];
    private int[] nexts = new int[256];

    private final int[] open = new int[MAX_DEPTH];

    /// Per open object, a bit for each key's hash: two keys of one bit may be the same.
    private final long[] keyBits = new long[MAX_DEPTH];

    /// Objects that may have a key twice.
    private int[] suspects = new int[8];

    private int suspectCount;

    private @Nullable JsonProblem problem;
    private int problemAt;

    /// Set by [#string] for its caller.
    private boolean escaped;

    /// @return whether it is one JSON text, perhaps with spaces around it; else [#problem] says what is wrong
    public boolean read(byte[] bytes, int first, int end) {
        b = bytes;
        from = first;
        to = end;
        values = 0;
        suspectCount = 0;
        problem = null;
        byte behind = bytes[end];
        bytes[end] = 0; // stops every loop
        try {
            return parse(bytes, first);
        } finally {
            bytes[end] = behind;
        }
    }

    public JsonProblem problem() {
        JsonProblem there = problem;
        if (there == null) {
            throw new IllegalStateException("there was no problem");
        }
        return there;
    }

    /// Offset in the array of the first byte that is wrong; the text's end when it is cut off.
    public int problemAt() {
        return problemAt;
    }

    // ------------------------------------------------------------------------------------------------ what was read

    public byte[] bytes() {
        return b;
    }

    /// Where the text starts in the array.
    public int from() {
        return from;
    }

    public int to() {
        return to;
    }

    /// How many values there are, keys included. The value 0 holds all others.
    public int values() {
        return values;
    }

    public Type type(int value) {
        return TYPES[types[value] & TYPE];
    }

    public boolean isObject(int value) {
        return types[value] == OBJECT;
    }

    public boolean isArray(int value) {
        return types[value] == ARRAY;
    }

    public boolean isString(int value) {
        return (types[value] & TYPE) == STRING;
    }

    public boolean isNull(int value) {
        return types[value] == NULL;
    }

    /// Whether a string has a backslash, so that its bytes are not yet its text.
    public boolean isEscaped(int value) {
        return types[value] == (STRING | ESCAPED);
    }

    /// First byte of the value; of a string the first one behind the quotation mark.
    public int start(int value) {
        return starts[value];
    }

    /// Behind the last byte of the value; of a string the quotation mark.
    public int end(int value) {
        return ends[value];
    }

    /// The value that follows this one with all that is in it. The children of an object are `value + 1` (a key), its value,
    /// and what is next to that, up to `next(value)`.
    public int next(int value) {
        return nexts[value];
    }

    public boolean isEmpty(int value) {
        return isString(value) ? starts[value] == ends[value] : nexts[value] == value + 1;
    }

    /// How many objects may have a key twice. All that have one are among them.
    public int suspects() {
        return suspectCount;
    }

    public int suspect(int i) {
        return suspects[i];
    }

    // ------------------------------------------------------------------------------------------------------ reading

    private boolean parse(byte[] b, int first) {
        int depth = 0;
        int i = space(b, first);
        while (true) {
            // a value has to stand at i
            byte c = b[i];
            if (c == '"') {
                int end = string(b, i + 1);
                if (end < 0) {
                    return false;
                }
                add(escaped ? (byte) (STRING | ESCAPED) : STRING, i + 1, end);
                i = end + 1;
            } else if (c == '{') {
                if (depth == MAX_DEPTH) {
                    return fail(JsonProblem.TOO_DEEP, i);
                }
                open[depth] = add(OBJECT, i, i);
                keyBits[depth++] = 0;
                i = space(b, i + 1);
                if (b[i] == '}') {
                    close(--depth, i++);
                } else {
                    i = key(b, i, depth - 1, false);
                    if (i < 0) {
                        return false;
                    }
                    continue;
                }
            } else if (c == '[') {
                if (depth == MAX_DEPTH) {
                    return fail(JsonProblem.TOO_DEEP, i);
                }
                open[depth++] = add(ARRAY, i, i);
                i = space(b, i + 1);
                if (b[i] != ']') {
                    continue;
                }
                close(--depth, i++);
            } else {
                i = scalar(b, i, depth);
                if (i < 0) {
                    return false;
                }
            }
            // a value has ended at i
            while (true) {
                i = space(b, i);
                if (depth == 0) {
                    return i == to || fail(JsonProblem.TRAILING, i);
                }
                boolean object = types[open[depth - 1]] == OBJECT;
                c = b[i];
                if (c == ',') {
                    if (values >= MAX_VALUES) {
                        return fail(JsonProblem.TOO_MANY_VALUES, i);
                    }
                    i = space(b, i + 1);
                    if (object) {
                        i = key(b, i, depth - 1, true);
                        if (i < 0) {
                            return false;
                        }
                    }
                    break;
                }
                if (c != (object ? '}' : ']')) {
                    return noEnd(i, object);
                }
                close(--depth, i++);
            }
        }
    }

    private static int space(byte[] b, int from) {
        int i = from;
        while (b[i] <= ' ' && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t')) {
            i++;
        }
        return i;
    }

    /// A key and its colon.
    ///
    /// @return where its value has to stand, or -1
    private int key(byte[] b, int i, int depth, boolean afterComma) {
        if (b[i] != '"') {
            return noKey(i, afterComma);
        }
        int end = string(b, i + 1);
        if (end < 0) {
            return -1;
        }
        add(escaped ? (byte) (STRING | ESCAPED) : STRING, i + 1, end);
        long word = (long) LONG.get(b, i + 1);
        int length = end - i - 1;
        if (length < 8) {
            word &= (1L << (length << 3)) - 1;
        }
        // an escaped key may be any key
        long bit = escaped ? -1L : 1L << (((word + length) * 0x9E37_79B9_7F4A_7C15L) >>> 58);
        if ((keyBits[depth] & bit) != 0) {
            addSuspect(open[depth]);
        }
        keyBits[depth] |= bit;
        i = space(b, end + 1);
        if (b[i] != ':') {
            boolean goesOn = i == end + 1 && isWordByte(b[i]);
            fail(
                    i == to
                            ? JsonProblem.CUT_OFF
                            : goesOn ? JsonProblem.UNESCAPED_QUOTE : JsonProblem.EXPECTED_COLON,
                    i);
            return -1;
        }
        return space(b, i + 1);
    }

    private void addSuspect(int object) {
        if (suspectCount > 0 && suspects[suspectCount - 1] == object) {
            return;
        }
        if (suspectCount == suspects.length) {
            suspects = Arrays.copyOf(suspects, 2 * suspectCount);
        }
        suspects[suspectCount++] = object;
    }

    private int add(byte type, int start, int end) {
        int value = values++;
        if (value == types.length) {
            types = Arrays.copyOf(types, 2 * value);
            starts = Arrays.copyOf(starts, 2 * value);
            ends = Arrays.copyOf(ends, 2 * value);
            nexts = Arrays.copyOf(nexts, 2 * value);
        }
        types[value] = type;
        starts[value] = start;
        ends[value] = end;
        nexts[value] = value + 1;
        return value;
    }

    private void close(int depth, int at) {
        int container = open[depth];
        ends[container] = at + 1;
        nexts[container] = values;
    }

    /// @return where the quotation mark is that ends the string, or -1
    private int string(byte[] b, int start) {
        int i = start;
        escaped = false;
        while (true) {
            long word = (long) LONG.get(b, i);
            long quote = word ^ 0x2222_2222_2222_2222L;
            long slash = word ^ 0x5C5C_5C5C_5C5C_5C5CL;
            // the lowest mark is exact; those above it may be borrowed
            long stop =
                    (((quote - ONES) & ~quote)
                                    | ((slash - ONES) & ~slash)
                                    | ((word - 0x2020_2020_2020_2020L) & ~word)
                                    | word)
                            & HIGHS;
            if (stop == 0) {
                i += 8;
                continue;
            }
            i += Long.numberOfTrailingZeros(stop) >>> 3;
            byte c = b[i];
            if (c == '"') {
                return i;
            }
            if (c == '\\') {
                escaped = true;
                int after = escape(b, i);
                if (after < 0) {
                    return -1;
                }
                i = after;
            } else if (c < 0) {
                // texts that are not ASCII at all come here for each character
                do {
                    int after = multibyte(b, i);
                    if (after < 0) {
                        fail(JsonProblem.NOT_UTF8, i);
                        return -1;
                    }
                    i = after;
                } while (b[i] < 0);
            } else {
                fail(i == to ? JsonProblem.CUT_OFF : JsonProblem.CONTROL_CHARACTER, i);
                return -1;
            }
        }
    }

    private int escape(byte[] b, int at) {
        switch (b[at + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return at + 2;
            }
            case 'u' -> {
                for (int i = at + 2; i < at + 6; i++) {
                    if (hex(b[i]) < 0) {
                        fail(
                                i == to ? JsonProblem.CUT_OFF : JsonProblem.BAD_ESCAPE,
                                i == to ? i : at);
                        return -1;
                    }
                }
                return at + 6;
            }
            default -> {
                fail(
                        at + 1 == to ? JsonProblem.CUT_OFF : JsonProblem.BAD_ESCAPE,
                        at + 1 == to ? to : at);
                return -1;
            }
        }
    }

    /// @return behind the well-formed character of several bytes at `i`, or -1 (Unicode Standard, table 3-7)
    static int multibyte(byte[] b, int i) {
        int first = b[i] & 0xFF;
        int second = b[i + 1];
        if (first < 0xE0) {
            return first >= 0xC2 && second < (byte) 0xC0 ? i + 2 : -1;
        }
        if (second >= (byte) 0xC0 || b[i + 2] >= (byte) 0xC0) {
            return -1;
        }
        second &= 0xFF;
        if (first < 0xF0) {
            boolean overlong = first == 0xE0 && second < 0xA0;
            boolean surrogate = first == 0xED && second >= 0xA0;
            return overlong || surrogate ? -1 : i + 3;
        }
        boolean overlong = first == 0xF0 && second < 0x90;
        boolean tooHigh = first > 0xF4 || (first == 0xF4 && second >= 0x90);
        return overlong || tooHigh || b[i + 3] >= (byte) 0xC0 ? -1 : i + 4;
    }

    static int hex(byte c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int letter = c | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    /// A number or a word.
    ///
    /// @return where it ends, or -1
    private int scalar(byte[] b, int i, int depth) {
        byte c = b[i];
        if (c == '-' || (c >= '0' && c <= '9')) {
            int end = number(b, i);
            if (end >= 0) {
                add(NUMBER, i, end);
            }
            return end;
        }
        int end = -1;
        byte type = NULL;
        int word = (int) INT.get(b, i);
        if (word == TRUE_WORD) {
            type = TRUE;
            end = i + 4;
        } else if (word == NULL_WORD) {
            end = i + 4;
        } else if (c == 'f' && (int) INT.get(b, i + 1) == FALSE_WORD) {
            type = FALSE;
            end = i + 5;
        }
        if (end < 0 || isWordByte(b[end])) {
            noValue(i, depth);
            return -1;
        }
        add(type, i, end);
        return end;
    }

    private int number(byte[] b, int start) {
        int i = b[start] == '-' ? start + 1 : start;
        if (b[i] == '0') {
            i++;
        } else {
            int digits = digits(b, i);
            if (digits == i) {
                return badNumber(i);
            }
            i = digits;
        }
        if (b[i] == '.') {
            int digits = digits(b, i + 1);
            if (digits == i + 1) {
                return badNumber(digits);
            }
            i = digits;
        }
        if ((b[i] | 0x20) == 'e') {
            i++;
            if (b[i] == '+' || b[i] == '-') {
                i++;
            }
            int digits = digits(b, i);
            if (digits == i) {
                return badNumber(i);
            }
            i = digits;
        }
        return isWordByte(b[i]) || b[i] == '.' || b[i] == '+' || b[i] == '-' ? badNumber(i) : i;
    }

    private static int digits(byte[] b, int from) {
        int i = from;
        while (b[i] >= '0' && b[i] <= '9') {
            i++;
        }
        return i;
    }

    // ---------------------------------------------------------------------------------------------
    // what is wrong

    private boolean fail(JsonProblem what, int at) {
        problem = what;
        problemAt = at;
        return false;
    }

    private int badNumber(int at) {
        fail(at == to ? JsonProblem.CUT_OFF : JsonProblem.BAD_NUMBER, at);
        return -1;
    }

    private void noValue(int i, int depth) {
        if (i == to) {
            fail(JsonProblem.CUT_OFF, i);
        } else if (b[i] == ']' && depth > 0 && afterComma(i)) {
            fail(JsonProblem.TRAILING_COMMA, i);
        } else if (startsWord(i, "True") || startsWord(i, "False") || startsWord(i, "None")) {
            fail(JsonProblem.PYTHON_WORD, i);
        } else if (startsWord(i, "NaN") || startsWord(i, "Infinity") || startsWord(i, "nan")) {
            fail(JsonProblem.NOT_A_NUMBER, i);
        } else {
            cutWordOr(oddByteOr(JsonProblem.EXPECTED_VALUE, i), i);
        }
    }

    /// A word of JSON that ends with the text is cut off rather than wrong.
    private void cutWordOr(JsonProblem other, int i) {
        String rest =
                new String(b, i, Math.min(to - i, 6), java.nio.charset.StandardCharsets.ISO_8859_1);
        boolean cut =
                "true".startsWith(rest) || "false".startsWith(rest) || "null".startsWith(rest);
        fail(cut ? JsonProblem.CUT_OFF : other, cut ? to : i);
    }

    private boolean afterComma(int i) {
        int before = i - 1;
        while (before > from && b[before] <= ' ') {
            before--;
        }
        return b[before] == ',';
    }

    private int noKey(int i, boolean afterComma) {
        if (i == to) {
            fail(JsonProblem.CUT_OFF, i);
        } else if (b[i] == '}' && afterComma) {
            fail(JsonProblem.TRAILING_COMMA, i);
        } else {
            fail(oddByteOr(JsonProblem.EXPECTED_KEY, i), i);
        }
        return -1;
    }

    private boolean noEnd(int i, boolean object) {
        if (i == to) {
            return fail(JsonProblem.CUT_OFF, i);
        }
        boolean text = b[i - 1] == '"';
        if (text && (isWordByte(b[i]) || b[i] < 0)) {
            return fail(oddByteOr(JsonProblem.UNESCAPED_QUOTE, i), i);
        }
        return fail(
                object
                        ? JsonProblem.EXPECTED_COMMA_OR_BRACE
                        : JsonProblem.EXPECTED_COMMA_OR_BRACKET,
                i);
    }

    private JsonProblem oddByteOr(JsonProblem other, int i) {
        if (b[i] == '\'') {
            return JsonProblem.SINGLE_QUOTES;
        }
        if (b[i] >= 0) {
            return other;
        }
        if (multibyte(b, i) < 0) {
            return JsonProblem.NOT_UTF8;
        }
        boolean curly = b[i] == (byte) 0xE2 && b[i + 1] == (byte) 0x80;
        int last = b[i + 2] & 0xFF;
        return curly && last >= 0x98 && last <= 0x9F ? JsonProblem.CURLY_QUOTES : other;
    }

    private boolean startsWord(int i, String word) {
        for (int k = 0; k < word.length(); k++) {
            if (b[i + k] != word.charAt(k)) {
                return false;
            }
        }
        return !isWordByte(b[i + word.length()]);
    }

    private static boolean isWordByte(byte c) {
        int letter = c | 0x20;
        return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
}
