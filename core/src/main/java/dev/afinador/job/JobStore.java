package dev.afinador.job;

import dev.afinador.provider.ProviderId;
import dev.afinador.provider.RemoteJobId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where jobs and what belongs to them are kept. Every method is atomic and joins the caller's transaction if there is
/// one.
public interface JobStore {

    /// @throws RemoteIdTakenException    when another job of this provider has this remote id
    /// @throws MissingReferenceException when its provider or one of its datasets is not there (any more)
    void insert(Job job);

    /// Replaces the job when the stored version is `job.version()`; the stored version then goes up by one.
    ///
    /// @return false when somebody else changed or deleted it meanwhile
    /// @throws RemoteIdTakenException when another job of this provider has this remote id
    boolean update(Job job);

    /// Notes that the provider confirmed these jobs as they are stored, by an answer to a question asked at `at`. No change of
    /// the jobs: version and change feed stay as they are. An outdated answer ([RemoteUpdate#isOutdated]) confirms nothing.
    void markSynced(Collection<JobId> ids, Instant at);

    Optional<Job> find(JobId id);

    /// Keeps each provider's JSON of these jobs, as it last came, apart from the jobs: it is large and seldom asked for. No
    /// change of the jobs. Jobs that are gone are left out.
    void putRaw(Map<JobId, String> raw);

    /// The provider's JSON of the job as it last came; empty before it is at the provider.
    Optional<String> raw(JobId id);

    Optional<Job> findByRemoteId(ProviderId provider, RemoteJobId remoteId);

    /// The job with this remote id at any provider; the newest when several have it.
    Optional<Job> findByRemoteId(RemoteJobId remoteId);

    /// Newest first.
    List<Job> list(JobQuery query);

    /// How many jobs are in each state; filters as in [#list]. States without jobs are absent.
    Map<JobStatus, Long> countByStatus(@Nullable ProviderId provider, @Nullable String text);

    /// Jobs of this provider that have a remote id and are not over, newest first.
    List<Job> live(ProviderId provider);

    /// Jobs of this provider that are not over and have no remote id yet.
    List<JobId> unsubmitted(ProviderId provider);

    /// Providers with at least one live job.
    List<ProviderId> providersWithLiveJobs();

    /// Which of these remote ids belong to a job of ours.
    java.util.Set<RemoteJobId> known(ProviderId provider, Collection<RemoteJobId> remoteIds);

    /// Jobs changed at or after `since`, oldest change first; feeds the live streams. A change carries the moment at which
    /// it was written and may become visible a little later, when its transaction ends: whoever follows the feed asks again
    /// for a stretch longer than any transaction and drops what it has seen, by [Job#version()].
    List<Changed> changedSince(Instant since, int limit);

    /// A changed job and when the change was stored.
    record Changed(Job job, Instant changedAt) {}

    /// Forgets the job and all that belongs to it (events, metrics, checkpoints, transitions, calls). Not its dataset.
    boolean delete(JobId id);

    boolean usesProvider(ProviderId provider);

    /// Adds the events that are not there yet.
    ///
    /// @param events newest first, as providers give them; events of one moment keep that order
    /// @return how many were new
    int addEvents(JobId id, List<JobEvent> events);

    /// Newest first.
    ///
    /// @param after exclusive: the id of the last event of the previous page, or null for the first page
    List<JobEvent> events(JobId id, @Nullable String after, int limit);

    /// Stores each metric under its name and step; a later value replaces an earlier one.
    void putMetrics(JobId id, List<Metric> metrics);

    /// By name, then step.
    List<Metric> metrics(JobId id);

    void putCheckpoints(JobId id, List<Checkpoint> checkpoints);

    /// Forgets the job's checkpoints that are not among these: the provider has them no more.
    void keepCheckpoints(JobId id, List<Checkpoint> listed);

    /// Newest step first.
    List<Checkpoint> checkpoints(JobId id);

    void addTransition(JobId id, JobTransition transition);

    /// Oldest first.
    List<JobTransition> transitions(JobId id);

    /// How long this provider's latest jobs waited between acceptance and start, newest first.
    List<Duration> pastWaits(ProviderId provider, int limit);

    /// How long this provider's latest successful jobs trained, newest first.
    List<Duration> pastRuns(ProviderId provider, int limit);

    /// What an `Idempotency-Key` was used for.
    record UsedKey(String requestHash, JobId job) {}

    Optional<UsedKey> findUsedKey(String idempotencyKey);

    /// @return false when the key is there already (a concurrent request won)
    boolean insertUsedKey(String idempotencyKey, UsedKey use, Instant at);

    /// Forgets keys older than that.
    void pruneUsedKeys(Instant before);

    /// The file id under which this provider already has this content, if it was uploaded before.
    Optional<String> findUploadedFile(ProviderId provider, String sha256);

    void putUploadedFile(ProviderId provider, String sha256, String fileId, Instant at);

    /// Forgets that upload, unless another one was stored in its place meanwhile.
    void forgetUploadedFile(ProviderId provider, String sha256, String fileId);

    /// Claims the upload of this content to this provider for a job, so that several jobs do not upload it at the same time.
    /// A claim ends with [#releaseUploads], or with its job.
    ///
    /// @param most how many uploads to this provider may be claimed at a time; it may be exceeded by as many machines as ask
    ///             in the same moment
    /// @return whether the job holds the claim now, be it new or held before
    boolean claimUpload(ProviderId provider, String sha256, JobId job, Instant at, int most);

    /// Gives up every claim of this job.
    void releaseUploads(JobId job);

    final class MissingReferenceException extends RuntimeException {
        public MissingReferenceException(JobId id) {
            super("the provider or a dataset of job " + id + " is not there");
        }
    }

    final class RemoteIdTakenException extends RuntimeException {
        public RemoteIdTakenException(RemoteJobId id) {
            super("another job already holds the provider's job " + id);
        }
    }
}
