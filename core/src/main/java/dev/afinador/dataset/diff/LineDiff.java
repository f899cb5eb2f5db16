package dev.afinador.dataset.diff;

import dev.afinador.dataset.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compares two files line by line in one pass over both. Made for versions of one file: lines that were dropped, changed or added
/// in place are found as long as not more than a thousand lines in a row are different.
public final class LineDiff {

    /// How far ahead the place is looked for where both files go on alike.
    private static final int AHEAD = 1_000;

    private LineDiff() {}

    /// One line that differs.
    ///
    /// @param before 1-based number in the old file; null when the line was added
    /// @param after  1-based number in the new file; null when the line was removed
    public record Change(
            @Nullable Long before, @Nullable Long after, List<InlineDiff.Segment> segments) {
        public Change {
            segments = List.copyOf(segments);
        }
    }

    /// @param changes  the first ones
    /// @param complete whether both files were read to their end; if not, counts are of the part that was read
    public record Result(
            List<Change> changes, long changed, long removed, long added, boolean complete) {
        public Result {
            changes = List.copyOf(changes);
        }
    }

    /// Reads both streams; does not close them.
    ///
    /// @param mostChanges how many are kept
    /// @param mostBytes   after how many bytes of either file to stop
    public static Result between(
            InputStream before, InputStream after, int mostChanges, long mostBytes)
            throws IOException {
        return new Run(new Side(before), new Side(after), mostChanges, mostBytes).run();
    }

    /// A line that was read, with a hash to compare by first.
    private record Line(byte[] bytes, int hash, long number) {
        Line(byte[] bytes, long number) {
            this(bytes, Arrays.hashCode(bytes), number);
        }

        boolean isLike(Line other) {
            return hash == other.hash && Arrays.equals(bytes, other.bytes);
        }

        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Line line && isLike(line);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public String toString() {
            return "line " + number;
        }
    }

    /// One of the files: the lines that were read and are not settled yet.
    private static final class Side {
        private final LineReader reader;
        private final ArrayDeque<Line> waiting = new ArrayDeque<>();
        private long bytes;

        Side(InputStream in) {
            this.reader = new LineReader(in);
        }

        void fill(int lines) throws IOException {
            while (waiting.size() < lines && reader.next()) {
                bytes += reader.length();
                waiting.add(new Line(reader.copy(), reader.number()));
            }
        }

        @Nullable Line peek() throws IOException {
            fill(1);
            return waiting.peek();
        }

        List<Line> ahead() throws IOException {
            fill(AHEAD);
            return List.copyOf(waiting);
        }

        List<Line> take(int lines) {
            List<Line> taken = new ArrayList<>(lines);
            for (int i = 0; i < lines; i++) {
                taken.add(waiting.remove());
            }
            return taken;
        }
    }

    private static final class Run {
        private final Side old;
        private final Side fresh;
        private final int mostChanges;
        private final long mostBytes;
        private final List<Change> changes = new ArrayList<>();
        private long changed;
        private long removed;
        private long added;

        Run(Side old, Side fresh, int mostChanges, long mostBytes) {
            this.old = old;
            this.fresh = fresh;
            this.mostChanges = mostChanges;
            this.mostBytes = mostBytes;
        }

        Result run() throws IOException {
            boolean complete = true;
            while (true) {
                Line left = old.peek();
                Line right = fresh.peek();
                if (left == null && right == null) {
                    break;
                }
                if (old.bytes > mostBytes || fresh.bytes > mostBytes) {
                    complete = false;
                    break;
                }
                if (left != null && right != null && left.isLike(right)) {
                    old.take(1);
                    fresh.take(1);
                    continue;
                }
                differ();
            }
            return new Result(changes, changed, removed, added, complete);
        }

        private void differ() throws IOException {
            List<Line> left = old.ahead();
            List<Line> right = fresh.ahead();
            int[] meet = meeting(left, right);
            List<Line> gone = old.take(meet[0]);
            List<Line> come = fresh.take(meet[1]);
            int both = Math.min(gone.size(), come.size());
            for (int i = 0; i < both; i++) {
                changed++;
                Line before = gone.get(i);
                Line after = come.get(i);
                if (changes.size() < mostChanges) {
                    changes.add(
                            new Change(
                                    before.number(),
                                    after.number(),
                                    InlineDiff.between(before.text(), after.text())));
                }
            }
            for (Line line : gone.subList(both, gone.size())) {
                removed++;
                if (changes.size() < mostChanges) {
                    changes.add(
                            new Change(
                                    line.number(),
                                    null,
                                    InlineDiff.of(InlineDiff.Kind.REMOVED, line.text())));
                }
            }
            for (Line line : come.subList(both, come.size())) {
                added++;
                if (changes.size() < mostChanges) {
                    changes.add(
                            new Change(
                                    null,
                                    line.number(),
                                    InlineDiff.of(InlineDiff.Kind.ADDED, line.text())));
                }
            }
        }

        /// The nearest line that both have: how many lines of each come before it. Both to their ends when there is none.
        private static int[] meeting(List<Line> left, List<Line> right) {
            Map<Line, Integer> places = new HashMap<>();
            for (int j = right.size() - 1; j >= 0; j--) {
                places.put(right.get(j), j); // of equal ones the first
            }
            int bestLeft = left.size();
            int bestRight = right.size();
            for (int i = 0; i < left.size() && i < bestLeft + bestRight; i++) {
                Integer j = places.get(left.get(i));
                if (j != null && i + j < bestLeft + bestRight) {
                    bestLeft = i;
                    bestRight = j;
                }
            }
            return new int[] {bestLeft, bestRight};
        }
    }
}
