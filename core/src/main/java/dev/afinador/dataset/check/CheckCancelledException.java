package dev.afinador.dataset.check;

/// A check ended early because its listener wanted it.
public final class CheckCancelledException extends RuntimeException {

    CheckCancelledException() {
        super("the check was cancelled");
    }
}
