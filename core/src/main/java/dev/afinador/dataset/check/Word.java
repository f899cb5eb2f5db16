package dev.afinador.dataset.check;

import dev.afinador.dataset.json.JsonTape;
import dev.afinador.dataset.json.JsonText;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The words that the formats are made of: keys, roles and types. Found by their bytes, without making a [String].
enum Word {
    MESSAGES,
    TOOLS,
    PARALLEL_TOOL_CALLS,
    FUNCTIONS,
    INPUT,
    PREFERRED_OUTPUT,
    NON_PREFERRED_OUTPUT,
    PREFERRED_COMPLETION,
    NON_PREFERRED_COMPLETION,
    PROMPT,
    COMPLETION,
    ROLE,
    CONTENT,
    NAME,
    WEIGHT,
    TOOL_CALLS,
    TOOL_CALL_ID,
    FUNCTION_CALL,
    REFUSAL,
    AUDIO,
    SYSTEM,
    USER,
    ASSISTANT,
    TOOL,
    FUNCTION,
    DEVELOPER,
    TYPE,
    TEXT,
    IMAGE_URL,
    URL,
    DETAIL,
    AUTO,
    LOW,
    HIGH,
    ID,
    ARGUMENTS,
    DESCRIPTION,
    PARAMETERS,
    STRICT;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int PLACES = 256;
    private static final @Nullable Word[] TABLE = new @Nullable Word[PLACES];
    private static final int PROBES;

    static {
        int most = 0;
        for (Word word : values()) {
            int place = place(word.head, word.bytes.length);
            int probes = 1;
            while (TABLE[place] != null) {
                place = (place + 1) % PLACES;
                probes++;
            }
            TABLE[place] = word;
            most = Math.max(most, probes);
        }
        PROBES = most;
    }

    private final String text = name().toLowerCase(Locale.ROOT);
    private final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);

    /// The first eight bytes, the first one lowest.
    private final long head = head(bytes);

    /// As it stands in files.
    String text() {
        return text;
    }

    /// @param value a string of the tape
    /// @return the word that it is, or null
    static @Nullable Word of(JsonTape tape, int value, JsonText scratch) {
        if (tape.isEscaped(value)) {
            scratch.read(tape, value);
            return of(scratch.bytes(), scratch.from(), scratch.to());
        }
        return of(tape.bytes(), tape.start(value), tape.end(value));
    }

    static @Nullable Word of(byte[] b, int from, int to) {
        int length = to - from;
        long head = (long) LONG.get(b, from) & mask(length);
        int place = place(head, length);
        for (int probe = 0; probe < PROBES; probe++) {
            Word word = TABLE[(place + probe) % PLACES];
            if (word == null) {
                return null;
            }
            if (word.head == head
                    && word.bytes.length == length
                    && (length <= 8 || Arrays.equals(b, from, to, word.bytes, 0, length))) {
                return word;
            }
        }
        return null;
    }

    private static long head(byte[] bytes) {
        long head = 0;
        for (int i = Math.min(bytes.length, 8) - 1; i >= 0; i--) {
            head = head << 8 | bytes[i];
        }
        return head;
    }

    private static int place(long head, int length) {
        return (int) ((head * 31 + length) * 0x9E37_79B9_7F4A_7C15L >>> 56);
    }

    private static long mask(int bytes) {
        return bytes >= 8 ? -1L : (1L << (bytes << 3)) - 1;
    }
}
