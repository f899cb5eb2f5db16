package dev.afinador.bench;

import java.util.Arrays;

/// Measured durations. Safe for use by many threads.
final class Samples {

    private long[] nanos = new long[1024];
    private int size;

    synchronized void add(long value) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, size * 2);
        }
        nanos[size++] = value;
    }

    synchronized int size() {
        return size;
    }

    synchronized void addAll(Samples others) {
        for (long value : others.sorted()) {
            add(value);
        }
    }

    /// By the nearest rank; NaN without samples.
    double millis(double quantile) {
        long[] sorted = sorted();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(quantile * sorted.length);
        return sorted[Math.clamp(rank - 1L, 0, sorted.length - 1)] / 1e6;
    }

    private synchronized long[] sorted() {
        long[] copy = Arrays.copyOf(nanos, size);
        Arrays.sort(copy);
        return copy;
    }
}
