package dev.afinador.server.web.jobs;

import dev.afinador.server.web.shared.StatusView;
import dev.afinador.server.web.shared.TimeView;
import dev.afinador.server.web.shared.Tone;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// "Registros": the calls made to the provider on behalf of one job.
public record CallsView(
        String jobId, String jobHref, String name, StatusView status, List<Call> calls) {

    /// @param bulk a call about many jobs at once
    public record Call(
            TimeView at,
            String call,
            Tone tone,
            String status,
            String millis,
            @Nullable String requestId,
            @Nullable String error,
            boolean bulk) {}
}
