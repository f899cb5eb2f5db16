package dev.afinador.server.api;

import dev.afinador.storage.Database;
import java.io.IOException;

/// Tells a full disk from other trouble: a person can do something about it.
public final class DiskSpace {

    private DiskSpace() {}

    /// Whether something failed because there was no room to write it.
    public static boolean isExhausted(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (Database.isOutOfSpace(e) || (e instanceof IOException io && saysFull(io))) {
                return true;
            }
        }
        return false;
    }

    /// Java has no code for it, only the words of the system: POSIX's ENOSPC and EDQUOT, and Windows'.
    private static boolean saysFull(IOException e) {
        String words = String.valueOf(e.getMessage());
        return words.contains("No space left on device")
                || words.contains("Disk quota exceeded")
                || words.contains("There is not enough space on the disk");
    }
}
