package dev.afinador.storage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// Notices when the clock was set back, by comparing it to the machine's counter, which nobody can set. Work that was put off to
/// a time by the clock as it was would otherwise wait for as long as the clock was ahead. A clock that is set forward does no such
/// harm: what was put off is due at once.
final class ClockWatch {

    /// Clocks that are kept right by a server are moved by less than that, and slowly.
    private static final Duration TOLERANCE = Duration.ofSeconds(5);

    private final InstantSource clock;
    private final LongSupplier nanos;
    private Instant lastTime;
    private long lastNanos;

    ClockWatch(InstantSource clock) {
        this(clock, System::nanoTime);
    }

    ClockWatch(InstantSource clock, LongSupplier nanos) {
        this.clock = clock;
        this.nanos = nanos;
        this.lastNanos = nanos.getAsLong();
        this.lastTime = clock.instant();
    }

    /// How far the clock was set back since the last call; zero when it was not.
    Duration setBack() {
        long nowNanos = nanos.getAsLong();
        Instant now = clock.instant();
        Duration passed = Duration.ofNanos(nowNanos - lastNanos);
        Duration byClock = Duration.between(lastTime, now);
        lastNanos = nowNanos;
        lastTime = now;
        Duration lag = passed.minus(byClock);
        return lag.compareTo(TOLERANCE) > 0 ? lag : Duration.ZERO;
    }
}
