package dev.afinador.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.testkit.SettableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClockWatchTest {

    private final SettableClock clock = SettableClock.at("2026-11-23T10:00:00Z");
    private long nanos = -3; // its origin is anything
    private final ClockWatch watch = new ClockWatch(clock, () -> nanos);

    private void pass(Duration time) {
        nanos += time.toNanos();
        clock.advance(time);
    }

    @Test
    void time_that_passes_is_no_setting_back() {
        pass(Duration.ofDays(2));
        assertThat(watch.setBack()).isZero();
    }

    @Test
    void small_corrections_and_jumps_ahead_are_left_alone() {
        clock.advance(Duration.ofSeconds(-4));
        assertThat(watch.setBack()).isZero();
        clock.advance(Duration.ofHours(5));
        assertThat(watch.setBack()).isZero();
    }

    @Test
    void a_clock_that_was_set_back_is_noticed_once_and_to_the_second() {
        pass(Duration.ofSeconds(5));
        clock.advance(Duration.ofHours(-1));
        pass(Duration.ofSeconds(3));

        assertThat(watch.setBack()).isEqualTo(Duration.ofHours(1));
        pass(Duration.ofSeconds(5));
        assertThat(watch.setBack()).isZero();
    }
}
