package dev.afinador.openai;

import java.util.concurrent.atomic.AtomicLong;

/// How much the answers of all providers together may take up while they are read. An answer as a tree takes a dozen times its
/// length, so a few large ones at a time would fill a small heap.
final class Room {

    private final AtomicLong left;

    Room(long bytes) {
        left = new AtomicLong(bytes);
    }

    /// What one answer takes, from its first byte until it was read.
    final class Share {

        private final AtomicLong taken = new AtomicLong();

        /// @return false when there is no room for so many more bytes
        boolean take(int bytes) {
            if (left.addAndGet(-bytes) < 0) {
                left.addAndGet(bytes);
                return false;
            }
            taken.addAndGet(bytes);
            return true;
        }

        void giveBack() {
            left.addAndGet(taken.getAndSet(0));
        }
    }
}
