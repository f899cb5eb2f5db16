package dev.afinador.testkit.provider;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// All jobs of the account, and which script the next one gets. Safe for use by many threads: one lock guards every job.
final class JobBook {
    private final Ids ids;
    private final InstantSource clock;
    private final FileShelf files;
    private final ModelShelf models;
    private final BiConsumer<String, String> onEnd;
    private final String organizationId;
    private final String organizationSlug;

    private final Map<String, Place> places = new HashMap<>();
    private final TreeMap<Place, ScriptedJob> jobs =
            new TreeMap<>(Comparator.comparing(Place::createdAt).thenComparingLong(Place::number));
    private final Deque<JobScript> nextScripts = new ArrayDeque<>();
    private final Map<String, JobScript> scriptsBySuffix = new LinkedHashMap<>();
    private final Map<String, TrainingFileCheck> checked = new HashMap<>();
    private final ScriptedJob.Surroundings surroundings = new Around();
    private JobScript usualScript;
    private long created;

    /// Where a job stands in the list.
    private record Place(Instant createdAt, long number) {}

    /// @param onEnd told id and status of each job that ends, outside the lock
    JobBook(
            Ids ids,
            InstantSource clock,
            FileShelf files,
            ModelShelf models,
            String organizationId,
            String organizationSlug,
            JobScript usualScript,
            BiConsumer<String, String> onEnd) {
        this.ids = ids;
        this.clock = clock;
        this.files = files;
        this.models = models;
        this.organizationId = organizationId;
        this.organizationSlug = organizationSlug;
        this.usualScript = usualScript;
        this.onEnd = onEnd;
    }

    synchronized void useScript(JobScript script) {
        usualScript = script;
    }

    synchronized JobScript usualScript() {
        return usualScript;
    }

    synchronized void useScriptNext(JobScript script) {
        nextScripts.addLast(script);
    }

    synchronized void useScriptFor(String suffix, JobScript script) {
        scriptsBySuffix.put(suffix, script);
    }

    synchronized ObjectNode create(JobRequest request) {
        String suffix = request.suffix();
        JobScript script = suffix == null ? null : scriptsBySuffix.get(suffix);
        if (script == null) {
            script = nextScripts.isEmpty() ? usualScript : nextScripts.removeFirst();
        }
        return add(new ScriptedJob(surroundings, script, request, null, clock.instant())).json();
    }

    synchronized String seed(JobSeed seed) {
        Instant createdAt = seed.createdAt() == null ? clock.instant() : seed.createdAt();
        var request =
                new JobRequest(
                        seed.model(),
                        seed.trainingFile(),
                        null,
                        seed.suffix(),
                        null,
                        "supervised",
                        Map.of(),
                        null,
                        seed.metadata());
        var job =
                new ScriptedJob(
                        surroundings,
                        seed.script() == null ? usualScript : seed.script(),
                        request,
                        seed.id(),
                        createdAt);
        job.place(seed.status(), seed.step(), seed.totalSteps(), createdAt);
        return add(job).id();
    }

    private ScriptedJob add(ScriptedJob job) {
        var place = new Place(job.createdAt(), created++);
        places.put(job.id(), place);
        jobs.put(place, job);
        return job;
    }

    synchronized boolean forget(String id) {
        Place place = places.remove(id);
        return place != null && jobs.remove(place) != null;
    }

    /// Reads one job after it has caught up with the clock.
    <T> T read(String id, Function<ScriptedJob, T> view) {
        return change(id, job -> job.settle(clock.instant()), view);
    }

    /// Changes one job and tells of its end if this was it.
    <T> T change(String id, Consumer<ScriptedJob> change, Function<ScriptedJob, T> view) {
        T seen;
        Optional<ScriptedJob> ended;
        synchronized (this) {
            ScriptedJob job = get(id);
            ended = changed(job, change);
            seen = view.apply(job);
        }
        ended.ifPresent(job -> onEnd.accept(job.id(), job.status()));
        return seen;
    }

    /// Changes every job that is not over.
    void changeLive(Consumer<ScriptedJob> change) {
        List<ScriptedJob> ended = new ArrayList<>();
        synchronized (this) {
            for (ScriptedJob job : jobs.values()) {
                changed(job, change).ifPresent(ended::add);
            }
        }
        ended.forEach(job -> onEnd.accept(job.id(), job.status()));
    }

    private static Optional<ScriptedJob> changed(ScriptedJob job, Consumer<ScriptedJob> change) {
        boolean wasOver = job.isOver();
        change.accept(job);
        return !wasOver && job.isOver() ? Optional.of(job) : Optional.empty();
    }

    void tick(boolean byHand) {
        Instant now = clock.instant();
        changeLive(job -> job.tick(now, byHand));
    }

    /// A page of jobs, newest first unless shuffled.
    ///
    /// @param filter null for none; an empty map for jobs without metadata
    Page list(
            @Nullable String after,
            int limit,
            @Nullable Map<String, String> filter,
            boolean shuffled) {
        Instant now = clock.instant();
        changeLive(job -> job.settle(now));
        synchronized (this) {
            Iterable<ScriptedJob> candidates;
            if (shuffled) {
                candidates = shuffledAfter(after);
            } else if (after == null) {
                candidates = jobs.descendingMap().values();
            } else {
                candidates = jobs.headMap(placeOf(after), false).descendingMap().values();
            }
            List<ObjectNode> found = new ArrayList<>();
            for (ScriptedJob job : candidates) {
                if (matches(job.metadata(), filter)) {
                    if (found.size() == limit) {
                        return new Page(found, true);
                    }
                    found.add(job.json());
                }
            }
            return new Page(found, false);
        }
    }

    record Page(List<ObjectNode> data, boolean hasMore) {}

    /// Any order does, as long as it stays the same from page to page.
    private List<ScriptedJob> shuffledAfter(@Nullable String after) {
        List<ScriptedJob> all = new ArrayList<>(jobs.values());
        all.sort(Comparator.comparingInt(job -> Integer.reverse(job.id().hashCode() * 0x9E3779B9)));
        if (after == null) {
            return all;
        }
        return all.subList(all.indexOf(get(after)) + 1, all.size());
    }

    private static boolean matches(
            Map<String, String> metadata, @Nullable Map<String, String> filter) {
        if (filter == null) {
            return true;
        }
        return filter.isEmpty()
                ? metadata.isEmpty()
                : metadata.entrySet().containsAll(filter.entrySet());
    }

    synchronized List<JobSnapshot> snapshots() {
        return jobs.descendingMap().values().stream().map(ScriptedJob::snapshot).toList();
    }

    synchronized List<ObjectNode> mistralJobs() {
        return jobs.descendingMap().values().stream()
                .limit(100)
                .map(ScriptedJob::mistralJson)
                .toList();
    }

    synchronized void clear() {
        jobs.clear();
        places.clear();
        nextScripts.clear();
        scriptsBySuffix.clear();
        checked.clear();
    }

    private ScriptedJob get(String id) {
        ScriptedJob job = jobs.get(placeOf(id));
        if (job == null) {
            throw Refusal.unknownJob(id);
        }
        return job;
    }

    private Place placeOf(String id) {
        Place place = places.get(id);
        if (place == null) {
            throw Refusal.unknownJob(id);
        }
        return place;
    }

    private final class Around implements ScriptedJob.Surroundings {
        @Override
        public ScriptedJob.FileReport inspect(JobRequest request) {
            if (request.trainingFile().equals(JobSeed.GOOD_FILE)) {
                return new ScriptedJob.FileReport(100, 20_000, null);
            }
            Optional<StoredFile> training = files.find(request.trainingFile());
            if (training.isEmpty()) {
                return new ScriptedJob.FileReport(0, 0, Failure.fileDeleted("training_file"));
            }
            TrainingFileCheck check = check(training.get(), request.method(), "training_file");
            Failure problem = check.problem();
            String validationFile = request.validationFile();
            if (problem == null && validationFile != null) {
                problem =
                        files.find(validationFile)
                                .map(file ->
                                        Optional.ofNullable(
                                                check(file, request.method(), "validation_file")
                                                        .problem()))
                                .orElseGet(
                                        () -> Optional.of(Failure.fileDeleted("validation_file")))
                                .orElse(null);
            }
            return new ScriptedJob.FileReport(
                    check.examples(), training.get().content().length, problem);
        }

        private TrainingFileCheck check(StoredFile file, String method, String param) {
            return checked.computeIfAbsent(
                    file.id() + ' ' + method + ' ' + param,
                    key -> TrainingFileCheck.of(file, method, param));
        }

        @Override
        public String keepResult(String csv) {
            return files.put(
                            "step_metrics.csv",
                            "fine-tune-results",
                            csv.getBytes(StandardCharsets.UTF_8),
                            Flavour.OPENAI)
                    .id();
        }

        @Override
        public void publishModel(String name, Instant createdAt) {
            models.publish(name, createdAt);
        }

        @Override
        public Ids ids() {
            return ids;
        }

        @Override
        public String organizationId() {
            return organizationId;
        }

        @Override
        public String organizationSlug() {
            return organizationSlug;
        }
    }
}
