package dev.afinador.verification;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How long something took before. With fewer than three times nothing is said: two jobs are no habit.
record History(@Nullable Duration median, @Nullable Duration p90, int count) {

    private static final int ENOUGH = 3;
    private static final History NONE = new History(null, null, 0);

    static History none() {
        return NONE;
    }

    static History of(List<Duration> times) {
        List<Duration> sorted = times.stream().filter(t -> !t.isNegative()).sorted().toList();
        if (sorted.size() < ENOUGH) {
            return new History(null, null, sorted.size());
        }
        int middle = sorted.size() / 2;
        Duration median =
                sorted.size() % 2 == 1
                        ? sorted.get(middle)
                        : sorted.get(middle - 1).plus(sorted.get(middle)).dividedBy(2);
        // nearest rank: the smallest time that nine of ten jobs did not exceed
        int rank = (int) Math.ceil(0.9 * sorted.size());
        return new History(median, sorted.get(rank - 1), sorted.size());
    }
}
