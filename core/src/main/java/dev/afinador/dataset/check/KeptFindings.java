package dev.afinador.dataset.check;

import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetFinding.Severity;
import dev.afinador.dataset.TrainingFileRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicIntegerArray;

/// Collects findings within bounds: all are counted, the first of each rule are kept. In the end every rule gets its share of
/// the room, what is left goes to errors, then to warnings.
final class KeptFindings implements Reporter.RuleGate {

    private static final TrainingFileRule[] RULES = TrainingFileRule.values();

    private final int most;
    private final long[] counts = new long[RULES.length];
    private final List<List<DatasetFinding>> kept = new ArrayList<>();

    /// Read by workers, to save them the making of what will not be kept.
    private final AtomicIntegerArray full = new AtomicIntegerArray(RULES.length);

    KeptFindings(int most) {
        this.most = most;
        for (int i = 0; i < RULES.length; i++) {
            kept.add(new ArrayList<>());
        }
    }

    @Override
    public boolean isClosed(TrainingFileRule rule) {
        return full.get(rule.ordinal()) != 0;
    }

    @Override
    public int most() {
        return most;
    }

    void count(TrainingFileRule rule, long more) {
        counts[rule.ordinal()] += more;
    }

    /// Whether one more of this rule is kept for now.
    boolean hasRoom(TrainingFileRule rule) {
        return kept.get(rule.ordinal()).size() < most;
    }

    /// In the file's order for each rule.
    void keep(TrainingFileRule rule, DatasetFinding finding) {
        List<DatasetFinding> ofRule = kept.get(rule.ordinal());
        ofRule.add(finding);
        if (ofRule.size() >= most) {
            full.set(rule.ordinal(), 1);
        }
    }

    long count(Severity severity) {
        long count = 0;
        for (TrainingFileRule rule : RULES) {
            if (rule.severity() == severity) {
                count += counts[rule.ordinal()];
            }
        }
        return count;
    }

    TreeMap<String, Long> counts() {
        var byRule = new TreeMap<String, Long>();
        for (TrainingFileRule rule : RULES) {
            if (counts[rule.ordinal()] > 0) {
                byRule.put(rule.id(), counts[rule.ordinal()]);
            }
        }
        return byRule;
    }

    /// In file order; what is about the whole file comes first.
    List<DatasetFinding> chosen() {
        int rules = (int) kept.stream().filter(ofRule -> !ofRule.isEmpty()).count();
        int[] shares = new int[RULES.length];
        // half of the room is for everybody alike
        int share = rules == 0 ? 0 : Math.max(1, most / (2 * rules));
        int left = most;
        for (int i = 0; i < RULES.length; i++) {
            shares[i] = Math.min(Math.min(share, kept.get(i).size()), left);
            left -= shares[i];
        }
        left = fill(shares, left, Severity.ERROR);
        fill(shares, left, Severity.WARNING);
        List<DatasetFinding> chosen = new ArrayList<>();
        for (int i = 0; i < RULES.length; i++) {
            chosen.addAll(kept.get(i).subList(0, shares[i]));
        }
        chosen.sort(
                Comparator.comparingLong(DatasetFinding::line)
                        .thenComparingInt(DatasetFinding::column));
        return chosen;
    }

    /// One after the other, so that rules with few findings show them all.
    private int fill(int[] shares, int room, Severity severity) {
        int left = room;
        boolean moved = true;
        while (left > 0 && moved) {
            moved = false;
            for (int i = 0; i < RULES.length && left > 0; i++) {
                if (RULES[i].severity() == severity && shares[i] < kept.get(i).size()) {
                    shares[i]++;
                    left--;
                    moved = true;
                }
            }
        }
        return left;
    }
}
