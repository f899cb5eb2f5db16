package dev.afinador.dataset;

import dev.afinador.dataset.check.CheckCancelledException;
import dev.afinador.dataset.check.CheckListener;
import dev.afinador.dataset.check.CheckOptions;
import dev.afinador.dataset.check.FileReport;
import dev.afinador.dataset.check.NumbersJson;
import dev.afinador.dataset.check.TrainingFile;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Checks a whole file as it streams by: what its lines are, what is wrong with them, and where they are.
final class FileCheck {

    /// Of each rule, while the file is being read.
    private static final int SHOWN_OF_A_RULE = 20;

    private static final int SHOWN = 200;

    /// Told while the file is read, by one thread at a time.
    interface Watcher {
        Watcher NONE = _ -> true;

        /// @return false to end the check
        boolean reached(SoFar so) throws IOException;
    }

    /// @param read     bytes so far
    /// @param rules    how often each rule was broken so far, by its id
    /// @param findings some of each rule, in the order in which they were found
    record SoFar(long read, long examples, Map<String, Long> rules, List<DatasetFinding> findings) {
        SoFar {
            rules = Map.copyOf(rules);
            findings = List.copyOf(findings);
        }
    }

    /// The watcher ended the check.
    static final class EndedException extends IOException {
        EndedException() {
            super("the check was ended before the end of the file");
        }
    }

    private final Watcher watcher;
    private final WatchedStream content;

    private FileCheck(InputStream content, Watcher watcher) {
        this.watcher = watcher;
        this.content = new WatchedStream(content);
    }

    /// Reads the content to its end; does not close it.
    ///
    /// @throws EndedException         when the watcher wants no more
    /// @throws InterruptedIOException when the thread was interrupted
    static CheckReport check(InputStream content, SourceFormat format, Watcher watcher)
            throws IOException {
        var check = new FileCheck(content, watcher);
        return format.needsConversion() ? check.needsConversion(format) : check.lines();
    }

    private CheckReport lines() throws IOException {
        var listener = new Listener();
        var limits = CheckOptions.Limits.forHeap(Runtime.getRuntime().maxMemory());
        FileReport report;
        try {
            report =
                    TrainingFile.check(
                            content, CheckOptions.everything().withLimits(limits), listener);
        } catch (CheckCancelledException e) {
            throw listener.why();
        }
        // the check ends early in what cannot be a training file; its lines are counted all the
        // same
        content.transferTo(OutputStream.nullOutputStream());
        return new CheckReport(
                report.kind(),
                report.examples(),
                report.errors(),
                report.warnings(),
                report.holds(),
                report.counts(),
                report.findings(),
                content.lines.build(),
                NumbersJson.write(report.numbers()));
    }

    private CheckReport needsConversion(SourceFormat format) throws IOException {
        byte[] chunk = new byte[256 << 10];
        while (content.read(chunk) >= 0) {
            if (!watcher.reached(new SoFar(content.read, 0, Map.of(), List.of()))) {
                throw new EndedException();
            }
        }
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
                content.lines.build(),
                null);
    }

    /// Passes on what is found, and the watcher's wish to end it.
    private final class Listener implements CheckListener {
        private final List<DatasetFinding> findings = new ArrayList<>();
        private final Map<String, Integer> shown = new HashMap<>();
        private boolean ended;
        private @Nullable IOException failed;

        @Override
        public void found(DatasetFinding finding) {
            if (findings.size() < SHOWN
                    && shown.merge(finding.rule(), 1, Integer::sum) <= SHOWN_OF_A_RULE) {
                findings.add(finding);
            }
        }

        @Override
        public void read(Progress progress) {
            try {
                ended |=
                        !watcher.reached(
                                new SoFar(
                                        progress.bytes(),
                                        progress.examples(),
                                        progress.counts(),
                                        findings));
            } catch (IOException e) {
                failed = e;
                ended = true;
            }
        }

        @Override
        public boolean isCancelled() {
            return ended;
        }

        /// Why the check did not come to its end.
        IOException why() {
            IOException cause = failed;
            if (cause != null) {
                return cause;
            }
            return ended
                    ? new EndedException()
                    : new InterruptedIOException("the check was interrupted");
        }
    }

    /// Counts bytes and lines on the way.
    private static final class WatchedStream extends FilterInputStream {
        private final LineIndex.Builder lines = new LineIndex.Builder();
        private long read;

        WatchedStream(InputStream in) {
            super(in);
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
            }
            return count;
        }
    }
}
