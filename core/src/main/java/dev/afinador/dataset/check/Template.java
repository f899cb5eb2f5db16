package dev.afinador.dataset.check;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Runs of words that the first examples of a file have in common: the wording of its task rather than of one example.
/// Immutable once it is [#finished].
final class Template {

    /// So many examples are looked at, or as many as lie in the file's first [Blocks#FIRST] bytes.
    static final int EXAMPLES = 256;

    private static final int LEAST_EXAMPLES = 5;

    static final Template NONE = new Template(new long[1], null);

    /// Open addressing; 0 is empty, and no run has the hash 0 here.
    private final long[] runs;

    private final @org.jspecify.annotations.Nullable Collector collector;

    private Template(long[] runs, @org.jspecify.annotations.Nullable Collector collector) {
        this.runs = runs;
        this.collector = collector;
    }

    private static final class Collector {
        private final Map<Long, Integer> examplesWith = new HashMap<>();
        private final Set<Long> ofThis = new HashSet<>();
        private int examples;
    }

    static Template collecting() {
        return new Template(new long[1], new Collector());
    }

    boolean isCollecting() {
        return collector != null;
    }

    void collect(long run) {
        if (collector != null) {
            collector.ofThis.add(run);
        }
    }

    void endExample() {
        if (collector != null) {
            collector.ofThis.forEach(run -> collector.examplesWith.merge(run, 1, Integer::sum));
            collector.ofThis.clear();
            collector.examples++;
        }
    }

    /// What was collected, fit for use: runs that at least a fifth of the examples have.
    Template finished() {
        if (collector == null || collector.examples < LEAST_EXAMPLES) {
            return NONE;
        }
        int least = Math.max(3, collector.examples / 5);
        long[] common =
                collector.examplesWith.entrySet().stream()
                        .filter(entry -> entry.getValue() >= least && entry.getKey() != 0)
                        .mapToLong(Map.Entry::getKey)
                        .toArray();
        long[] table = new long[Integer.highestOneBit(Math.max(1, common.length)) * 4];
        for (long run : common) {
            int place = place(run, table.length);
            while (table[place] != 0) {
                place = (place + 1) & (table.length - 1);
            }
            table[place] = run;
        }
        return new Template(table, null);
    }

    boolean contains(long run) {
        int place = place(run, runs.length);
        while (runs[place] != 0) {
            if (runs[place] == run) {
                return true;
            }
            place = (place + 1) & (runs.length - 1);
        }
        return false;
    }

    private static int place(long run, int length) {
        return (int) (run >>> 32) & (length - 1);
    }

    @Override
    public String toString() {
        return Arrays.stream(runs).filter(run -> run != 0).count() + " runs";
    }
}
