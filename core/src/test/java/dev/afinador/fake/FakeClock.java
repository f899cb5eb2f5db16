package dev.afinador.fake;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Stands still until a test moves it.
public final class FakeClock implements InstantSource {

    private volatile Instant now;

    public FakeClock(Instant start) {
        now = start;
    }

    @Override
    public Instant instant() {
        return now;
    }

    public void set(Instant instant) {
        now = instant;
    }

    /// Backwards when `by` is negative.
    public void advance(Duration by) {
        now = now.plus(by);
    }
}
