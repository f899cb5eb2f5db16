package dev.afinador.job;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFiles;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.DatasetStore;
import dev.afinador.provider.Backends;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.CreateJobRequest;
import dev.afinador.provider.CreateOutcome;
import dev.afinador.provider.FineTuningBackend;
import dev.afinador.provider.FineTuningBackend.MetadataFilter;
import dev.afinador.provider.Page;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.ProviderStore;
import dev.afinador.provider.RemoteFile;
import dev.afinador.provider.RemoteJob;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.work.Backoff;
import dev.afinador.work.TaskQueue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a job to its provider exactly once.
///
/// The protocol has no idempotency key, so three things stand in for it: the intent is durable before anything is sent; every
/// create carries our id in `metadata`; and an outcome that nobody knows is looked up, for as long as a late request may
/// still take effect, before another create is sent. The step can be killed at any instruction and run again.
public final class Submission implements TaskQueue.Step {

    /// Metadata key of our marker.
    public static final String MARKER = "afinador_job";

    private static final Logger log = LoggerFactory.getLogger(Submission.class);
    private static final Backoff BACKOFF =
            new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5));
    private static final Backoff LOOK_AGAIN =
            new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(15));
    private static final Duration FILE_POLL = Duration.ofSeconds(2);
    private static final Duration UPLOAD_POLL = Duration.ofSeconds(1);

    /// More at a time would only share the same line, and keep as many workers busy.
    private static final int UPLOADS_AT_A_TIME = 2;

    /// What a provider says of a file that no job can be made of.
    private static final Set<String> UNUSABLE = Set.of("error", "deleting", "deleted");

    private static final int BYTE_ORDER_MARK = 3;

    /// How far a provider's clock may be off when jobs are matched by time.
    private static final Duration CLOCK_SLACK = Duration.ofMinutes(15);

    private static final int PAGES_TO_LOOK_THROUGH = 10;

    private final JobStore jobs;
    private final JobChanges changes;
    private final ProviderStore providers;
    private final Backends backends;
    private final DatasetStore datasets;
    private final DatasetFiles files;
    private final TaskQueue tasks;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Duration settle;

    /// @param settle how long after sending it a create request whose answer was lost may still take effect at the provider;
    ///               no second request is sent before that
    public Submission(
            JobStore jobs,
            JobChanges changes,
            ProviderStore providers,
            Backends backends,
            DatasetStore datasets,
            DatasetFiles files,
            TaskQueue tasks,
            InstantSource clock,
            RandomGenerator random,
            Duration settle) {
        this.jobs = jobs;
        this.changes = changes;
        this.providers = providers;
        this.backends = backends;
        this.datasets = datasets;
        this.files = files;
        this.tasks = tasks;
        this.clock = clock;
        this.random = random;
        this.settle = settle;
    }

    /// How far the creation at the provider is. Stored before anything is sent, so that a killed process knows whether the
    /// provider may already have the job.
    ///
    /// @param attempts   create requests sent so far
    /// @param firstSentAt when the first create request was about to be sent
    /// @param lastSentAt  when the last create request was about to be sent
    /// @param failures    tries in a row that got nowhere, for the backoff
    public record State(
            Outcome outcome,
            int attempts,
            @Nullable Instant firstSentAt,
            @Nullable Instant lastSentAt,
            int failures) {

        public static final State NOT_SENT = new State(Outcome.NOT_SENT, 0, null, null, 0);
        public static final State IMPORTED = new State(Outcome.ACCEPTED, 0, null, null, 0);

        State aboutToSend(Instant now) {
            return new State(
                    Outcome.UNKNOWN,
                    attempts + 1,
                    firstSentAt == null ? now : firstSentAt,
                    now,
                    failures);
        }

        State known(Outcome outcome) {
            return new State(outcome, attempts, firstSentAt, lastSentAt, failures);
        }

        State failedOnceMore() {
            return new State(outcome, attempts, firstSentAt, lastSentAt, failures + 1);
        }

        State goingWell() {
            return new State(outcome, attempts, firstSentAt, lastSentAt, 0);
        }
    }

    public enum Outcome {
        /// No create request has left this machine.
        NOT_SENT,
        /// A create request was sent and nobody knows what became of it: look before sending again.
        UNKNOWN,
        /// The provider said that it created nothing.
        NOT_CREATED,
        /// The provider has the job.
        ACCEPTED
    }

    @Override
    public TaskQueue.Next run(String instance) {
        JobId id = JobId.parse(instance);
        return ScopedValue.where(CallJournal.JOB, instance).call(() -> bring(id));
    }

    /// Whatever this run claims, or one that was killed had claimed, is free again when it ends.
    private TaskQueue.Next bring(JobId id) {
        try {
            Job job = jobs.find(id).orElse(null);
            return job == null || job.status().isFinal() || job.remoteId() != null
                    ? new TaskQueue.Next.Done()
                    : bring(job);
        } finally {
            jobs.releaseUploads(id);
        }
    }

    private TaskQueue.Next bring(Job job) {
        JobId id = job.id();
        Provider provider = providers.find(job.providerId()).orElse(null);
        if (provider == null) {
            return fail(id, new JobError("provider_removed", "", null));
        }
        try {
            FineTuningBackend backend = backends.of(provider);
            if (job.submission().outcome() == Outcome.UNKNOWN) {
                TaskQueue.Next next = lookUp(job, backend);
                if (next != null) {
                    return next;
                }
            }
            return createOnce(id, backend);
        } catch (ProviderException e) {
            return hold(id, e.error(), false);
        } catch (JobStore.RemoteIdTakenException e) {
            // Another row of ours adopted this very job between our looking and our writing: look
            // again without it.
            return new TaskQueue.Next.Again(clock.instant().plusSeconds(1));
        } catch (IOException | UncheckedIOException e) {
            return unreadable(id, e);
        }
    }

    /// A file of ours that is gone does not come back by waiting; other trouble with the disk may pass.
    private TaskQueue.Next unreadable(JobId id, Exception e) {
        Throwable cause = e instanceof UncheckedIOException unchecked ? unchecked.getCause() : e;
        if (cause instanceof NoSuchFileException) {
            log.error("job {}: the content of its training file is gone", id, e);
            return fail(id, new JobError("dataset_missing", "", "training_file"));
        }
        log.error("job {}: its training file cannot be read", id, e);
        String why = cause == null || cause.getMessage() == null ? "" : cause.getMessage();
        return later(id, new JobError("dataset_unreadable", why, "training_file"), null, false);
    }

    /// Finds out what became of a create request whose answer we do not have.
    ///
    /// @return what to do next, or null when it is certain by now that there is no such job
    private TaskQueue.@Nullable Next lookUp(Job job, FineTuningBackend backend) {
        Instant askedAt = clock.instant();
        List<RemoteJob> found = findCreated(job, backend);
        if (!found.isEmpty()) {
            // In this order: after the adoption nobody would look for duplicates any more.
            cancelDuplicates(job, found.subList(1, found.size()), backend);
            adopt(job.id(), found.getFirst(), askedAt);
            return new TaskQueue.Next.Done();
        }
        Instant sentAt = Objects.requireNonNull(job.submission().lastSentAt());
        boolean setBack = sentAt.isAfter(askedAt); // our clock: count anew from now
        if (setBack) {
            changes.change(job.id(), j -> withLastSentAt(j, sentAt, askedAt));
        }
        Instant sure = (setBack ? askedAt : sentAt).plus(settle);
        if (askedAt.isBefore(sure)) {
            Job held =
                    changes.change(
                                    job.id(),
                                    j ->
                                            j.toBuilder()
                                                    .submission(j.submission().failedOnceMore())
                                                    .trouble(
                                                            new JobError(
                                                                    "outcome_unknown", "", null))
                                                    .build())
                            .orElse(job);
            Instant again = askedAt.plus(LOOK_AGAIN.after(held.submission().failures(), random));
            return new TaskQueue.Next.Again(again.isBefore(sure) ? again : sure);
        }
        changes.change(
                job.id(),
                j ->
                        j.submission().outcome() == Outcome.UNKNOWN
                                ? j.toBuilder()
                                        .submission(
                                                j.submission()
                                                        .known(Outcome.NOT_CREATED)
                                                        .goingWell())
                                        .trouble(null)
                                        .build()
                                : j);
        return null;
    }

    /// Jobs at the provider that came from this record, oldest first: those with our marker, or, where the provider drops
    /// metadata, the ones that match by training file, suffix, model and time and that no other record of ours holds.
    private List<RemoteJob> findCreated(Job job, FineTuningBackend backend) {
        String marker = job.id().toString();
        List<RemoteJob> marked = findMarked(marker, backend);
        if (!marked.isEmpty()) {
            return oldestFirst(marked);
        }
        Instant earliest =
                Objects.requireNonNull(job.submission().firstSentAt()).minus(CLOCK_SLACK);
        List<RemoteJob> alike = new ArrayList<>();
        String after = null;
        for (int page = 0; page < PAGES_TO_LOOK_THROUGH; page++) {
            Page<RemoteJob> recent = backend.listJobs(after, 100, null);
            for (RemoteJob remote : recent.data()) {
                if (marker.equals(remote.metadata().get(MARKER))) {
                    return List.of(remote);
                }
                if (looksLike(job, remote, earliest)) {
                    alike.add(remote);
                }
            }
            boolean allOlder =
                    recent.data().stream()
                            .allMatch(
                                    r -> r.createdAt() != null && r.createdAt().isBefore(earliest));
            if (!recent.hasMore() || recent.data().isEmpty() || allOlder) {
                break;
            }
            after = recent.data().getLast().id().value();
        }
        Set<RemoteJobId> taken =
                jobs.known(job.providerId(), alike.stream().map(RemoteJob::id).toList());
        return oldestFirst(alike.stream().filter(r -> !taken.contains(r.id())).toList()).stream()
                .limit(1) // unmarked jobs may be somebody else's: never more than the one we miss
                .toList();
    }

    private static List<RemoteJob> findMarked(String marker, FineTuningBackend backend) {
        try {
            return backend.listJobs(null, 100, new MetadataFilter(MARKER, marker)).data().stream()
                    .filter(r -> marker.equals(r.metadata().get(MARKER)))
                    .toList();
        } catch (ProviderException e) {
            if (e.error().kind() == ProviderError.Kind.BAD_REQUEST) {
                return List.of(); // it does not take the filter; the plain list tells too
            }
            throw e;
        }
    }

    private static boolean looksLike(Job job, RemoteJob remote, Instant earliest) {
        return !remote.metadata().containsKey(MARKER)
                && Objects.equals(remote.trainingFile(), job.trainingFile())
                && (remote.suffix() == null || Objects.equals(remote.suffix(), job.suffix()))
                && remote.model().startsWith(job.baseModel())
                && (remote.createdAt() == null || !remote.createdAt().isBefore(earliest));
    }

    /// The same order however a provider shuffles them: each run must choose the same one.
    private static List<RemoteJob> oldestFirst(List<RemoteJob> jobs) {
        return jobs.stream()
                .sorted(
                        Comparator.comparing((RemoteJob r) ->
                                        r.createdAt() == null ? Instant.MAX : r.createdAt())
                                .thenComparing(r -> r.id().value()))
                .toList();
    }

    private static Job withLastSentAt(Job job, Instant known, Instant at) {
        Submission.State s = job.submission();
        return known.equals(s.lastSentAt())
                ? job.toBuilder()
                        .submission(
                                new State(
                                        s.outcome(),
                                        s.attempts(),
                                        s.firstSentAt(),
                                        at,
                                        s.failures()))
                        .build()
                : job;
    }

    private TaskQueue.Next createOnce(JobId id, FineTuningBackend backend) throws IOException {
        Job job = jobs.find(id).orElse(null);
        if (job == null || job.status().isFinal()) {
            return new TaskQueue.Next.Done();
        }
        if (job.cancelRequestedAt() != null) {
            changes.change(
                    id,
                    j -> j.status().isFinal() ? j : cancelledBeforeCreation(j, clock.instant()));
            return new TaskQueue.Next.Done();
        }
        if (job.phase() != JobPhase.UPLOADING) {
            changes.change(
                    id,
                    j ->
                            j.status().isFinal() || j.remoteId() != null
                                    ? j
                                    : j.toBuilder().phase(JobPhase.UPLOADING).build());
        }
        List<RemoteFile> sent = new ArrayList<>();
        for (DatasetId dataset : datasets(job)) {
            switch (upload(job, dataset, backend)) {
                case Upload.There(RemoteFile file) -> sent.add(file);
                case Upload.ByAnother() -> {
                    return new TaskQueue.Next.Again(clock.instant().plus(UPLOAD_POLL));
                }
                case Upload.NoDataset() -> {
                    return fail(id, new JobError("dataset_missing", "", "training_file"));
                }
            }
        }
        for (RemoteFile file : sent) {
            String status = String.valueOf(file.status());
            if (UNUSABLE.contains(status)) {
                return fail(id, new JobError("file_rejected", "", "training_file"));
            }
            if (status.equals("pending") || status.equals("running")) {
                // Azure checks files first; creating now would be refused.
                return new TaskQueue.Next.Again(clock.instant().plus(FILE_POLL));
            }
        }
        RemoteFile training = sent.getFirst();
        RemoteFile validation = sent.size() > 1 ? sent.get(1) : null;
        Instant now =
                clock.instant().truncatedTo(ChronoUnit.MILLIS); // as it is stored, to know it again
        Job sending =
                changes.change(
                                id,
                                j ->
                                        maySend(j)
                                                ? j.toBuilder()
                                                        .phase(JobPhase.SUBMITTING)
                                                        .trainingFile(training.id())
                                                        .validationFile(
                                                                validation == null
                                                                        ? null
                                                                        : validation.id())
                                                        .submission(j.submission().aboutToSend(now))
                                                        .build()
                                                : j)
                        .orElse(null);
        if (sending == null
                || sending.submission().outcome() != Outcome.UNKNOWN
                || !Objects.equals(sending.submission().lastSentAt(), now)) {
            return new TaskQueue.Next.Again(
                    now); // cancelled, or changed under our hands: decide anew
        }
        return switch (backend.create(request(sending))) {
            case CreateOutcome.Accepted(RemoteJob remote) -> {
                adopt(id, remote, clock.instant());
                yield new TaskQueue.Next.Done();
            }
            case CreateOutcome.Rejected(ProviderError error) ->
                    fail(
                            id,
                            new JobError(
                                    error.code() == null ? error.stableCode() : error.code(),
                                    error.message(),
                                    error.param()),
                            true);
            case CreateOutcome.TryLater(ProviderError error) -> hold(id, error, true);
            case CreateOutcome.Unknown(ProviderError error) -> {
                log.warn(
                        "job {}: outcome of the create call is unknown ({}), looking it up",
                        id,
                        error.message());
                changes.change(
                        id,
                        j ->
                                j.toBuilder()
                                        .trouble(
                                                new JobError(
                                                        "outcome_unknown", error.message(), null))
                                        .build());
                yield new TaskQueue.Next.Again(clock.instant().plus(LOOK_AGAIN.after(1, random)));
            }
        };
    }

    private static boolean maySend(Job job) {
        return !job.status().isFinal()
                && job.remoteId() == null
                && job.cancelRequestedAt() == null
                && job.submission().outcome() != Outcome.UNKNOWN;
    }

    private static CreateJobRequest request(Job job) {
        return new CreateJobRequest(
                job.baseModel(),
                Objects.requireNonNull(job.trainingFile()),
                job.validationFile(),
                job.suffix(),
                job.seed(),
                job.method(),
                job.hyperparameters(),
                Map.of(MARKER, job.id().toString()));
    }

    /// Training first; a job adopted from elsewhere has none of ours.
    private static List<@Nullable DatasetId> datasets(Job job) {
        List<@Nullable DatasetId> datasets = new ArrayList<>();
        datasets.add(job.trainingDataset());
        if (job.validationDataset() != null) {
            datasets.add(job.validationDataset());
        }
        return datasets;
    }

    private sealed interface Upload {
        record There(RemoteFile file) implements Upload {}

        /// Another job is uploading it right now, or as many others as may are uploading something.
        record ByAnother() implements Upload {}

        record NoDataset() implements Upload {}
    }

    /// The provider's file with the content of this dataset: one it already has, or a fresh upload by one job at a time.
    private Upload upload(Job job, @Nullable DatasetId id, FineTuningBackend backend)
            throws IOException {
        Dataset dataset = id == null ? null : datasets.find(id).orElse(null);
        if (dataset == null) {
            return new Upload.NoDataset();
        }
        RemoteFile there = uploadedBefore(job, dataset, backend);
        if (there != null) {
            return new Upload.There(there);
        }
        if (!jobs.claimUpload(
                job.providerId(), dataset.sha256(), job.id(), clock.instant(), UPLOADS_AT_A_TIME)) {
            return new Upload.ByAnother();
        }
        there = uploadedBefore(job, dataset, backend); // by whoever held the claim until just now
        if (there != null) {
            return new Upload.There(there);
        }
        String filename = uploadName(dataset);
        RemoteFile file = findUpload(backend, filename, dataset.bytes());
        if (file == null) {
            try (InputStream content = files.open(dataset.sha256())) {
                file = backend.uploadFile(filename, content, dataset.bytes());
            }
        }
        jobs.putUploadedFile(job.providerId(), dataset.sha256(), file.id(), clock.instant());
        return new Upload.There(file);
    }

    private @Nullable RemoteFile uploadedBefore(
            Job job, Dataset dataset, FineTuningBackend backend) {
        String known = jobs.findUploadedFile(job.providerId(), dataset.sha256()).orElse(null);
        if (known == null) {
            return null;
        }
        RemoteFile there = backend.findFile(known).orElse(null);
        if (there != null && !UNUSABLE.contains(String.valueOf(there.status()))) {
            return there;
        }
        jobs.forgetUploadedFile(job.providerId(), dataset.sha256(), known);
        return null;
    }

    /// An upload whose answer was lost. Where files cannot be listed the content is uploaded once more, which costs nothing.
    private static @Nullable RemoteFile findUpload(
            FineTuningBackend backend, String filename, long bytes) {
        try {
            return backend.listFiles().stream()
                    .filter(f -> f.filename().equals(filename))
                    .filter(f -> f.bytes() == bytes || f.bytes() == bytes + BYTE_ORDER_MARK)
                    .filter(f -> !UNUSABLE.contains(String.valueOf(f.status())))
                    .findFirst()
                    .orElse(null);
        } catch (ProviderException e) {
            return switch (e.error().kind()) {
                case NOT_FOUND, NOT_THIS_PROTOCOL, BAD_REQUEST, FORBIDDEN -> null;
                default -> throw e;
            };
        }
    }

    /// A name that tells the content, so that an upload can be found again: `ventas-3fa85f6457174562.jsonl`.
    static String uploadName(Dataset dataset) {
        String stem =
                dataset.filename()
                        .replaceFirst("\\.[A-Za-z0-9]{1,8}$", "")
                        .replaceAll("[^A-Za-z0-9_-]+", "-")
                        .replaceAll("^-+|-+$", "");
        String cut = stem.substring(0, Math.min(stem.length(), 60));
        return (cut.isEmpty() ? "data" : cut) + "-" + dataset.sha256().substring(0, 16) + ".jsonl";
    }

    private void adopt(JobId id, RemoteJob remote, Instant askedAt) {
        Instant now = clock.instant();
        changes.change(
                id,
                j -> j.remoteId() != null ? j : RemoteUpdate.apply(j, remote, askedAt),
                () -> {
                    jobs.putRaw(Map.of(id, remote.raw()));
                    tasks.schedule(TaskQueue.Kind.FETCH_JOB, id.toString(), now);
                    // Does nothing unless cancellation was asked for meanwhile.
                    tasks.schedule(TaskQueue.Kind.CANCEL_JOB, id.toString(), now);
                    jobs.find(id)
                            .ifPresent(j ->
                                    tasks.schedule(
                                            TaskQueue.Kind.SYNC_PROVIDER,
                                            j.providerId().value(),
                                            now.plusSeconds(2)));
                });
        log.info("job {} is at the provider as {}", id, remote.id());
    }

    /// Jobs with our marker beyond the one adopted came from a request that took effect after all; nobody asked for them.
    private void cancelDuplicates(Job job, List<RemoteJob> duplicates, FineTuningBackend backend) {
        for (RemoteJob duplicate : duplicates) {
            boolean live = !Set.of("succeeded", "failed", "cancelled").contains(duplicate.status());
            if (live) {
                log.warn(
                        "job {}: cancelling {} at the provider, a second job for the same record",
                        job.id(),
                        duplicate.id());
                cancelIfLive(duplicate.id(), backend);
            }
        }
    }

    /// One that is over meanwhile, or gone, needs no cancelling.
    private static void cancelIfLive(RemoteJobId id, FineTuningBackend backend) {
        try {
            RemoteJob unused = backend.cancel(id);
        } catch (ProviderException e) {
            switch (e.error().kind()) {
                case BAD_REQUEST, NOT_FOUND -> log.info("{}: {}", id, e.getMessage());
                default -> throw e;
            }
        }
    }

    private TaskQueue.Next fail(JobId id, JobError error) {
        return fail(id, error, false);
    }

    /// @param notCreated whether the provider said that the last request created nothing
    private TaskQueue.Next fail(JobId id, JobError error, boolean notCreated) {
        changes.change(
                id,
                j ->
                        j.status().isFinal()
                                ? j
                                : j.toBuilder()
                                        .status(JobStatus.FAILED)
                                        .phase(null)
                                        .submission(
                                                notCreated
                                                        ? notCreated(j.submission())
                                                        : j.submission())
                                        .error(error)
                                        .trouble(null)
                                        .cancelRequestedAt(null)
                                        .finishedAt(clock.instant())
                                        .build());
        log.info("job {} failed before it was at the provider: {}", id, error.code());
        return new TaskQueue.Next.Done();
    }

    private static State notCreated(State state) {
        return state.outcome() == Outcome.UNKNOWN ? state.known(Outcome.NOT_CREATED) : state;
    }

    /// Nothing is lost, but it cannot go on now: says why and tries again later.
    ///
    /// @param notCreated whether the provider said that the last request created nothing
    private TaskQueue.Next hold(JobId id, ProviderError error, boolean notCreated) {
        boolean mayExist =
                !notCreated
                        && jobs.find(id)
                                .filter(j -> j.submission().outcome() == Outcome.UNKNOWN)
                                .isPresent();
        if (error.kind() == ProviderError.Kind.BAD_REQUEST && !mayExist && !notCreated) {
            return fail(
                    id,
                    new JobError(
                            error.code() == null ? error.stableCode() : error.code(),
                            error.message(),
                            error.param()));
        }
        return later(
                id,
                new JobError(error.stableCode(), error.message(), error.param()),
                error.retryNotBefore(),
                notCreated);
    }

    private TaskQueue.Next later(
            JobId id, JobError trouble, @Nullable Instant notBefore, boolean notCreated) {
        Job held =
                changes.change(id, j -> held(j, trouble, notCreated, clock.instant())).orElse(null);
        if (held == null || held.status().isFinal()) {
            return new TaskQueue.Next.Done();
        }
        Instant again = clock.instant().plus(BACKOFF.after(held.submission().failures(), random));
        return new TaskQueue.Next.Again(
                notBefore != null && notBefore.isAfter(again) ? notBefore : again);
    }

    private static Job held(Job job, JobError trouble, boolean notCreated, Instant now) {
        if (job.status().isFinal()) {
            return job;
        }
        if (notCreated && job.cancelRequestedAt() != null) {
            return cancelledBeforeCreation(job, now); // asked for while the request was on its way
        }
        State failed = job.submission().failedOnceMore();
        return job.toBuilder()
                .submission(notCreated ? failed.known(Outcome.NOT_CREATED) : failed)
                .trouble(trouble)
                .build();
    }

    static Job cancelledBeforeCreation(Job job, Instant now) {
        return job.toBuilder()
                .status(JobStatus.CANCELLED)
                .phase(null)
                .submission(notCreated(job.submission()))
                .trouble(null)
                .cancelRequestedAt(null)
                .finishedAt(now)
                .build();
    }
}
