package dev.afinador.trainer;

import dev.afinador.trainer.tensor.Compute;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What native code throws, in words that a person can act on.
public final class Failures {

    private Failures() {}

    /// @return null when it is nothing that we know
    public static @Nullable Failure of(Throwable e) {
        String message = Compute.firstLine(e).toLowerCase(Locale.ROOT);
        if (e instanceof OutOfMemoryError
                || message.contains("out of memory")
                || message.contains("not enough memory")
                || message.contains("bad_alloc")
                || message.contains("can't allocate memory")) {
            return new Failure(
                    Failure.Code.OUT_OF_MEMORY,
                    "model",
                    0,
                    "there was not enough memory. Use a smaller model, shorter examples or a smaller batch_size, or a machine with more memory.",
                    e);
        }
        if (message.contains("no space left")) {
            return new Failure(
                    Failure.Code.DISK_FULL,
                    null,
                    0,
                    "the disk is full; free some space and start the job again",
                    e);
        }
        if (message.contains("cuda")) {
            return new Failure(
                    Failure.Code.DEVICE_FAILED,
                    "device",
                    0,
                    "the GPU failed: " + Compute.firstLine(e),
                    e);
        }
        return null;
    }
}
