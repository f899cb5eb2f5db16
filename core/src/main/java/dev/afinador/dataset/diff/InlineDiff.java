package dev.afinador.dataset.diff;

import java.util.ArrayList;
import java.util.List;

/// What differs between two lines, in words. Long stretches that are the same are cut short, so a line of a megabyte is as easy to
/// look at as a short one.
public final class InlineDiff {

    /// Characters of what is the same that are shown beside what is not.
    private static final int CONTEXT = 48;

    /// Longer differences are shown by their beginning and end.
    private static final int LONGEST = 600;

    /// Beyond this many words on either side, words are not matched one by one.
    private static final int MOST_WORDS = 400;

    private InlineDiff() {}

    public enum Kind {
        SAME,
        REMOVED,
        ADDED,
        /// Something that is the same was left out here.
        GAP
    }

    /// @param text what stands there; empty for a gap
    public record Segment(Kind kind, String text) {
        /// Without the text: it is of somebody's training data.
        @Override
        public String toString() {
            return kind + "(" + text.length() + ")";
        }
    }

    /// Read in order without what was added they give the old line, without what was removed the new one, but for gaps.
    public static List<Segment> between(String before, String after) {
        int head = commonHead(before, after);
        int tail = commonTail(before, after, head);
        String removed = before.substring(head, before.length() - tail);
        String added = after.substring(head, after.length() - tail);
        List<Segment> segments = new ArrayList<>();
        add(segments, Kind.SAME, before.substring(0, head));
        List<String> left = words(removed);
        List<String> right = words(added);
        if (left.size() > MOST_WORDS || right.size() > MOST_WORDS) {
            add(segments, Kind.REMOVED, removed);
            add(segments, Kind.ADDED, added);
        } else {
            matchWords(left, right, segments);
        }
        add(segments, Kind.SAME, before.substring(before.length() - tail));
        return shortened(segments);
    }

    /// A whole line that came or went.
    public static List<Segment> of(Kind kind, String line) {
        return List.of(new Segment(kind, cut(line)));
    }

    private static int commonHead(String a, String b) {
        int most = Math.min(a.length(), b.length());
        int at = 0;
        while (at < most && a.charAt(at) == b.charAt(at)) {
            at++;
        }
        // not in the middle of a character
        return at > 0 && Character.isHighSurrogate(a.charAt(at - 1)) ? at - 1 : at;
    }

    private static int commonTail(String a, String b, int head) {
        int most = Math.min(a.length(), b.length()) - head;
        int at = 0;
        while (at < most && a.charAt(a.length() - 1 - at) == b.charAt(b.length() - 1 - at)) {
            at++;
        }
        return at > 0 && Character.isLowSurrogate(a.charAt(a.length() - at)) ? at - 1 : at;
    }

    /// Runs of letters and digits, and every other sign alone.
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = at;
            while (end < text.length() && Character.isLetterOrDigit(text.codePointAt(end))) {
                end += Character.charCount(text.codePointAt(end));
            }
            if (end == at) {
                end += Character.charCount(text.codePointAt(at));
            }
            words.add(text.substring(at, end));
            at = end;
        }
        return words;
    }

    /// The longest common subsequence of words, by the table that everybody knows.
    private static void matchWords(List<String> left, List<String> right, List<Segment> out) {
        int[][] longest = new int[left.size() + 1][right.size() + 1];
        for (int i = left.size() - 1; i >= 0; i--) {
            for (int j = right.size() - 1; j >= 0; j--) {
                longest[i][j] =
                        left.get(i).equals(right.get(j))
                                ? longest[i + 1][j + 1] + 1
                                : Math.max(longest[i + 1][j], longest[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < left.size() || j < right.size()) {
            if (i < left.size() && j < right.size() && left.get(i).equals(right.get(j))) {
                add(out, Kind.SAME, left.get(i));
                i++;
                j++;
            } else if (j == right.size()
                    || (i < left.size() && longest[i + 1][j] >= longest[i][j + 1])) {
                add(out, Kind.REMOVED, left.get(i++));
            } else {
                add(out, Kind.ADDED, right.get(j++));
            }
        }
    }

    private static void add(List<Segment> segments, Kind kind, String text) {
        if (text.isEmpty()) {
            return;
        }
        if (!segments.isEmpty() && segments.getLast().kind() == kind) {
            Segment last = segments.removeLast();
            segments.add(new Segment(kind, last.text() + text));
        } else {
            segments.add(new Segment(kind, text));
        }
    }

    private static List<Segment> shortened(List<Segment> segments) {
        List<Segment> shown = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (segment.kind() != Kind.SAME) {
                shown.add(new Segment(segment.kind(), cut(segment.text())));
                continue;
            }
            boolean first = i == 0;
            boolean last = i == segments.size() - 1;
            int kept = first || last ? CONTEXT : 2 * CONTEXT;
            String text = segment.text();
            if (text.length() <= kept + 16) {
                shown.add(segment);
                continue;
            }
            if (!first) {
                shown.add(new Segment(Kind.SAME, start(text, CONTEXT)));
            }
            shown.add(new Segment(Kind.GAP, ""));
            if (!last) {
                shown.add(new Segment(Kind.SAME, end(text, CONTEXT)));
            }
        }
        return List.copyOf(shown);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST
                ? text
                : start(text, LONGEST / 2) + " … " + end(text, LONGEST / 2);
    }

    private static String start(String text, int length) {
        return text.substring(
                0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
    }

    private static String end(String text, int length) {
        int from = text.length() - length;
        return text.substring(Character.isLowSurrogate(text.charAt(from)) ? from + 1 : from);
    }
}
