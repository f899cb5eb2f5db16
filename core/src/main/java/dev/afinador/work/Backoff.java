package dev.afinador.work;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// Exponential backoff with full jitter: the n-th wait is a random time between half of and the whole of
/// `min(cap, base * 2^(n-1))`. Half is kept so that a first retry never comes at once.
public record Backoff(Duration base, Duration cap) {

    /// @param failures how many times in a row it failed, at least 1
    public Duration after(int failures, RandomGenerator random) {
        int doublings = Math.min(Math.max(failures, 1) - 1, 30);
        long most = Math.min(cap.toMillis(), base.toMillis() << doublings);
        if (most <= 0) { // the shift ran over
            most = cap.toMillis();
        }
        return Duration.ofMillis(most / 2 + random.nextLong(most / 2 + 1));
    }
}
