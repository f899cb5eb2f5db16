package dev.afinador.server.web.jobs;

import dev.afinador.server.web.shared.StatusView;
import dev.afinador.server.web.shared.TimeView;
import dev.afinador.server.web.shared.Tone;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// "Registros": the calls made to the provider on behalf of one job.
///
/// @param joined whether rows stand for several calls
/// @param all    whether every call has a row of its own because the reader wants so
public record CallsView(
        String jobId,
        String jobHref,
        String name,
        StatusView status,
        List<Call> calls,
        boolean joined,
        boolean all) {

    /// @param bulk  a call about many jobs at once
    /// @param first when the first of them was made
    /// @param again how often the same call had gone just as well right before, in words; null for never
    public record Call(
            TimeView at,
            String call,
            Tone tone,
            String status,
            String millis,
            @Nullable String requestId,
            @Nullable String error,
            boolean bulk,
            @Nullable String again,
            @Nullable TimeView first) {}
}
