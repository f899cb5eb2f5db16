package dev.afinador.provider;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The journal of calls made to providers, for "Registros". Bounded; holds no key and no training row.
public interface CallJournal {

    /// The job (our id) on whose behalf the present thread calls; unbound for calls about many jobs at once.
    ScopedValue<String> JOB = ScopedValue.newInstance();

    void record(Call call);

    /// Newest first: the calls of this job and, marked by a null `jobId`, the bulk calls of its provider.
    List<Call> ofJob(String jobId, ProviderId provider, int limit);

    /// Newest first.
    List<Call> ofProvider(ProviderId provider, int limit);

    /// Forgets calls older than `jobCallsBefore` that belong to a job, and bulk calls older than `bulkCallsBefore`.
    void prune(Instant jobCallsBefore, Instant bulkCallsBefore);

    /// @param call       method and path, e.g. `GET /fine_tuning/jobs?limit=100`
    /// @param httpStatus null when no answer came
    /// @param error      one line in the provider's or our words, null when the call went well
    record Call(
            Instant at,
            ProviderId provider,
            @Nullable String jobId,
            String call,
            @Nullable Integer httpStatus,
            long millis,
            @Nullable String requestId,
            @Nullable String error) {}
}
