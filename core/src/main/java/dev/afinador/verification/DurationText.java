package dev.afinador.verification;

import java.time.Duration;

/// A duration in its two largest units: `2 h 14 min`, `45 s`, `312 ms`. The signs are the same in our languages.
public final class DurationText {

    private DurationText() {}

    public static String of(Duration duration) {
        if (duration.isNegative()) {
            return "-" + of(duration.negated());
        }
        long seconds = duration.toSeconds();
        if (seconds < 1) {
            return duration.toMillis() + " ms";
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return two(seconds / 60, "min", seconds % 60, "s");
        }
        if (seconds < 86_400) {
            return two(seconds / 3_600, "h", seconds % 3_600 / 60, "min");
        }
        return two(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h");
    }

    private static String two(long more, String unit, long less, String smallerUnit) {
        String first = more + " " + unit;
        return less == 0 ? first : first + " " + less + " " + smallerUnit;
    }
}
