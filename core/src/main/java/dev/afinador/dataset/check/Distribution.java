package dev.afinador.dataset.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// How often each number came up. Exact up to [#EXACT], beyond that within a thousandth.
final class Distribution {

    private static final int EXACT = 1 << 17;
    private static final int STEPS = 1 << 10;
    private static final int BARS = 40;

    private long[] counts = new long[1 << 10];
    private long total;
    private long sum;
    private int least = Integer.MAX_VALUE;
    private int most;

    void add(int value) {
        int place = place(value);
        if (place >= counts.length) {
            counts = Arrays.copyOf(counts, Math.max(place + 1, 2 * counts.length));
        }
        counts[place]++;
        total++;
        sum += value;
        least = Math.min(least, value);
        most = Math.max(most, value);
    }

    /// Beyond the exact part, so many steps for each doubling.
    private static int place(int value) {
        if (value < EXACT) {
            return value;
        }
        int doublings = 31 - Integer.numberOfLeadingZeros(value / EXACT);
        int width = (EXACT << doublings) / STEPS;
        return EXACT + doublings * STEPS + (value - (EXACT << doublings)) / width;
    }

    private static int value(int place) {
        if (place < EXACT) {
            return place;
        }
        int doublings = (place - EXACT) / STEPS;
        int width = (EXACT << doublings) / STEPS;
        return (EXACT << doublings) + (place - EXACT) % STEPS * width;
    }

    FileReport.Spread spread() {
        if (total == 0) {
            return FileReport.Spread.NONE;
        }
        return new FileReport.Spread(
                least,
                quantile(5),
                quantile(25),
                quantile(50),
                quantile(75),
                quantile(95),
                quantile(99),
                most,
                (double) sum / total,
                bars());
    }

    /// The least number that so many percent do not exceed.
    private int quantile(int percent) {
        long wanted = Math.max(1, (total * percent + 99) / 100);
        long so = 0;
        for (int place = 0; place < counts.length; place++) {
            so += counts[place];
            if (so >= wanted) {
                return value(place);
            }
        }
        return most;
    }

    /// Bars of one width from the least to the most; a single one when all are the same.
    private List<FileReport.Bar> bars() {
        long width = Math.max(1, ((long) most - least + BARS) / BARS);
        long[] heights = new long[(int) ((most - (long) least) / width) + 1];
        for (int place = 0; place < counts.length; place++) {
            if (counts[place] > 0) {
                heights[(int) ((Math.max(value(place), least) - (long) least) / width)] +=
                        counts[place];
            }
        }
        List<FileReport.Bar> bars = new ArrayList<>();
        for (int i = 0; i < heights.length; i++) {
            long from = least + i * width;
            bars.add(new FileReport.Bar(from, from + width - 1, heights[i]));
        }
        return bars;
    }
}
