package dev.afinador.dataset;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How far a check has come that is not over.
///
/// @param startedAt null while it waits for its turn
/// @param read      bytes read so far
/// @param examples  so far
/// @param rules     how often each rule was broken so far, by its id
/// @param findings  the first of them
/// @param attempts  how often it began and did not end, because the process or the disk failed
public record CheckProgress(
        @Nullable Instant startedAt,
        long read,
        long examples,
        Map<String, Long> rules,
        List<DatasetFinding> findings,
        boolean cancelRequested,
        int attempts) {
    public CheckProgress {
        rules = Map.copyOf(rules);
        findings = List.copyOf(findings);
    }
}
