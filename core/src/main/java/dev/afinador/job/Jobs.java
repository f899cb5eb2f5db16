package dev.afinador.job;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.DatasetStore;
import dev.afinador.provider.Backends;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.FineTuningBackend;
import dev.afinador.provider.Page;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.ProviderStore;
import dev.afinador.provider.RemoteJob;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.work.Refusal;
import dev.afinador.work.TaskQueue;
import dev.afinador.work.Transactions;
import dev.afinador.work.Uuid7;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a person does with jobs: start, look, cancel, pause, resume, adopt, forget.
public final class Jobs {

    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final JobStore store;
    private final JobChanges changes;
    private final Transactions transactions;
    private final ProviderStore providers;
    private final Backends backends;
    private final DatasetStore datasets;
    private final TaskQueue tasks;
    private final InstantSource clock;
    private final Uuid7 ids;

    public Jobs(
            JobStore store,
            JobChanges changes,
            Transactions transactions,
            ProviderStore providers,
            Backends backends,
            DatasetStore datasets,
            TaskQueue tasks,
            InstantSource clock,
            Uuid7 ids) {
        this.store = store;
        this.changes = changes;
        this.transactions = transactions;
        this.providers = providers;
        this.backends = backends;
        this.datasets = datasets;
        this.tasks = tasks;
        this.clock = clock;
        this.ids = ids;
    }

    /// Starts a job: makes its record and the task that brings it to the provider durable, then returns.
    ///
    /// @param idempotencyKey the same key with the same request gives the job of the first time; null for none
    /// @throws Refusal when a field is wrong, or the key was used for another request (`idempotency_key_reused`)
    public Job start(StartJob ask, @Nullable String idempotencyKey) {
        if (idempotencyKey != null && (idempotencyKey.isBlank() || idempotencyKey.length() > 255)) {
            throw Refusal.invalid(
                    List.of(
                            Refusal.Violation.of(
                                    "Idempotency-Key", "too_long", 255, idempotencyKey.length())));
        }
        String hash = idempotencyKey == null ? "" : requestHash(ask);
        if (idempotencyKey != null) {
            Optional<JobStore.UsedKey> used = store.findUsedKey(idempotencyKey);
            if (used.isPresent()) {
                return ofUsedKey(used.get(), hash);
            }
        }
        Provider provider = providerFor(ask);
        Dataset training = dataset(ask.datasetId());
        Dataset validation = dataset(ask.validationDatasetId());
        List<Refusal.Violation> violations =
                StartJobRules.check(ask, provider, training, validation);
        if (!violations.isEmpty()
                || provider == null
                || training == null
                || ask.baseModel() == null) {
            throw Refusal.invalid(violations);
        }
        Job job = newJob(ask, provider, ask.baseModel(), training, validation);
        boolean mine;
        try {
            mine = store(job, idempotencyKey, hash);
        } catch (JobStore.MissingReferenceException e) {
            throw gone(ask); // deleted since it was looked up
        }
        return mine || idempotencyKey == null
                ? job
                : ofUsedKey(store.findUsedKey(idempotencyKey).orElseThrow(), hash);
    }

    /// @return false when the key is used already: then nothing is stored
    private boolean store(Job job, @Nullable String idempotencyKey, String hash) {
        if (idempotencyKey == null) {
            insert(job);
            return true;
        }
        return transactions.inTransaction(() -> {
            if (!store.insertUsedKey(
                    idempotencyKey, new JobStore.UsedKey(hash, job.id()), job.createdAt())) {
                return false;
            }
            insert(job);
            return true;
        });
    }

    private Refusal gone(StartJob ask) {
        List<Refusal.Violation> violations =
                StartJobRules.check(
                        ask,
                        providerFor(ask),
                        dataset(ask.datasetId()),
                        dataset(ask.validationDatasetId()));
        return violations.isEmpty()
                ? Refusal.conflict("changed_meanwhile", ask.name() == null ? "" : ask.name())
                : Refusal.invalid(violations);
    }

    private void insert(Job job) {
        transactions.runInTransaction(() -> {
            requirePresent("dataset_id", job.trainingDataset());
            requirePresent("validation_dataset_id", job.validationDataset());
            changes.insert(
                    job,
                    () ->
                            tasks.schedule(
                                    TaskQueue.Kind.SUBMIT_JOB,
                                    job.id().toString(),
                                    job.createdAt()));
        });
    }

    /// Somebody may have deleted it since it was looked at.
    private void requirePresent(String field, @Nullable DatasetId id) {
        if (id != null && !datasets.use(id)) {
            throw Refusal.invalid(List.of(Refusal.Violation.of(field, "unknown", id.toString())));
        }
    }

    private Job ofUsedKey(JobStore.UsedKey used, String hash) {
        if (!used.requestHash().equals(hash)) {
            throw Refusal.conflict("idempotency_key_reused");
        }
        return get(used.job());
    }

    private @Nullable Provider providerFor(StartJob ask) {
        if (ask.providerId() != null) {
            return ask.providerId().matches("[A-Za-z0-9-]{1,64}")
                    ? providers.find(new ProviderId(ask.providerId())).orElse(null)
                    : null;
        }
        List<Provider> all = providers.list();
        return all.size() == 1 ? all.getFirst() : null; // with several, which one pays must be said
    }

    private @Nullable Dataset dataset(@Nullable String id) {
        return id == null || !UUID.matcher(id).matches()
                ? null
                : datasets.find(DatasetId.parse(id))
                        .filter(found -> found.deletedAt() == null)
                        .orElse(null);
    }

    private Job newJob(
            StartJob ask,
            Provider provider,
            String baseModel,
            Dataset training,
            @Nullable Dataset validation) {
        String name = ask.name() == null || ask.name().isBlank() ? null : ask.name().strip();
        Instant now = clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
        return new Job(
                new JobId(ids.next()),
                name != null ? name : ask.suffix() != null ? ask.suffix() : training.name(),
                provider.id(),
                Job.Origin.CREATED,
                null,
                JobStatus.PENDING,
                null,
                JobPhase.PREPARING,
                Progress.UNKNOWN,
                null,
                baseModel,
                null,
                ask.suffix(),
                ask.seed(),
                ask.method() == null ? "supervised" : ask.method(),
                ask.hyperparameters(),
                training.id(),
                validation == null ? null : validation.id(),
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                Submission.State.NOT_SENT,
                null,
                null,
                now,
                null,
                null,
                null,
                null,
                0);
    }

    /// @throws Refusal `job_unknown`
    public Job get(JobId id) {
        return store.find(id).orElseThrow(() -> Refusal.notFound("job_unknown", id.toString()));
    }

    /// A job by our id or by its provider's (`openai_job_id`).
    ///
    /// @throws Refusal `job_unknown`
    public Job get(String id) {
        Optional<Job> found = Optional.empty();
        if (UUID.matcher(id).matches()) {
            found = store.find(JobId.parse(id));
        }
        if (found.isEmpty() && !id.isBlank() && id.length() <= 512) {
            found = store.findByRemoteId(new RemoteJobId(id));
        }
        String shown = id.length() <= 80 ? id : id.substring(0, 80) + "…";
        return found.orElseThrow(() -> Refusal.notFound("job_unknown", shown));
    }

    /// Asks for cancellation. What was never sent is cancelled at once; otherwise the wish is durable and is carried to the
    /// provider in the background.
    ///
    /// @throws Refusal `job_over` when the job has ended
    public Job cancel(JobId id) {
        Instant now = clock.instant();
        Job job =
                changes.change(
                                id,
                                j -> {
                                    requireLive(j);
                                    return switch (j.submission().outcome()) {
                                        case NOT_SENT, NOT_CREATED ->
                                                Submission.cancelledBeforeCreation(j, now);
                                        case UNKNOWN, ACCEPTED ->
                                                j.cancelRequestedAt() != null
                                                        ? j
                                                        : j.toBuilder()
                                                                .cancelRequestedAt(now)
                                                                .build();
                                    };
                                },
                                () -> tasks.schedule(TaskQueue.Kind.CANCEL_JOB, id.toString(), now))
                        .orElseThrow(() -> Refusal.notFound("job_unknown", id.toString()));
        return job;
    }

    /// @throws Refusal `job_not_at_provider`, `job_over`, or `provider_refused` with the provider's words
    public Job pause(JobId id) {
        return act(id, FineTuningBackend::pause);
    }

    public Job resume(JobId id) {
        return act(id, FineTuningBackend::resume);
    }

    @FunctionalInterface
    private interface Action {
        RemoteJob on(FineTuningBackend backend, RemoteJobId id);
    }

    private Job act(JobId id, Action action) {
        Job job = get(id);
        requireLive(job);
        RemoteJobId remoteId = job.remoteId();
        if (remoteId == null) {
            throw Refusal.conflict("job_not_at_provider");
        }
        Instant askedAt = clock.instant();
        RemoteJob remote =
                ScopedValue.where(CallJournal.JOB, id.toString())
                        .call(() -> {
                            try {
                                return action.on(backends.of(provider(job.providerId())), remoteId);
                            } catch (ProviderException e) {
                                throw switch (e.error().kind()) {
                                    case BAD_REQUEST, NOT_FOUND, NOT_THIS_PROTOCOL ->
                                            Refusal.conflict(
                                                    "provider_refused", e.error().message());
                                    default -> e;
                                };
                            }
                        });
        return changes.bring(
                        id,
                        remote,
                        askedAt,
                        () -> tasks.schedule(TaskQueue.Kind.FETCH_JOB, id.toString(), askedAt))
                .orElseThrow(() -> Refusal.notFound("job_unknown", id.toString()));
    }

    private static void requireLive(Job job) {
        if (job.status().isFinal()) {
            throw Refusal.conflict("job_over", job.status().word());
        }
    }

    /// Tries again at once what waited for a provider's better key or address.
    public void tryAgain(ProviderId providerId) {
        Instant now = clock.instant();
        store.unsubmitted(providerId)
                .forEach(id -> tasks.schedule(TaskQueue.Kind.SUBMIT_JOB, id.toString(), now));
        tasks.schedule(TaskQueue.Kind.SYNC_PROVIDER, providerId.value(), now);
    }

    /// Forgets a job that is over. Nothing changes at the provider.
    ///
    /// @throws Refusal `job_not_over`
    public void forget(JobId id) {
        Job job = get(id);
        if (!job.status().isFinal()) {
            throw Refusal.conflict("job_not_over", job.status().word());
        }
        store.delete(id);
    }

    /// Jobs in the provider's account that we have no record of, newest first, from its latest 300 jobs.
    ///
    /// @throws ProviderException when the provider cannot be asked
    public List<RemoteJob> startedElsewhere(ProviderId providerId) {
        FineTuningBackend backend = backends.of(provider(providerId));
        List<RemoteJob> all = new ArrayList<>();
        String after = null;
        for (int page = 0; page < 3; page++) {
            Page<RemoteJob> jobs = backend.listJobs(after, 100, null);
            all.addAll(jobs.data());
            if (!jobs.hasMore() || jobs.data().isEmpty()) {
                break;
            }
            after = jobs.data().getLast().id().value();
        }
        Set<RemoteJobId> known = store.known(providerId, all.stream().map(RemoteJob::id).toList());
        return all.stream().filter(r -> !known.contains(r.id())).toList();
    }

    /// Makes records of jobs started elsewhere; those that have one already are left as they are.
    ///
    /// @return the records of all of them
    /// @throws Refusal `remote_job_unknown` when the provider does not know one of them; the others are adopted
    public List<Job> adopt(ProviderId providerId, Collection<RemoteJobId> remoteIds) {
        Provider provider = provider(providerId);
        FineTuningBackend backend = backends.of(provider);
        List<Job> adopted = new ArrayList<>();
        for (RemoteJobId remoteId : remoteIds) {
            Optional<Job> known = store.findByRemoteId(providerId, remoteId);
            if (known.isPresent()) {
                adopted.add(known.get());
                continue;
            }
            Instant askedAt = clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
            RemoteJob remote =
                    backend.findJob(remoteId)
                            .orElseThrow(
                                    () -> Refusal.notFound("remote_job_unknown", remoteId.value()));
            try {
                Job job = imported(provider, remote, askedAt);
                changes.insert(
                        job,
                        () -> {
                            store.putRaw(Map.of(job.id(), remote.raw()));
                            tasks.schedule(TaskQueue.Kind.FETCH_JOB, job.id().toString(), askedAt);
                            tasks.schedule(
                                    TaskQueue.Kind.SYNC_PROVIDER, providerId.value(), askedAt);
                        });
                adopted.add(job);
            } catch (JobStore.RemoteIdTakenException e) {
                store.findByRemoteId(providerId, remoteId)
                        .ifPresent(adopted::add); // adopted by somebody else just now
            } catch (JobStore.MissingReferenceException e) {
                throw Refusal.notFound("provider_unknown", providerId.value());
            }
        }
        return adopted;
    }

    private Job imported(Provider provider, RemoteJob remote, Instant askedAt) {
        Instant created = remote.createdAt() == null ? askedAt : remote.createdAt();
        Job blank =
                new Job(
                        new JobId(ids.next()),
                        remote.suffix() != null && !remote.suffix().isBlank()
                                ? remote.suffix()
                                : remote.id().value(),
                        provider.id(),
                        Job.Origin.IMPORTED,
                        remote.id(),
                        JobStatus.PENDING,
                        remote.status(),
                        JobPhase.QUEUED,
                        Progress.UNKNOWN,
                        null,
                        remote.model(),
                        remote.model(),
                        remote.suffix(),
                        remote.seed(),
                        remote.methodType() == null ? "supervised" : remote.methodType(),
                        remote.hyperparameters(),
                        null,
                        null,
                        remote.trainingFile(),
                        remote.validationFile(),
                        remote.fineTunedModel(),
                        null,
                        null,
                        null,
                        List.of(),
                        Submission.State.IMPORTED,
                        null,
                        null,
                        created,
                        created,
                        null,
                        null,
                        null,
                        0);
        Job found = RemoteUpdate.apply(blank, remote, askedAt);
        return found.status().isFinal()
                // nobody here saw it begin or end
                ? found.toBuilder().startedAt(null).finishedAt(remote.finishedAt()).build()
                : found;
    }

    private Provider provider(ProviderId id) {
        return providers
                .find(id)
                .orElseThrow(() -> Refusal.notFound("provider_unknown", id.value()));
    }

    /// With its length before it, so that no two different lists of parts read the same.
    private static void appendTo(StringBuilder canonical, @Nullable String part) {
        canonical.append(part == null ? "-" : part.length() + ":" + part).append(' ');
    }

    /// A fingerprint of what was asked for; equal requests have equal ones.
    private static String requestHash(StartJob ask) {
        StringBuilder canonical = new StringBuilder();
        Stream.of(
                        ask.name(),
                        ask.datasetId(),
                        ask.validationDatasetId(),
                        ask.baseModel(),
                        ask.providerId(),
                        ask.suffix(),
                        ask.method(),
                        ask.seed() == null ? null : ask.seed().toString())
                .forEach(part -> appendTo(canonical, part));
        new TreeMap<>(ask.hyperparameters())
                .forEach((name, value) -> {
                    appendTo(canonical, name);
                    appendTo(canonical, value);
                });
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(canonical.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
