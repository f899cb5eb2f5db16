package dev.afinador.dataset;

import dev.afinador.dataset.check.CheckOptions;
import dev.afinador.dataset.check.FileReport;
import dev.afinador.dataset.check.TrainingFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// Checks what makes a provider refuse a training file: the form of its lines. What its texts say and cost is left to
/// [TrainingFile], which also tells while it reads.
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

    private TrainingFileCheck() {}

    public static Result check(InputStream content) throws IOException {
        return check(content, Limits.DEFAULT);
    }

    /// Reads the content to its end, unless it cannot be a training file at all; does not close it.
    public static Result check(InputStream content, Limits limits) throws IOException {
        var bounds =
                new CheckOptions.Limits(
                        limits.maxLineBytes(),
                        limits.maxFindings(),
                        limits.minExamples(),
                        CheckOptions.Limits.DEFAULT.maxCompared(),
                        CheckOptions.Limits.DEFAULT.blockBytes());
        FileReport report =
                TrainingFile.check(content, CheckOptions.structure().withLimits(bounds));
        return new Result(
                report.kind(),
                report.examples(),
                report.errors(),
                report.warnings(),
                report.findings());
    }
}
