package dev.afinador.testkit.provider;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Holds requests back until a test opens it; tells the test when the first one has arrived.
public final class Gate {
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    /// Lets everything pass from now on.
    public void open() {
        opened.countDown();
    }

    /// Waits until a request stands before the gate; false when none came in time.
    public boolean awaitArrival(Duration atMost) throws InterruptedException {
        return arrived.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    void pass() throws InterruptedException {
        arrived.countDown();
        opened.await();
    }
}
