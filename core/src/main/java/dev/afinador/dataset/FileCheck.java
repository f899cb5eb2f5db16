package dev.afinador.dataset;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Checks a whole file as it streams by: what its lines are, what is wrong with them, and where they are.
final class FileCheck {

    /// Told while the file is read.
    interface Watcher {
        Watcher NONE = _ -> true;

        /// @param read bytes so far
        /// @return false to end the check
        boolean reached(long read) throws IOException;
    }

    /// The watcher ended the check.
    static final class EndedException extends IOException {
        EndedException() {
            super("the check was ended before the end of the file");
        }
    }

    private FileCheck() {}

    /// Reads the content to its end; does not close it.
    ///
    /// @throws EndedException when the watcher wants no more
    static CheckReport check(InputStream content, SourceFormat format, Watcher watcher)
            throws IOException {
        var watched = new WatchedStream(content, watcher);
        if (format.needsConversion()) {
            watched.transferTo(java.io.OutputStream.nullOutputStream());
            return needsConversion(format, watched.lines());
        }
        TrainingFileCheck.Result result = TrainingFileCheck.check(watched);
        watched.transferTo(
                java.io.OutputStream
                        .nullOutputStream()); // the check ends early in what cannot be a training
        // file
        Map<String, Long> rules = new TreeMap<>();
        result.findings().forEach(finding -> rules.merge(finding.rule(), 1L, Long::sum));
        return new CheckReport(
                result.kind(),
                result.examples(),
                result.errors(),
                result.warnings(),
                false,
                rules,
                result.findings(),
                watched.lines(),
                null);
    }

    private static CheckReport needsConversion(SourceFormat format, LineIndex lines) {
        var finding =
                new DatasetFinding(
                        TrainingFileRule.NEEDS_CONVERSION.id(),
                        TrainingFileRule.NEEDS_CONVERSION.severity(),
                        0,
                        null,
                        List.of(format.word()));
        return new CheckReport(
                DatasetKind.UNKNOWN,
                0,
                1,
                0,
                false,
                Map.of(finding.rule(), 1L),
                List.of(finding),
                lines,
                null);
    }

    /// Counts bytes and lines on the way and tells the watcher.
    private static final class WatchedStream extends FilterInputStream {
        private final Watcher watcher;
        private final LineIndex.Builder lines = new LineIndex.Builder();
        private long read;

        WatchedStream(InputStream in, Watcher watcher) {
            super(in);
            this.watcher = watcher;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = in.read(bytes, offset, length);
            if (count > 0) {
                read += count;
                lines.add(bytes, offset, count);
                if (!watcher.reached(read)) {
                    throw new EndedException();
                }
            }
            return count;
        }

        LineIndex lines() {
            return lines.build();
        }
    }
}
