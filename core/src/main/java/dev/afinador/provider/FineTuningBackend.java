package dev.afinador.provider;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One provider's endpoint of the fine-tuning protocol. Blocking; safe for use by many threads.
///
/// Reading calls throw [ProviderException] when no usable answer came, and may be retried by the caller. No call
/// retries
/// by itself. Every exchange is written to the [CallJournal] under the job bound to [CallJournal#JOB].
public interface FineTuningBackend {

    /// Sends the create request once, never again by itself at any layer.
    CreateOutcome create(CreateJobRequest request);

    /// A page of jobs, newest first as far as the provider keeps its word.
    ///
    /// @param after    id of the last element of the previous page, or null for the first
    /// @param limit    1 to 100
    /// @param metadata filter as `key=value`, or null; some providers ignore it, so check what comes back
    Page<RemoteJob> listJobs(@Nullable String after, int limit, @Nullable MetadataFilter metadata);

    /// One job, or empty when the provider says that it knows no such job.
    Optional<RemoteJob> findJob(RemoteJobId id);

    /// Events, newest first.
    Page<RemoteEvent> listEvents(RemoteJobId id, @Nullable String after, int limit);

    /// Checkpoints, newest first; an empty page from providers that have none.
    Page<RemoteCheckpoint> listCheckpoints(RemoteJobId id, @Nullable String after, int limit);

    /// Asks for cancellation; gives the job as it is then. Throws with `BAD_REQUEST` when its state does not allow it.
    RemoteJob cancel(RemoteJobId id);

    RemoteJob pause(RemoteJobId id);

    RemoteJob resume(RemoteJobId id);

    /// Uploads a training file (purpose `fine-tune`).
    ///
    /// @param bytes the exact length of `content`
    RemoteFile uploadFile(String filename, InputStream content, long bytes);

    /// One file, or empty when it is gone.
    Optional<RemoteFile> findFile(String fileId);

    /// Fine-tuning files, newest first.
    List<RemoteFile> listFiles();

    List<RemoteModel> listModels();

    /// Checks key, reachability and which parts of the protocol are there, with harmless reading calls only.
    /// Never throws [ProviderException]: trouble is what it reports.
    ProbeReport probe();

    record MetadataFilter(String key, String value) {}
}
