package dev.afinador.openai;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Bounds what goes on at once with one provider. Uploads have a lane of their own, so that slow ones never hold up
/// the sync.
final class Lanes {

    /// The provider's clock minus ours, by its last answer that told the time.
    volatile @Nullable Duration clockOffset;

    private static final int UPLOADS = 2;

    final Semaphore calls;
    final Semaphore uploads = new Semaphore(UPLOADS, true);

    Lanes(int calls) {
        this.calls = new Semaphore(calls, true);
    }
}
