package dev.afinador.bench;

import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// Browsers that ask for the list in a fixed rhythm, each with a phase of its own. Times are counted between
/// [#count()] and [#stopCounting()].
final class Viewers implements AutoCloseable {

    private static final long EVERY_NANOS = 10_000_000_000L;

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong failures = new AtomicLong();
    private volatile Samples samples = new Samples();
    private volatile boolean counting;
    private volatile boolean closed;

    /// @param cookie empty for none
    static Viewers open(int count, String url, String cookie) {
        var viewers = new Viewers();
        HttpRequest.Builder request = Http.request(url).header("Accept-Encoding", "gzip");
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
        HttpRequest ask = request.build();
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        long begun = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long first = begun + (long) (random.nextDouble() * EVERY_NANOS);
            viewers.threads.add(Thread.ofVirtual().start(() -> viewers.watch(ask, first)));
        }
        return viewers;
    }

    private void watch(HttpRequest ask, long first) {
        try {
            for (long next = first; !closed; next += EVERY_NANOS) {
                Pause.until(next);
                boolean counted = counting;
                long sent = System.nanoTime();
                try {
                    byte[] unused = Http.send(ask);
                    if (counted) {
                        samples.add(System.nanoTime() - sent);
                    }
                } catch (RuntimeException e) {
                    if (!closed) {
                        failures.incrementAndGet();
                        System.err.println("A list call failed: " + e);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void count() {
        samples = new Samples();
        counting = true;
    }

    Samples stopCounting() {
        counting = false;
        return samples;
    }

    long failures() {
        return failures.get();
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
    }
}
