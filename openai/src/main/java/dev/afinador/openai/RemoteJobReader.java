package dev.afinador.openai;

import dev.afinador.provider.RemoteJob;
import java.util.Optional;

/// Reads a job kept as raw JSON ([RemoteJob#raw()]) again.
public final class RemoteJobReader {

    private RemoteJobReader() {}

    /// The job, or empty when the text is no job of the protocol.
    public static Optional<RemoteJob> read(String json) {
        return Reader.job(Json.parse(json));
    }
}
