package dev.afinador.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class BackoffTest {

    @Property
    void waits_grow_from_half_the_base_up_to_the_cap(
            @ForAll @IntRange(min = 0, max = 1_000_000) int failures,
            @ForAll @LongRange(min = 1, max = 100_000) long base) {
        var backoff = new Backoff(Duration.ofMillis(base), Duration.ofMinutes(5));
        Duration wait = backoff.after(failures, RandomGenerator.of("L64X128MixRandom"));
        long most = Math.min(300_000, base * (1L << Math.min(Math.max(failures, 1) - 1, 30)));
        assertThat(wait.toMillis()).isBetween(most / 2, most);
    }
}
