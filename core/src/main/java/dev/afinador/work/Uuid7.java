package dev.afinador.work;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;

/// Makes version 7 UUIDs (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then random bits, so that ids sort by
/// creation time. Ids made in one process in one millisecond keep their order too: the 12 bits after the version count
/// up.
public final class Uuid7 {

    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private long lastMillis;
    private int counter;

    public Uuid7(InstantSource clock) {
        this.clock = clock;
    }

    public synchronized UUID next() {
        long now = Math.max(clock.millis(), lastMillis);
        if (now == lastMillis) {
            counter++;
            if (counter > 0xFFF) { // more than 4096 ids in a millisecond: borrow from the next one
                now++;
                counter = 0;
            }
        } else {
            counter = random.nextInt(0x400); // leaves room to count up
        }
        lastMillis = now;
        long high = (now << 16) | 0x7000L | counter;
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
