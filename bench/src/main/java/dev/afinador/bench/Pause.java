package dev.afinador.bench;

import java.time.Duration;

/// The one place that waits.
final class Pause {

    private Pause() {}

    /// Until this value of [System#nanoTime()].
    static void until(long nanoTime) throws InterruptedException {
        long left = nanoTime - System.nanoTime();
        if (left > 0) {
            Thread.sleep(Duration.ofNanos(left));
        }
    }

    static void seconds(double seconds) throws InterruptedException {
        until(System.nanoTime() + (long) (seconds * 1e9));
    }
}
