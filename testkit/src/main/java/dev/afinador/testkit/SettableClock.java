package dev.afinador.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that stands still until somebody moves it. Safe for use by many threads.
public final class SettableClock implements InstantSource {
    private Instant now;

    public SettableClock(Instant start) {
        now = start;
    }

    /// A clock that starts at an instant in ISO form, e.g. `2026-11-23T10:00:00Z`.
    public static SettableClock at(String instant) {
        return new SettableClock(Instant.parse(instant));
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    public synchronized void set(Instant instant) {
        now = instant;
    }

    /// Moves the clock (backwards when `by` is negative) and gives the new time.
    public synchronized Instant advance(Duration by) {
        now = now.plus(by);
        return now;
    }
}
