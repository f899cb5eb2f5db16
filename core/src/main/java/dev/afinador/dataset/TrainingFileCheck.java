package dev.afinador.dataset;

import dev.afinador.dataset.DatasetFinding.Severity;
import dev.afinador.dataset.ExampleReader.Line;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/// Checks a training file line by line as it streams by. Memory is bounded by the longest line that is allowed and the
/// findings that are kept. An instance checks one file.
///
/// What it finds names lines, paths and keys, never the texts of examples.
public final class TrainingFileCheck {

    /// @param maxLineBytes longer lines are reported and passed over
    /// @param maxFindings  how many findings are kept; all are counted
    /// @param minExamples  providers refuse files with fewer
    public record Limits(int maxLineBytes, int maxFindings, int minExamples) {
        public static final Limits DEFAULT = new Limits(64 << 20, 1_000, 10);
    }

    /// @param examples lines that hold an example of a known kind, good or bad
    public record Result(
            DatasetKind kind,
            long examples,
            long errors,
            long warnings,
            List<DatasetFinding> findings) {
        public Result {
            findings = List.copyOf(findings);
        }
    }

    private static final byte[] UTF8_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Limits limits;
    private final Findings findings;
    private final ExampleReader reader = new ExampleReader();
    private final CharsetDecoder utf8 =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharBuffer decoded = CharBuffer.allocate(8 << 10);
    private final Map<DatasetKind, Seen> seen = new EnumMap<>(DatasetKind.class);
    private boolean anything;

    /// How many lines are of a kind, and the first of them.
    private record Seen(long firstLine, long count) {}

    private TrainingFileCheck(Limits limits) {
        this.limits = limits;
        this.findings = new Findings(limits.maxFindings());
    }

    public static Result check(InputStream content) throws IOException {
        return check(content, Limits.DEFAULT);
    }

    /// Reads the content to its end, unless it cannot be a training file at all; does not close it.
    public static Result check(InputStream content, Limits limits) throws IOException {
        return new TrainingFileCheck(limits).run(content);
    }

    private Result run(InputStream content) throws IOException {
        var lines = new Lines(content, limits.maxLineBytes());
        while (lines.next()) {
            if (!line(lines)) {
                return result(DatasetKind.UNKNOWN, 0);
            }
        }
        return wholeFile();
    }

    /// @return false when reading on makes no sense
    private boolean line(Lines lines) {
        int from = 0;
        if (lines.number() == 1) {
            if (isUtf16(lines)) {
                findings.add(TrainingFileRule.ENCODING_UTF16, 0, null);
                return false;
            }
            if (startsWith(lines, UTF8_MARK)) {
                findings.add(TrainingFileRule.BYTE_ORDER_MARK, 1, null);
                from = UTF8_MARK.length;
            }
        }
        if (lines.tooLong()) {
            anything = true;
            findings.add(
                    TrainingFileRule.LINE_TOO_LONG, lines.number(), null, limits.maxLineBytes());
            return true;
        }
        int length = lines.length() - from;
        if (isBlank(lines.bytes(), from, length)) {
            // the empty rest after the last line break is no line of its own
            if (!lines.atEnd() || length > 0) {
                findings.add(TrainingFileRule.BLANK_LINE, lines.number(), null);
            }
            return true;
        }
        int badByte = firstBadByte(lines.bytes(), from, length);
        if (badByte >= 0) {
            anything = true;
            findings.add(TrainingFileRule.NOT_UTF8, lines.number(), null, badByte + 1);
            return true;
        }
        if (!anything && opensDocument(lines.bytes(), from, length)) {
            findings.add(TrainingFileRule.NOT_JSON_LINES, lines.number(), null);
            return false;
        }
        anything = true;
        json(lines.bytes(), from, length, lines.number());
        return true;
    }

    private void json(byte[] bytes, int from, int length, long number) {
        try {
            switch (reader.read(bytes, from, length)) {
                case Line.Read(var example) -> example(example, number);
                case Line.NotAnObject(var shape) ->
                        findings.add(TrainingFileRule.NOT_AN_OBJECT, number, "$", shape.word());
                case Line.Trailing(var offset) ->
                        findings.add(
                                TrainingFileRule.JSON_TRAILING,
                                number,
                                null,
                                column(bytes, from, offset) + 1);
            }
        } catch (UnexpectedEndOfInputException e) {
            findings.add(TrainingFileRule.JSON_CUT_OFF, number, null, column(bytes, from, length));
        } catch (JacksonException e) {
            long offset = e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
            findings.add(
                    TrainingFileRule.JSON_BROKEN,
                    number,
                    null,
                    column(bytes, from, Math.clamp(offset, 0, length - 1)) + 1);
        }
    }

    private void example(Example example, long number) {
        var format = Format.of(example);
        if (format.isEmpty()) {
            findings.add(
                    TrainingFileRule.NOT_AN_EXAMPLE,
                    number,
                    "$",
                    String.join(", ", example.otherKeys()));
            return;
        }
        seen.merge(
                format.get().kind(),
                new Seen(number, 1),
                (before, now) -> new Seen(before.firstLine(), before.count() + 1));
        format.get().check(example, number, findings);
    }

    private Result wholeFile() {
        long examples = seen.values().stream().mapToLong(Seen::count).sum();
        DatasetKind kind =
                seen.entrySet().stream()
                        .max(Comparator.comparingLong(entry -> entry.getValue().count()))
                        .map(Map.Entry::getKey)
                        .orElse(DatasetKind.UNKNOWN);
        seen.forEach((other, lines) -> {
            if (other != kind) {
                findings.add(
                        TrainingFileRule.MIXED_KINDS,
                        lines.firstLine(),
                        null,
                        word(other),
                        word(kind),
                        lines.count());
            }
        });
        if (!anything) {
            findings.add(TrainingFileRule.EMPTY_FILE, 0, null);
        } else if (examples < limits.minExamples()) {
            findings.add(
                    TrainingFileRule.TOO_FEW_EXAMPLES, 0, null, examples, limits.minExamples());
        }
        return result(kind, examples);
    }

    private Result result(DatasetKind kind, long examples) {
        return new Result(
                kind,
                examples,
                findings.count(Severity.ERROR),
                findings.count(Severity.WARNING),
                findings.inFileOrder());
    }

    private static String word(DatasetKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static boolean isUtf16(Lines lines) {
        if (lines.length() < 2) {
            return false;
        }
        int mark = (lines.bytes()[0] & 0xFF) << 8 | (lines.bytes()[1] & 0xFF);
        return mark == 0xFEFF || mark == 0xFFFE;
    }

    private static boolean startsWith(Lines lines, byte[] wanted) {
        return lines.length() >= wanted.length
                && Arrays.equals(lines.bytes(), 0, wanted.length, wanted, 0, wanted.length);
    }

    private static boolean isBlank(byte[] bytes, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    /// A first line that holds an opening bracket alone, or the start of a list of objects.
    private static boolean opensDocument(byte[] bytes, int from, int length) {
        String start =
                new String(bytes, from, Math.min(length, 200), StandardCharsets.UTF_8).strip();
        return start.equals("{") || start.equals("[") || start.matches("(?s)\\[\\s*\\{.*");
    }

    /// @return offset from `from` of the first byte that is not UTF-8, or -1
    private int firstBadByte(byte[] bytes, int from, int length) {
        ByteBuffer in = ByteBuffer.wrap(bytes, from, length);
        utf8.reset();
        while (true) {
            decoded.clear();
            CoderResult outcome = utf8.decode(in, decoded, true);
            if (outcome.isError()) {
                return in.position() - from;
            }
            if (outcome.isUnderflow()) {
                return -1;
            }
        }
    }

    /// Columns count characters, as editors do.
    private static long column(byte[] bytes, int from, long offset) {
        long column = 0;
        for (int i = from; i < from + offset; i++) {
            if ((bytes[i] & 0xC0) != 0x80) { // not the continuation of a character
                column++;
            }
        }
        return column;
    }

    /// Cuts a stream into lines, reusing one array that grows up to the longest line allowed.
    private static final class Lines {
        private final InputStream in;
        private final int maxBytes;
        private final byte[] chunk = new byte[64 << 10];
        private int chunkAt;
        private int chunkEnd;
        private byte[] line = new byte[8 << 10];
        private int length;
        private long number;
        private boolean tooLong;
        private boolean atEnd;

        Lines(InputStream in, int maxBytes) {
            this.in = in;
            this.maxBytes = maxBytes;
        }

        boolean next() throws IOException {
            if (atEnd) {
                return false;
            }
            length = 0;
            tooLong = false;
            number++;
            while (true) {
                if (chunkAt == chunkEnd) {
                    chunkAt = 0;
                    chunkEnd = Math.max(0, in.read(chunk));
                    if (chunkEnd == 0) {
                        atEnd = true;
                        return true;
                    }
                }
                int end = chunkAt;
                while (end < chunkEnd && chunk[end] != '\n') {
                    end++;
                }
                append(chunkAt, end);
                chunkAt = end;
                if (end < chunkEnd) {
                    chunkAt++; // the line break
                    return true;
                }
            }
        }

        private void append(int from, int to) {
            int more = to - from;
            if (tooLong || more > maxBytes - length) {
                tooLong = true;
                return;
            }
            if (length + more > line.length) {
                long doubled = Math.min(maxBytes, Math.max(length + more, 2L * line.length));
                line = Arrays.copyOf(line, (int) doubled);
            }
            System.arraycopy(chunk, from, line, length, more);
            length += more;
        }

        byte[] bytes() {
            return line;
        }

        int length() {
            return length;
        }

        long number() {
            return number;
        }

        boolean tooLong() {
            return tooLong;
        }

        /// Whether this line ends with the file and not with a line break.
        boolean atEnd() {
            return atEnd;
        }
    }
}
