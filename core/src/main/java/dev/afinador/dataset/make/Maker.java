package dev.afinador.dataset.make;

import dev.afinador.dataset.FamilyId;
import dev.afinador.dataset.Origin;
import dev.afinador.dataset.Scratch;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes datasets by one kind of recipe. The same recipe gives the same bytes, however often it is tried.
public interface Maker {

    /// @return the files that were made, the main one first; whoever gets them closes them
    /// @throws dev.afinador.work.Refusal when it can never work; its code and values are told to people
    /// @throws IOException when it may work another time
    List<Made> make(Making making, Scratch scratch, Progress progress) throws IOException;

    /// @param name   of its family where that is made
    /// @param family to add a version to, or null for one of its own
    record Made(
            Scratch.Received file,
            String name,
            String filename,
            @Nullable FamilyId family,
            Origin origin) {}

    /// Told now and then how far it is.
    @FunctionalInterface
    interface Progress {
        /// @throws IOException when it was cancelled or the machine is being stopped
        void reached(long done, long total) throws IOException;
    }
}
