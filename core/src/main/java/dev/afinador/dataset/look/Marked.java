package dev.afinador.dataset.look;

import dev.afinador.dataset.DatasetFinding;
import org.jspecify.annotations.Nullable;

/// A line with the place that a finding is about, and only so much around it as can be looked at.
///
/// @param hiddenBefore characters that are not shown before `before`
/// @param mark         what the finding is about; empty when it is about the line as a whole
/// @param hiddenInside characters that are left out at the end of `mark`
/// @param hiddenAfter  characters that are not shown behind `after`
/// @param column       1-based, in characters; 0 when it is about the line as a whole
public record Marked(
        int hiddenBefore,
        String before,
        String mark,
        int hiddenInside,
        String after,
        int hiddenAfter,
        int column) {

    private static final int AROUND = 240;
    private static final int LONGEST_MARK = 400;
    private static final int LINE_START = 1_200;

    /// Without the text: it is of somebody's training data.
    @Override
    public String toString() {
        return "column " + column;
    }

    public static Marked of(String line, DatasetFinding finding) {
        Span span = place(line, finding);
        return span == null ? plain(line) : around(line, span);
    }

    /// A line as such, by its beginning.
    public static Marked plain(String line) {
        int end = edge(line, LINE_START);
        return new Marked(0, line.substring(0, end), "", 0, "", line.length() - end, 0);
    }

    private static Marked around(String line, Span span) {
        int first = edge(line, span.from() - AROUND);
        int end = Math.min(span.to(), edge(line, span.from() + LONGEST_MARK));
        int last = edge(line, span.to() + AROUND);
        return new Marked(
                first,
                line.substring(first, span.from()),
                line.substring(span.from(), end),
                span.to() - end,
                line.substring(span.to(), last),
                line.length() - last,
                line.codePointCount(0, span.from()) + 1);
    }

    /// The place in the line that can be cut at, nothing before its start nor behind its end.
    private static int edge(String line, int at) {
        int inside = Math.clamp(at, 0, line.length());
        boolean splits =
                inside > 0
                        && inside < line.length()
                        && Character.isLowSurrogate(line.charAt(inside));
        return splits ? inside - 1 : inside;
    }

    private static @Nullable Span place(String line, DatasetFinding finding) {
        if (line.isEmpty()) {
            return null;
        }
        Span value = value(line, finding);
        if (finding.column() == 0) {
            return value;
        }
        int units = Math.min(finding.column() - 1, line.codePointCount(0, line.length()) - 1);
        int at = line.offsetByCodePoints(0, units);
        return value != null && value.from() == at ? value : new Span(at, end(line, at));
    }

    private static @Nullable Span value(String line, DatasetFinding finding) {
        if (finding.path() == null) {
            return null;
        }
        String key = finding.args().isEmpty() ? null : finding.args().getFirst();
        return JsonPlace.of(line, finding.path(), key).orElse(null);
    }

    /// Of what begins at a place where nothing tells how far it goes: of a quoted text with its quotes, of a word the whole word.
    private static int end(String line, int at) {
        int next = line.offsetByCodePoints(at, 1);
        if (line.charAt(at) == '"') {
            int end = next;
            while (end < line.length() && line.charAt(end) != '"') {
                end += line.charAt(end) == '\\' ? 2 : 1;
            }
            return Math.min(line.length(), end + 1);
        }
        int end = at;
        while (end < line.length() && isOfAWord(line.charAt(end))) {
            end++;
        }
        return Math.max(next, end);
    }

    private static boolean isOfAWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '@' || c == '.';
    }
}
