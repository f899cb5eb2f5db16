package dev.afinador.dataset.repair;

import dev.afinador.dataset.LineReader;
import dev.afinador.dataset.Scratch;
import dev.afinador.dataset.TextEncoding;
import dev.afinador.dataset.Utf8Stream;
import dev.afinador.dataset.diff.InlineDiff;
import dev.afinador.work.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Repairs a file: reads it once, or twice where something has to be known of all its examples first, and writes what it is then.
public final class Repair {

    private static final int HEAD = 64 << 10;

    private final RepairPlan plan;
    private final Source source;
    private final Scratch scratch;
    private final Watcher watcher;

    /// The file, to be opened from its beginning as often as needed.
    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;
    }

    /// Told how far it is.
    @FunctionalInterface
    public interface Watcher {
        /// @param read bytes read, over all passes
        /// @throws IOException to end it
        void reached(long read) throws IOException;
    }

    /// A line that changed or went.
    ///
    /// @param line     1-based, in the old file
    /// @param made     what was done to it
    /// @param dropped  whether it is not in the new one
    /// @param segments what differs
    public record Change(
            long line, Set<Fix> made, boolean dropped, List<InlineDiff.Segment> segments) {
        public Change {
            made = Set.copyOf(made);
            segments = List.copyOf(segments);
        }
    }

    /// @param counts    lines by what was done to them; fixes that were not needed are absent
    /// @param lines     lines that were read
    /// @param kept      lines of the result, those set aside included
    /// @param setAside  examples that were set aside for validation
    /// @param changes   the first changes
    /// @param complete  whether the file was read to its end
    public record Outcome(
            Map<Fix, Long> counts,
            long lines,
            long kept,
            long setAside,
            List<Change> changes,
            boolean complete) {
        public Outcome {
            counts = Map.copyOf(counts);
            changes = List.copyOf(changes);
        }

        public boolean changesNothing() {
            return counts.isEmpty() && setAside == 0;
        }
    }

    public Repair(RepairPlan plan, Source source, Scratch scratch, Watcher watcher) {
        this.plan = plan;
        this.source = source;
        this.scratch = scratch;
        this.watcher = watcher;
    }

    /// Writes the repaired file.
    ///
    /// @param validation gets the examples that are set aside
    /// @throws Refusal `repair_line_too_long` when a line cannot be held in memory
    public Outcome write(OutputStream training, OutputStream validation) throws IOException {
        return run(training, validation, 0, Long.MAX_VALUE);
    }

    /// Tells what [#write] would do, looking at the beginning of a large file only.
    ///
    /// @param mostChanges how many changes to show
    /// @param mostBytes   how much of the file to read
    public Outcome preview(int mostChanges, long mostBytes) throws IOException {
        OutputStream nowhere = OutputStream.nullOutputStream();
        return run(nowhere, nowhere, mostChanges, mostBytes);
    }

    private Outcome run(
            OutputStream training, OutputStream validation, int mostChanges, long mostBytes)
            throws IOException {
        if (!plan.looksAhead()) {
            var pass = new Pass(null, training, validation, mostChanges);
            return pass.over(mostBytes, 0);
        }
        long read;
        Lookahead lookahead;
        try (var collector = new Lookahead.Collector(scratch)) {
            read = lookAhead(collector, mostBytes);
            lookahead = collector.settle(plan);
        }
        return new Pass(lookahead, training, validation, mostChanges).over(mostBytes, read);
    }

    private long lookAhead(Lookahead.Collector collector, long mostBytes) throws IOException {
        var fixer = new LineFixer(effective());
        long[] digest = new long[2];
        try (var lines = new Lines(mostBytes, 0)) {
            while (lines.next()) {
                if (fixer.fix(lines.line()) && fixer.length() > 0) {
                    fixer.digest(digest);
                    collector.add(digest);
                }
            }
            return lines.read();
        }
    }

    /// Nothing can be done to a UTF-16 file that does not begin with its encoding.
    private RepairPlan effective() throws IOException {
        try (InputStream in = source.open()) {
            byte[] head = in.readNBytes(HEAD);
            boolean narrow = isNarrow(TextEncoding.of(head, head.length < HEAD));
            if (narrow || plan.does(Fix.ENCODING)) {
                return plan;
            }
        }
        Set<Fix> more = EnumSet.of(Fix.ENCODING);
        more.addAll(plan.fixes());
        return new RepairPlan(more, plan.percent(), plan.seed());
    }

    private static boolean isNarrow(TextEncoding encoding) {
        return switch (encoding) {
            case UTF_8, UTF_8_MARKED, WINDOWS_1252 -> true;
            case UTF_16LE_MARKED, UTF_16BE_MARKED, UTF_16LE, UTF_16BE -> false;
        };
    }

    /// The lines of the file as UTF-8 or nearly so, up to a number of bytes.
    private final class Lines implements AutoCloseable {
        private final InputStream in;
        private final LineReader reader;
        private final boolean transcoded;
        private final long mostBytes;
        private final long readBefore;
        private long read;
        private boolean complete = true;

        Lines(long mostBytes, long readBefore) throws IOException {
            this.mostBytes = mostBytes;
            this.readBefore = readBefore;
            InputStream raw = source.open();
            byte[] head = raw.readNBytes(HEAD);
            TextEncoding encoding = TextEncoding.of(head, head.length < HEAD);
            transcoded = !isNarrow(encoding);
            int skip = transcoded ? encoding.mark() : 0;
            var start = new java.io.ByteArrayInputStream(head, skip, head.length - skip);
            InputStream whole = new SequenceInputStream(start, raw);
            in = transcoded ? new Utf8Stream(whole, encoding.charset()) : whole;
            reader = new LineReader(in);
        }

        boolean next() throws IOException {
            if (read >= mostBytes) {
                complete = !reader.next();
                return false;
            }
            if (!reader.next()) {
                return false;
            }
            read += reader.length() + 1L;
            watcher.reached(readBefore + read);
            if (reader.tooLong() && !plan.does(Fix.UNREADABLE)) {
                throw Refusal.invalid("repair_line_too_long", reader.number(), LineReader.LONGEST);
            }
            return true;
        }

        LineReader line() {
            return reader;
        }

        long read() {
            return read;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /// The pass that writes.
    private final class Pass {
        private final @org.jspecify.annotations.Nullable Lookahead lookahead;
        private final OutputStream training;
        private final OutputStream validation;
        private final int mostChanges;
        private final Map<Fix, Long> counts = new EnumMap<>(Fix.class);
        private final List<Change> changes = new ArrayList<>();
        private long ordinal;
        private long kept;

        Pass(
                @org.jspecify.annotations.Nullable Lookahead lookahead,
                OutputStream training,
                OutputStream validation,
                int mostChanges) {
            this.lookahead = lookahead;
            this.training = training;
            this.validation = validation;
            this.mostChanges = mostChanges;
        }

        Outcome over(long mostBytes, long readBefore) throws IOException {
            var fixer = new LineFixer(effective());
            long lines = 0;
            try (var reading = new Lines(mostBytes, readBefore)) {
                while (reading.next()) {
                    lines++;
                    line(reading.line(), reading.transcoded, fixer);
                }
                return new Outcome(
                        counts,
                        lines,
                        kept,
                        lookahead == null ? 0 : lookahead.setAside(),
                        changes,
                        reading.complete);
            }
        }

        private void line(LineReader line, boolean transcoded, LineFixer fixer) throws IOException {
            boolean stays = !line.tooLong() && fixer.fix(line);
            Set<Fix> made = EnumSet.noneOf(Fix.class);
            if (line.tooLong()) {
                made.add(Fix.UNREADABLE);
            } else {
                made.addAll(fixer.made());
            }
            if (transcoded) {
                made.add(Fix.ENCODING);
            }
            OutputStream to = training;
            if (stays && lookahead != null && fixer.length() > 0) {
                long at = ordinal++;
                if (plan.does(Fix.DUPLICATES) && lookahead.isDuplicate(at)) {
                    made.add(Fix.DUPLICATES);
                    stays = false;
                } else if (plan.percent() > 0) {
                    long[] digest = new long[2];
                    fixer.digest(digest);
                    to = lookahead.isSetAside(digest[0], digest[1]) ? validation : training;
                }
            }
            if (stays) {
                to.write(fixer.bytes(), 0, fixer.length());
                if (line.ended() || to == validation) {
                    to.write('\n');
                }
                kept++;
            }
            made.forEach(fix -> counts.merge(fix, 1L, Long::sum));
            boolean visible = !made.isEmpty() && !(transcoded && stays && made.size() == 1);
            if (visible && changes.size() < mostChanges) {
                changes.add(change(line, made, stays, fixer));
            }
        }

        private Change change(LineReader line, Set<Fix> made, boolean stays, LineFixer fixer) {
            String before =
                    new String(
                            line.bytes(),
                            0,
                            Math.min(line.length(), 1 << 20),
                            StandardCharsets.UTF_8);
            List<InlineDiff.Segment> segments =
                    stays
                            ? InlineDiff.between(
                                    before,
                                    new String(
                                            fixer.bytes(),
                                            0,
                                            Math.min(fixer.length(), 1 << 20),
                                            StandardCharsets.UTF_8))
                            : InlineDiff.of(InlineDiff.Kind.REMOVED, before);
            return new Change(line.number(), made, !stays, segments);
        }
    }
}
