package dev.afinador.dataset.repair;

import dev.afinador.dataset.LineReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Fixes one line after the other, each on its own. Not for use by several threads.
final class LineFixer {

    private static final Charset WINDOWS = Charset.forName("windows-1252");

    private final RepairPlan plan;
    private final Meaning meaning = new Meaning();
    private final CharsetDecoder utf8 =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharBuffer decoded = CharBuffer.allocate(8 << 10);

    /// What became of the line at hand.
    private byte[] bytes = new byte[0];

    private int length;
    private final Set<Fix> made = EnumSet.noneOf(Fix.class);

    LineFixer(RepairPlan plan) {
        this.plan = plan;
    }

    /// @return whether the line stays; what it is then, is in [#bytes] and [#length]
    boolean fix(LineReader line) {
        made.clear();
        bytes = line.bytes();
        length = line.length();
        if (line.number() == 1) {
            mark();
        }
        if (plan.does(Fix.LINE_ENDINGS) && length > 0 && bytes[length - 1] == '\r') {
            length--;
            made.add(Fix.LINE_ENDINGS);
        }
        if (isBlank()) {
            return !drop(Fix.BLANK_LINES);
        }
        if (plan.does(Fix.ENCODING) && !isUtf8()) {
            byte[] encoded = new String(bytes, 0, length, WINDOWS).getBytes(StandardCharsets.UTF_8);
            put(encoded, Fix.ENCODING);
        }
        boolean structure = plan.does(Fix.KEYS) || plan.does(Fix.TRIM) || plan.does(Fix.UNREADABLE);
        if (!structure) {
            return true;
        }
        if (!meaning.isObject(bytes, length)) {
            return !drop(Fix.UNREADABLE);
        }
        if (plan.does(Fix.KEYS)) {
            edit(Spelling.edits(new JsonSpans(bytes, length)), Fix.KEYS);
        }
        if (plan.does(Fix.TRIM)) {
            edit(Trimming.edits(bytes, new JsonSpans(bytes, length)), Fix.TRIM);
        }
        return true;
    }

    private void mark() {
        boolean marked =
                length >= 3
                        && bytes[0] == (byte) 0xEF
                        && bytes[1] == (byte) 0xBB
                        && bytes[2] == (byte) 0xBF;
        if (marked && plan.does(Fix.BYTE_ORDER_MARK)) {
            put(java.util.Arrays.copyOfRange(bytes, 3, length), Fix.BYTE_ORDER_MARK);
        }
    }

    private boolean drop(Fix fix) {
        if (plan.does(fix)) {
            made.add(fix);
            return true;
        }
        return false;
    }

    private void edit(List<Edit> edits, Fix fix) {
        if (!edits.isEmpty()) {
            put(Edit.apply(edits, bytes, length), fix);
        }
    }

    private void put(byte[] fixed, Fix fix) {
        bytes = fixed;
        length = fixed.length;
        made.add(fix);
    }

    private boolean isBlank() {
        for (int i = 0; i < length; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    private boolean isUtf8() {
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, length);
        utf8.reset();
        while (true) {
            decoded.clear();
            CoderResult outcome = utf8.decode(in, decoded, true);
            if (outcome.isError()) {
                return false;
            }
            if (outcome.isUnderflow()) {
                return true;
            }
        }
    }

    /// Its first [#length] bytes are the fixed line.
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /// What was done to the line at hand.
    Set<Fix> made() {
        return made;
    }

    void digest(long[] into) {
        meaning.digest(bytes, length, into);
    }
}
