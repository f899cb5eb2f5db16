package dev.afinador.dataset;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the check of a whole file came to.
///
/// @param held     whether an administrator has to accept some of the findings
/// @param rules    how often each rule was broken, complete, by its id
/// @param findings in file order; not all of them when there are very many
/// @param lines    where lines are in the file
/// @param numbers  the numbers of the check as JSON, or null where there are none
public record CheckReport(
        DatasetKind kind,
        long examples,
        long errors,
        long warnings,
        boolean held,
        Map<String, Long> rules,
        List<DatasetFinding> findings,
        LineIndex lines,
        @Nullable String numbers) {
    public CheckReport {
        rules = Map.copyOf(rules);
        findings = List.copyOf(findings);
    }
}
