package dev.afinador.fake;

import dev.afinador.fake.Memory.Claim;
import dev.afinador.fake.Memory.Owned;
import dev.afinador.fake.Memory.StoredJob;
import dev.afinador.fake.Memory.Tables;
import dev.afinador.job.Checkpoint;
import dev.afinador.job.Job;
import dev.afinador.job.JobEvent;
import dev.afinador.job.JobId;
import dev.afinador.job.JobQuery;
import dev.afinador.job.JobStatus;
import dev.afinador.job.JobStore;
import dev.afinador.job.JobTransition;
import dev.afinador.job.Metric;
import dev.afinador.job.RemoteUpdate;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.RemoteJobId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Jobs in memory.
public final class MemoryJobStore implements JobStore {

    private static final Comparator<StoredJob> NEWEST =
            Comparator.comparing((StoredJob s) -> s.job().createdAt())
                    .thenComparing(s -> s.job().id().toString())
                    .reversed();

    private final Memory memory;
    private final InstantSource clock;

    public MemoryJobStore(Memory memory, InstantSource clock) {
        this.memory = memory;
        this.clock = clock;
    }

    @Override
    public void insert(Job job) {
        boolean unused =
                memory.write(t -> {
                    if (t.jobs.containsKey(job.id())) {
                        throw new IllegalStateException("a job " + job.id() + " is there");
                    }
                    requireReferences(t, job);
                    requireFree(t, job);
                    t.jobs.put(job.id(), stored(job));
                    return true;
                });
    }

    private static void requireReferences(Tables t, Job job) {
        boolean whole =
                t.providers.containsKey(job.providerId())
                        && Stream.of(job.trainingDataset(), job.validationDataset())
                                .allMatch(d -> d == null || t.datasets.containsKey(d));
        if (!whole) {
            throw new MissingReferenceException(job.id());
        }
    }

    private static void requireFree(Tables t, Job job) {
        RemoteJobId remoteId = job.remoteId();
        boolean taken =
                remoteId != null
                        && t.jobs.values().stream()
                                .map(StoredJob::job)
                                .anyMatch(j ->
                                        !j.id().equals(job.id())
                                                && j.providerId().equals(job.providerId())
                                                && remoteId.equals(j.remoteId()));
        if (taken) {
            throw new RemoteIdTakenException(remoteId);
        }
    }

    private StoredJob stored(Job job) {
        return new StoredJob(job.toBuilder().name(storable(job.name())).build(), clock.instant());
    }

    private static String storable(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints()
                .map(p -> p == 0 || Character.getType(p) == Character.SURROGATE ? 0xFFFD : p)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    @Override
    public boolean update(Job job) {
        return memory.write(t -> {
            StoredJob old = t.jobs.get(job.id());
            if (old == null || old.job().version() != job.version()) {
                return false;
            }
            requireReferences(t, job);
            requireFree(t, job);
            t.jobs.put(job.id(), stored(withVersion(job, job.version() + 1)));
            return true;
        });
    }

    private static Job withVersion(Job j, long version) {
        return new Job(
                j.id(),
                j.name(),
                j.providerId(),
                j.origin(),
                j.remoteId(),
                j.status(),
                j.providerStatus(),
                j.phase(),
                j.progress(),
                j.eta(),
                j.baseModel(),
                j.resolvedModel(),
                j.suffix(),
                j.seed(),
                j.method(),
                j.hyperparameters(),
                j.trainingDataset(),
                j.validationDataset(),
                j.trainingFile(),
                j.validationFile(),
                j.fineTunedModel(),
                j.error(),
                j.trouble(),
                j.trainedTokens(),
                j.resultFiles(),
                j.submission(),
                j.missingSince(),
                j.cancelRequestedAt(),
                j.createdAt(),
                j.submittedAt(),
                j.startedAt(),
                j.finishedAt(),
                j.syncedAt(),
                version);
    }

    @Override
    public void markSynced(Collection<JobId> ids, Instant at) {
        if (ids.isEmpty()) {
            return;
        }
        boolean unused =
                memory.write(t -> {
                    for (JobId id : ids) {
                        t.jobs.computeIfPresent(id, (k, s) -> confirmed(s, at));
                    }
                    return true;
                });
    }

    private static StoredJob confirmed(StoredJob stored, Instant at) {
        return RemoteUpdate.isOutdated(stored.job().syncedAt(), at)
                ? stored
                : new StoredJob(stored.job().toBuilder().syncedAt(at).build(), stored.changedAt());
    }

    @Override
    public Optional<Job> find(JobId id) {
        return memory.read(t -> Optional.ofNullable(t.jobs.get(id)).map(StoredJob::job));
    }

    @Override
    public void putRaw(Map<JobId, String> raw) {
        if (raw.isEmpty()) {
            return;
        }
        boolean unused =
                memory.write(t -> {
                    raw.forEach((id, json) -> {
                        if (t.jobs.containsKey(id)) {
                            t.raw.put(id, json);
                        }
                    });
                    return true;
                });
    }

    @Override
    public Optional<String> raw(JobId id) {
        return memory.read(t -> Optional.ofNullable(t.raw.get(id)));
    }

    @Override
    public Optional<Job> findByRemoteId(ProviderId provider, RemoteJobId remoteId) {
        return newest().stream()
                .filter(j -> j.providerId().equals(provider) && remoteId.equals(j.remoteId()))
                .findFirst();
    }

    @Override
    public Optional<Job> findByRemoteId(RemoteJobId remoteId) {
        return newest().stream().filter(j -> remoteId.equals(j.remoteId())).findFirst();
    }

    private List<Job> newest() {
        return memory.read(
                t -> t.jobs.values().stream().sorted(NEWEST).map(StoredJob::job).toList());
    }

    @Override
    public List<Job> list(JobQuery query) {
        List<Job> all = newest();
        if (query.after() != null) {
            int at = all.stream().map(Job::id).toList().indexOf(query.after());
            all = at < 0 ? List.of() : all.subList(at + 1, all.size());
        }
        return all.stream()
                .filter(j -> matches(j, query.provider(), query.text()))
                .filter(j -> query.status() == null || j.status() == query.status())
                .limit(query.limit())
                .toList();
    }

    private static boolean matches(Job job, @Nullable ProviderId provider, @Nullable String text) {
        String searched =
                Stream.of(
                                job.name(),
                                job.suffix(),
                                job.baseModel(),
                                job.fineTunedModel(),
                                job.remoteId() == null ? null : job.remoteId().value())
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining("\n"));
        return (provider == null || job.providerId().equals(provider))
                && (text == null
                        || searched.toLowerCase(Locale.ROOT)
                                .contains(text.toLowerCase(Locale.ROOT)));
    }

    @Override
    public Map<JobStatus, Long> countByStatus(
            @Nullable ProviderId provider, @Nullable String text) {
        return newest().stream()
                .filter(j -> matches(j, provider, text))
                .collect(
                        Collectors.groupingBy(
                                Job::status,
                                () -> new EnumMap<>(JobStatus.class),
                                Collectors.counting()));
    }

    @Override
    public List<Job> live(ProviderId provider) {
        return newest().stream()
                .filter(j -> j.providerId().equals(provider))
                .filter(j -> j.remoteId() != null && !j.status().isFinal())
                .toList();
    }

    @Override
    public List<JobId> unsubmitted(ProviderId provider) {
        return newest().reversed().stream()
                .filter(j -> j.providerId().equals(provider))
                .filter(j -> j.remoteId() == null && !j.status().isFinal())
                .map(Job::id)
                .toList();
    }

    @Override
    public List<ProviderId> providersWithLiveJobs() {
        return newest().stream()
                .filter(j -> j.remoteId() != null && !j.status().isFinal())
                .map(Job::providerId)
                .distinct()
                .toList();
    }

    @Override
    public Set<RemoteJobId> known(ProviderId provider, Collection<RemoteJobId> remoteIds) {
        return newest().stream()
                .filter(j -> j.providerId().equals(provider))
                .map(Job::remoteId)
                .filter(r -> r != null && remoteIds.contains(r))
                .collect(Collectors.toSet());
    }

    @Override
    public List<Changed> changedSince(Instant since, int limit) {
        return memory.read(t ->
                t.jobs.values().stream()
                        .filter(s -> !s.changedAt().isBefore(since))
                        .sorted(
                                Comparator.comparing(StoredJob::changedAt)
                                        .thenComparing(s -> s.job().id().toString()))
                        .limit(limit)
                        .map(s -> new Changed(s.job(), s.changedAt()))
                        .toList());
    }

    @Override
    public boolean delete(JobId id) {
        return memory.write(t -> {
            t.raw.remove(id);
            t.events.remove(id);
            t.metrics.remove(id);
            t.checkpoints.remove(id);
            t.transitions.remove(id);
            t.claims.values().removeIf(c -> c.job().equals(id));
            t.calls.removeIf(c -> id.toString().equals(c.jobId()));
            return t.jobs.remove(id) != null;
        });
    }

    @Override
    public boolean usesProvider(ProviderId provider) {
        return newest().stream().anyMatch(j -> j.providerId().equals(provider));
    }

    @Override
    public int addEvents(JobId id, List<JobEvent> events) {
        if (events.isEmpty()) {
            return 0;
        }
        return memory.write(t -> {
            Map<String, JobEvent> all = new LinkedHashMap<>();
            t.events.getOrDefault(id, List.of()).forEach(e -> all.put(e.id(), e));
            int before = all.size();
            // Oldest first, as rows get their serials.
            events.reversed().forEach(e -> all.putIfAbsent(e.id(), e));
            t.events.put(id, List.copyOf(all.values()));
            return all.size() - before;
        });
    }

    @Override
    public List<JobEvent> events(JobId id, @Nullable String after, int limit) {
        List<JobEvent> oldest =
                memory.read(t -> {
                    List<JobEvent> all = new ArrayList<>(t.events.getOrDefault(id, List.of()));
                    all.sort(Comparator.comparing(JobEvent::at)); // stable: serial within a moment
                    return all;
                });
        List<JobEvent> newest = oldest.reversed();
        int from = 0;
        if (after != null) {
            int at = newest.stream().map(JobEvent::id).toList().indexOf(after);
            from = at < 0 ? newest.size() : at + 1;
        }
        return newest.stream().skip(from).limit(limit).toList();
    }

    @Override
    public void putMetrics(JobId id, List<Metric> metrics) {
        if (metrics.isEmpty()) {
            return;
        }
        boolean unused =
                memory.write(t -> {
                    Map<String, Metric> all =
                            new LinkedHashMap<>(t.metrics.getOrDefault(id, Map.of()));
                    metrics.forEach(m -> all.put(m.name() + " " + m.step(), m));
                    t.metrics.put(id, all);
                    return true;
                });
    }

    @Override
    public List<Metric> metrics(JobId id) {
        return memory.read(t ->
                t.metrics.getOrDefault(id, Map.of()).values().stream()
                        .sorted(Comparator.comparing(Metric::name).thenComparingLong(Metric::step))
                        .toList());
    }

    @Override
    public void putCheckpoints(JobId id, List<Checkpoint> checkpoints) {
        boolean unused =
                memory.write(t -> {
                    Map<String, Checkpoint> all =
                            new LinkedHashMap<>(t.checkpoints.getOrDefault(id, Map.of()));
                    checkpoints.forEach(c -> all.put(c.id(), c));
                    t.checkpoints.put(id, all);
                    return true;
                });
    }

    @Override
    public void keepCheckpoints(JobId id, List<Checkpoint> listed) {
        boolean unused =
                memory.write(t -> {
                    Map<String, Checkpoint> all =
                            new LinkedHashMap<>(t.checkpoints.getOrDefault(id, Map.of()));
                    all.keySet().retainAll(listed.stream().map(Checkpoint::id).toList());
                    t.checkpoints.put(id, all);
                    return true;
                });
    }

    @Override
    public List<Checkpoint> checkpoints(JobId id) {
        return memory.read(t ->
                t.checkpoints.getOrDefault(id, Map.of()).values().stream()
                        .sorted(
                                Comparator.comparingLong(Checkpoint::step)
                                        .thenComparing(Checkpoint::id)
                                        .reversed())
                        .toList());
    }

    @Override
    public void addTransition(JobId id, JobTransition transition) {
        boolean unused =
                memory.write(t -> {
                    List<JobTransition> all =
                            new ArrayList<>(t.transitions.getOrDefault(id, List.of()));
                    all.add(transition);
                    t.transitions.put(id, all);
                    return true;
                });
    }

    @Override
    public List<JobTransition> transitions(JobId id) {
        return memory.read(t ->
                t.transitions.getOrDefault(id, List.of()).stream()
                        .sorted(Comparator.comparing(JobTransition::at))
                        .toList());
    }

    @Override
    public List<Duration> pastWaits(ProviderId provider, int limit) {
        return newest().stream()
                .filter(j -> j.providerId().equals(provider))
                .flatMap(j -> between(j.submittedAt(), j.startedAt()).stream())
                .limit(limit)
                .toList();
    }

    @Override
    public List<Duration> pastRuns(ProviderId provider, int limit) {
        return newest().stream()
                .filter(j -> j.providerId().equals(provider) && j.status() == JobStatus.SUCCEEDED)
                .flatMap(j -> between(j.startedAt(), j.finishedAt()).stream())
                .limit(limit)
                .toList();
    }

    private static Optional<Duration> between(@Nullable Instant from, @Nullable Instant to) {
        return from == null || to == null || to.isBefore(from)
                ? Optional.empty()
                : Optional.of(Duration.between(from, to));
    }

    @Override
    public Optional<UsedKey> findUsedKey(String idempotencyKey) {
        return memory.read(t -> Optional.ofNullable(t.usedKeys.get(idempotencyKey)));
    }

    @Override
    public boolean insertUsedKey(String idempotencyKey, UsedKey use, Instant at) {
        return memory.write(t -> {
            if (t.usedKeys.putIfAbsent(idempotencyKey, use) != null) {
                return false;
            }
            t.usedKeysAt.put(idempotencyKey, at);
            return true;
        });
    }

    @Override
    public void pruneUsedKeys(Instant before) {
        boolean unused =
                memory.write(t -> {
                    t.usedKeysAt.values().removeIf(at -> at.isBefore(before));
                    return t.usedKeys.keySet().retainAll(Set.copyOf(t.usedKeysAt.keySet()));
                });
    }

    @Override
    public Optional<String> findUploadedFile(ProviderId provider, String sha256) {
        return memory.read(t -> Optional.ofNullable(t.uploads.get(new Owned(provider, sha256))));
    }

    @Override
    public void putUploadedFile(ProviderId provider, String sha256, String fileId, Instant at) {
        String unused = memory.write(t -> t.uploads.put(new Owned(provider, sha256), fileId));
    }

    @Override
    public void forgetUploadedFile(ProviderId provider, String sha256, String fileId) {
        boolean unused = memory.write(t -> t.uploads.remove(new Owned(provider, sha256), fileId));
    }

    @Override
    public boolean claimUpload(
            ProviderId provider, String sha256, JobId job, Instant at, int most) {
        return memory.write(t -> {
            Owned what = new Owned(provider, sha256);
            Claim held = t.claims.get(what);
            if (held != null) {
                return held.job().equals(job);
            }
            long others =
                    t.claims.entrySet().stream()
                            .filter(e -> e.getKey().provider().equals(provider))
                            .filter(e -> !e.getValue().job().equals(job))
                            .count();
            if (others >= most) {
                return false;
            }
            t.claims.put(what, new Claim(job, at));
            return true;
        });
    }

    @Override
    public void releaseUploads(JobId job) {
        if (memory.read(t -> t.claims.values().stream().noneMatch(c -> c.job().equals(job)))) {
            return; // a statement that changes nothing is no moment
        }
        boolean unused = memory.write(t -> t.claims.values().removeIf(c -> c.job().equals(job)));
    }
}
