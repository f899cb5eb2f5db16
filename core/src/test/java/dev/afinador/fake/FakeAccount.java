package dev.afinador.fake;

import dev.afinador.provider.Backends;
import dev.afinador.provider.CreateJobRequest;
import dev.afinador.provider.CreateOutcome;
import dev.afinador.provider.Credential;
import dev.afinador.provider.FineTuningBackend;
import dev.afinador.provider.Page;
import dev.afinador.provider.ProbeReport;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.RemoteCheckpoint;
import dev.afinador.provider.RemoteEvent;
import dev.afinador.provider.RemoteFile;
import dev.afinador.provider.RemoteJob;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.provider.RemoteModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// An account at a provider, with the faults that a test wants. It outlives every death of our process.
public final class FakeAccount implements FineTuningBackend, Backends {

    /// What becomes of one create request.
    public enum Create {
        ACCEPTED,
        /// The job exists, its answer does not arrive.
        ANSWER_LOST,
        /// No job, and nobody says so.
        REQUEST_LOST,
        /// The answer does not arrive, and the job exists only a while later.
        LATE,
        /// The job exists twice, and the answer does not arrive.
        DOUBLED,
        /// Refused for good.
        REJECTED,
        /// Refused for now.
        TRY_LATER
    }

    /// The calls of the protocol, to count them and to make them fail.
    public enum Call {
        CREATE,
        LIST_JOBS,
        FIND_JOB,
        LIST_EVENTS,
        LIST_CHECKPOINTS,
        CANCEL,
        PAUSE,
        RESUME,
        UPLOAD,
        FIND_FILE,
        LIST_FILES
    }

    private static final Duration LATE_BY = Duration.ofSeconds(30);

    private final FakeClock clock;
    private final Death death;
    private final List<Remote> jobs = new ArrayList<>();
    private final List<RemoteFile> files = new ArrayList<>();
    private final List<Delayed> delayed = new ArrayList<>();
    private final Deque<Create> creates = new ArrayDeque<>();
    private final Map<Call, Deque<ProviderError>> failures = new EnumMap<>(Call.class);
    private final Map<Call, Integer> counts = new EnumMap<>(Call.class);
    private final Map<RemoteJobId, ProviderError> troubled = new HashMap<>();
    private final Set<RemoteJobId> hidden = new HashSet<>();
    private @Nullable Random shuffle;
    private @Nullable Runnable beforeAnswer;
    private boolean dropsMetadata;
    private boolean ignoresFilter;
    private boolean ignoresAfter;
    private boolean losesUploadAnswers;
    private int nextId = 1;

    private record Delayed(Instant due, CreateJobRequest request) {}

    /// A job at the provider, to change as the test likes.
    public static final class Remote {
        private final RemoteJobId id;
        private final CreateJobRequest request;
        private final Map<String, String> metadata;
        private final Instant createdAt;
        private final List<RemoteEvent> events = new ArrayList<>();
        private final List<RemoteCheckpoint> checkpoints = new ArrayList<>();
        public String status = "queued";
        public @Nullable String model;
        public @Nullable Instant estimatedFinish;
        public String raw = "{}";

        private Remote(
                RemoteJobId id,
                CreateJobRequest request,
                Map<String, String> metadata,
                Instant createdAt) {
            this.id = id;
            this.request = request;
            this.metadata = metadata;
            this.createdAt = createdAt;
        }

        public RemoteJobId id() {
            return id;
        }

        public Map<String, String> metadata() {
            return metadata;
        }

        public boolean isLive() {
            return !status.equals("succeeded")
                    && !status.equals("failed")
                    && !status.equals("cancelled");
        }

        /// Adds an event of that id; a later call makes a newer event.
        public void say(String id, Instant at, String message, Map<String, Double> metrics) {
            events.addFirst(new RemoteEvent(id, at, "info", "metrics", message, metrics, null));
        }

        public void checkpoint(String id, long step) {
            checkpoints.addFirst(
                    new RemoteCheckpoint(id, "ft:ckpt-" + step, step, Map.of(), createdAt));
        }

        /// Removes one, as providers do with all but the newest.
        public void dropCheckpoint(String id) {
            checkpoints.removeIf(c -> c.id().equals(id));
        }

        RemoteJob toJob() {
            return new RemoteJob(
                    id,
                    status,
                    request.model() + "-2025-04-14",
                    createdAt,
                    null,
                    estimatedFinish,
                    status.equals("succeeded") ? "ft:" + id : model,
                    request.trainingFile(),
                    request.validationFile(),
                    List.of(),
                    null,
                    null,
                    request.hyperparameters(),
                    request.method(),
                    request.seed(),
                    request.suffix(),
                    metadata,
                    raw);
        }
    }

    public FakeAccount(FakeClock clock, Death death) {
        this.clock = clock;
        this.death = death;
    }

    /// The next create requests meet these; those after them are accepted.
    public void onCreate(Create... fates) {
        creates.addAll(List.of(fates));
    }

    /// The next call of this kind fails so.
    public void failNext(Call call, ProviderError.Kind kind) {
        failNext(call, error(kind, null));
    }

    public void failNext(Call call, ProviderError error) {
        failures.computeIfAbsent(call, c -> new ArrayDeque<>()).add(error);
    }

    /// No call fails any more.
    public void forgive() {
        failures.clear();
    }

    /// Every call about this one job fails so.
    public void trouble(RemoteJobId id, ProviderError.Kind kind) {
        troubled.put(id, error(kind, null));
    }

    /// The provider says that it knows no such job.
    public void hide(RemoteJobId id) {
        hidden.add(id);
    }

    public void show(RemoteJobId id) {
        hidden.remove(id);
    }

    public void dropMetadata() {
        dropsMetadata = true;
    }

    public void ignoreFilter() {
        ignoresFilter = true;
    }

    /// Every page is the first page.
    public void ignoreAfter() {
        ignoresAfter = true;
    }

    public void loseUploadAnswers() {
        losesUploadAnswers = true;
    }

    public void shufflePages(Random random) {
        shuffle = random;
    }

    /// Something that happens while the next answer is on its way: after the provider made it, before we have it.
    public void beforeNextAnswer(Runnable happening) {
        beforeAnswer = happening;
    }

    public int count(Call call) {
        return counts.getOrDefault(call, 0);
    }

    /// Oldest first.
    public List<Remote> jobs() {
        comeTrue();
        return List.copyOf(jobs);
    }

    public Remote job(RemoteJobId id) {
        return jobs().stream().filter(j -> j.id.equals(id)).findFirst().orElseThrow();
    }

    public List<RemoteFile> files() {
        return List.copyOf(files);
    }

    public void setFileStatus(String id, String status) {
        files.replaceAll(f ->
                f.id().equals(id)
                        ? new RemoteFile(f.id(), f.filename(), f.bytes(), status, f.createdAt())
                        : f);
    }

    public void removeFile(Predicate<RemoteFile> which) {
        files.removeIf(which);
    }

    /// A job that somebody else made in this account.
    public Remote foreign(String model, @Nullable String trainingFile) {
        return add(
                new CreateJobRequest(
                        model,
                        trainingFile == null ? "file-foreign" : trainingFile,
                        null,
                        null,
                        null,
                        "supervised",
                        Map.of(),
                        Map.of()));
    }

    public static ProviderError error(ProviderError.Kind kind, @Nullable Instant retryNotBefore) {
        return new ProviderError(
                kind, null, null, "the provider's words", null, null, retryNotBefore);
    }

    private void comeTrue() {
        delayed.removeIf(d -> {
            if (d.due().isAfter(clock.instant())) {
                return false;
            }
            Remote unused = add(d.request());
            return true;
        });
    }

    private Remote add(CreateJobRequest request) {
        Remote remote =
                new Remote(
                        new RemoteJobId("ftjob-" + nextId++),
                        request,
                        dropsMetadata ? Map.of() : request.metadata(),
                        clock.instant());
        jobs.add(remote);
        return remote;
    }

    private void begin(Call call) {
        death.moment("before " + call);
        comeTrue();
        counts.merge(call, 1, Integer::sum);
        ProviderError failure = failures.getOrDefault(call, new ArrayDeque<>()).poll();
        if (failure != null) {
            throw new ProviderException(failure);
        }
    }

    private void requireNoTrouble(RemoteJobId id) {
        ProviderError trouble = troubled.get(id);
        if (trouble != null) {
            throw new ProviderException(trouble);
        }
    }

    private <T> T answer(T answer) {
        Runnable happening = beforeAnswer;
        beforeAnswer = null;
        if (happening != null) {
            happening.run();
        }
        return answer;
    }

    @Override
    public CreateOutcome create(CreateJobRequest request) {
        begin(Call.CREATE);
        Create fate = creates.isEmpty() ? Create.ACCEPTED : creates.remove();
        CreateOutcome outcome =
                switch (fate) {
                    case ACCEPTED -> new CreateOutcome.Accepted(add(request).toJob());
                    case ANSWER_LOST -> {
                        Remote unused = add(request);
                        yield unknown();
                    }
                    case DOUBLED -> {
                        Remote first = add(request);
                        Remote second = add(request);
                        yield unknown();
                    }
                    case REQUEST_LOST -> unknown();
                    case LATE -> {
                        delayed.add(new Delayed(clock.instant().plus(LATE_BY), request));
                        yield unknown();
                    }
                    case REJECTED ->
                            new CreateOutcome.Rejected(error(ProviderError.Kind.BAD_REQUEST, null));
                    case TRY_LATER ->
                            new CreateOutcome.TryLater(
                                    error(
                                            ProviderError.Kind.RATE_LIMITED,
                                            clock.instant().plus(Duration.ofHours(1))));
                };
        death.moment("after CREATE, " + fate);
        return answer(outcome);
    }

    private static CreateOutcome unknown() {
        return new CreateOutcome.Unknown(error(ProviderError.Kind.CONNECTION_LOST, null));
    }

    @Override
    public Page<RemoteJob> listJobs(
            @Nullable String after, int limit, @Nullable MetadataFilter metadata) {
        begin(Call.LIST_JOBS);
        List<Remote> newest = new ArrayList<>(jobs.reversed());
        newest.removeIf(r -> hidden.contains(r.id));
        newest.sort(Comparator.comparing((Remote r) -> r.createdAt).reversed());
        List<RemoteJob> all =
                newest.stream()
                        .map(Remote::toJob)
                        .filter(j ->
                                metadata == null
                                        || ignoresFilter
                                        || metadata.value()
                                                .equals(j.metadata().get(metadata.key())))
                        .toList();
        Page<RemoteJob> page = page(all, j -> j.id().value(), after, limit);
        if (shuffle != null) {
            List<RemoteJob> shuffled = new ArrayList<>(page.data());
            java.util.Collections.shuffle(shuffled, shuffle);
            page = new Page<>(shuffled, page.hasMore());
        }
        return answer(page);
    }

    private <T> Page<T> page(
            List<T> all,
            java.util.function.Function<T, String> id,
            @Nullable String after,
            int limit) {
        int from =
                after == null || ignoresAfter
                        ? 0
                        : all.stream().map(id).toList().indexOf(after) + 1;
        int to = Math.min(from + limit, all.size());
        return new Page<>(all.subList(from, to), to < all.size() || ignoresAfter);
    }

    @Override
    public Optional<RemoteJob> findJob(RemoteJobId id) {
        begin(Call.FIND_JOB);
        requireNoTrouble(id);
        return answer(
                jobs.stream()
                        .filter(j -> j.id.equals(id) && !hidden.contains(id))
                        .findFirst()
                        .map(Remote::toJob));
    }

    private Remote known(RemoteJobId id) {
        requireNoTrouble(id);
        return jobs.stream()
                .filter(j -> j.id.equals(id))
                .findFirst()
                .orElseThrow(
                        () -> new ProviderException(error(ProviderError.Kind.NOT_FOUND, null)));
    }

    @Override
    public Page<RemoteEvent> listEvents(RemoteJobId id, @Nullable String after, int limit) {
        begin(Call.LIST_EVENTS);
        return answer(page(known(id).events, RemoteEvent::id, after, limit));
    }

    @Override
    public Page<RemoteCheckpoint> listCheckpoints(
            RemoteJobId id, @Nullable String after, int limit) {
        begin(Call.LIST_CHECKPOINTS);
        return answer(page(known(id).checkpoints, RemoteCheckpoint::id, after, limit));
    }

    @Override
    public RemoteJob cancel(RemoteJobId id) {
        return act(Call.CANCEL, id, "cancelled");
    }

    @Override
    public RemoteJob pause(RemoteJobId id) {
        return act(Call.PAUSE, id, "paused");
    }

    @Override
    public RemoteJob resume(RemoteJobId id) {
        return act(Call.RESUME, id, "queued");
    }

    private RemoteJob act(Call call, RemoteJobId id, String status) {
        begin(call);
        Remote remote = known(id);
        if (!remote.isLive()) {
            throw new ProviderException(error(ProviderError.Kind.BAD_REQUEST, null));
        }
        remote.status = status;
        death.moment("after " + call);
        return answer(remote.toJob());
    }

    @Override
    public RemoteFile uploadFile(String filename, InputStream content, long bytes) {
        begin(Call.UPLOAD);
        try {
            if (content.readAllBytes().length != bytes) {
                throw new AssertionError("announced " + bytes + " bytes");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RemoteFile file =
                new RemoteFile(
                        "file-" + (files.size() + 1),
                        filename,
                        bytes,
                        "processed",
                        clock.instant());
        files.add(file);
        death.moment("after UPLOAD");
        if (losesUploadAnswers) {
            losesUploadAnswers = false;
            throw new ProviderException(error(ProviderError.Kind.CONNECTION_LOST, null));
        }
        return answer(file);
    }

    @Override
    public Optional<RemoteFile> findFile(String fileId) {
        begin(Call.FIND_FILE);
        return answer(files.stream().filter(f -> f.id().equals(fileId)).findFirst());
    }

    @Override
    public List<RemoteFile> listFiles() {
        begin(Call.LIST_FILES);
        return answer(files.reversed());
    }

    @Override
    public List<RemoteModel> listModels() {
        return List.of();
    }

    @Override
    public ProbeReport probe() {
        return new ProbeReport(clock.instant(), Duration.ZERO, null, List.of(), null);
    }

    @Override
    public FineTuningBackend of(Provider provider) {
        return this;
    }

    @Override
    public FineTuningBackend of(Provider provider, @Nullable Credential key) {
        return this;
    }

    @Override
    public Optional<Duration> clockOffset(ProviderId provider) {
        return Optional.empty();
    }
}
