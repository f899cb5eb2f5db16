package dev.afinador.dataset.check;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What the first bytes of a file tell about it.
final class FileKinds {

    private FileKinds() {}

    /// @return what the file is when it cannot be a training file, e.g. `UTF-16` or `ZIP`; else null
    static @Nullable String other(byte[] b, int length) {
        if (length < 4) {
            return length >= 2 && isUtf16Mark(b) ? "UTF-16" : null;
        }
        if (b[0] == 0 && b[1] == 0 && b[2] == (byte) 0xFE && b[3] == (byte) 0xFF) {
            return "UTF-32";
        }
        if (isUtf16Mark(b)) {
            return b[2] == 0 && b[3] == 0 ? "UTF-32" : "UTF-16";
        }
        // an ASCII character and a zero byte, in either order, twice
        if ((b[0] == 0 && b[1] > 0 && b[2] == 0 && b[3] > 0)
                || (b[0] > 0 && b[1] == 0 && b[2] > 0 && b[3] == 0)) {
            return "UTF-16";
        }
        String head = new String(b, 0, Math.min(length, 16), StandardCharsets.ISO_8859_1);
        if (head.startsWith("PK\u0003\u0004")) {
            return "ZIP";
        }
        if (head.startsWith("\u001F\u008B")) {
            return "gzip";
        }
        if (head.startsWith("PAR1")) {
            return "Parquet";
        }
        if (head.startsWith("%PDF")) {
            return "PDF";
        }
        if (head.startsWith("SQLite format 3")) {
            return "SQLite";
        }
        if (head.startsWith("(\u00B5/\u00FD")) {
            return "Zstandard";
        }
        if (head.startsWith("ARROW1")) {
            return "Arrow";
        }
        if (head.startsWith("\u00D0\u00CF\u0011\u00E0")) {
            return "Microsoft Office";
        }
        return head.startsWith("7z\u00BC\u00AF") ? "7z" : null;
    }

    private static boolean isUtf16Mark(byte[] b) {
        int mark = (b[0] & 0xFF) << 8 | (b[1] & 0xFF);
        return mark == 0xFEFF || mark == 0xFFFE;
    }

    static boolean hasMark(byte[] b, int length) {
        return length >= 3 && b[0] == (byte) 0xEF && b[1] == (byte) 0xBB && b[2] == (byte) 0xBF;
    }

    /// A first line that holds an opening bracket alone, or the start of a list of objects.
    static boolean opensDocument(byte[] b, int from, int to) {
        String start =
                new String(b, from, Math.min(to - from, 200), StandardCharsets.UTF_8).strip();
        return start.equals("{") || start.equals("[") || start.matches("(?s)\\[\\s*\\{.*");
    }
}
