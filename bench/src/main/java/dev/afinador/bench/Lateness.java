package dev.afinador.bench;

/// How late this machine wakes a thread that slept for 20 ms: what no server on it can be faster than at the same quantile.
final class Lateness implements AutoCloseable {

    private static final long EVERY_NANOS = 20_000_000;

    private final Samples samples = new Samples();
    private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::run);
    private volatile boolean closed;

    private Lateness() {}

    static Lateness measure() {
        var lateness = new Lateness();
        lateness.thread.start();
        return lateness;
    }

    private void run() {
        try {
            while (!closed) {
                long due = System.nanoTime() + EVERY_NANOS;
                Pause.until(due);
                samples.add(System.nanoTime() - due);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Samples samples() {
        return samples;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
