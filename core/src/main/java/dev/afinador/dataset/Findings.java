package dev.afinador.dataset;

import dev.afinador.dataset.DatasetFinding.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Collects findings within bounds: all are counted, the first of each severity are kept, and errors never have to make
/// room for warnings.
final class Findings {

    private final int most;
    private final List<DatasetFinding> keptErrors = new ArrayList<>();
    private final List<DatasetFinding> keptWarnings = new ArrayList<>();
    private long errors;
    private long warnings;

    Findings(int most) {
        this.most = most;
    }

    void add(TrainingFileRule rule, long line, @Nullable String path, Object... args) {
        List<DatasetFinding> kept =
                switch (rule.severity()) {
                    case ERROR -> {
                        errors++;
                        yield keptErrors;
                    }
                    case WARNING -> {
                        warnings++;
                        yield keptWarnings;
                    }
                };
        if (kept.size() < most) {
            List<String> words = Stream.of(args).map(String::valueOf).toList();
            kept.add(new DatasetFinding(rule.id(), rule.severity(), line, path, words));
        }
    }

    long count(Severity severity) {
        return switch (severity) {
            case ERROR -> errors;
            case WARNING -> warnings;
        };
    }

    /// In file order; what is about the whole file comes first.
    List<DatasetFinding> inFileOrder() {
        return Stream.concat(keptErrors.stream(), keptWarnings.stream())
                .limit(most)
                .sorted(Comparator.comparingLong(DatasetFinding::line))
                .toList();
    }
}
