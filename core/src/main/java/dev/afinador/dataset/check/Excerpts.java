package dev.afinador.dataset.check;

import dev.afinador.dataset.DatasetFinding.Excerpt;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// Shows what stands around a place without telling it: what the format is made of stays, the rest becomes `x` and `9`.
final class Excerpts {

    private static final int BEFORE = 24;
    private static final int BEHIND = 24;
    private static final Set<String> KNOWN =
            Set.of("true", "false", "null", "True", "False", "None", "NaN");

    private Excerpts() {}

    /// @param from start of the line
    /// @param to   end of the line
    /// @param at   byte of the place
    static Excerpt around(byte[] b, int from, int to, int at) {
        int first = Math.max(from, at - BEFORE);
        while (first > from && (b[first] & 0xC0) == 0x80) {
            first--;
        }
        int end = Math.min(to, at + BEHIND);
        while (end < to && (b[end] & 0xC0) == 0x80) {
            end++;
        }
        // a word that is cut by the window is looked at whole, so that no half of a key is taken
        // for a text
        StringBuilder shown = new StringBuilder(first > from ? "…" : "");
        int place = -1;
        int i = first;
        while (i < end) {
            if (i >= at && place < 0) {
                place = shown.length();
            }
            byte c = b[i];
            if (!isWord(c)) {
                shown.append(c >= ' ' ? (char) c : '·');
                i++;
                continue;
            }
            int start = i;
            while (start > from && isWord(b[start - 1])) {
                start--;
            }
            int stop = i;
            while (stop < to && isWord(b[stop])) {
                stop++;
            }
            boolean known = isKnown(b, start, stop);
            while (i < Math.min(stop, end)) {
                if (i >= at && place < 0) {
                    place = shown.length();
                }
                if ((b[i] & 0xC0) != 0x80) {
                    shown.append(known ? (char) b[i] : b[i] >= '0' && b[i] <= '9' ? '9' : 'x');
                }
                i++;
            }
        }
        if (place < 0) {
            place = shown.length();
        }
        if (end < to) {
            shown.append('…');
        }
        return new Excerpt(shown.toString(), place);
    }

    private static boolean isKnown(byte[] b, int start, int stop) {
        int length = stop - start;
        if (length == 0 || length > 24) {
            return false;
        }
        return Word.of(b, start, stop) != null
                || KNOWN.contains(new String(b, start, length, StandardCharsets.ISO_8859_1));
    }

    private static boolean isWord(byte c) {
        int letter = c | 0x20;
        return c < 0 || (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
}
