package dev.afinador.work;

import java.util.function.Supplier;

/// Runs a step as one database transaction: all of it is durable when the call returns, or none of it is.
public interface Transactions {

    /// Runs `work` in a transaction, joining the one already under way on this thread if there is one.
    /// A thrown exception rolls everything back and is passed on.
    <T> T inTransaction(Supplier<T> work);

    default void runInTransaction(Runnable work) {
        inTransaction(() -> {
            work.run();
            return null;
        });
    }
}
