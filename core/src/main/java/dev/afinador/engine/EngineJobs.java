package dev.afinador.engine;

import dev.afinador.engine.EngineJobStore.KeyUse;
import dev.afinador.engine.EngineJobStore.MetadataFilter;
import dev.afinador.provider.ModelLifecycle;
import dev.afinador.work.TaskQueue;
import dev.afinador.work.TaskQueue.Kind;
import dev.afinador.work.Transactions;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What a client of the protocol can do with jobs.
public final class EngineJobs {

    private static final int LONGEST_KEY = 255;

    private final EngineJobStore store;
    private final JobBooks books;
    private final EngineFiles files;
    private final BaseModels bases;
    private final Transactions transactions;
    private final TaskQueue tasks;
    private final EngineIds ids;
    private final RandomGenerator random;
    private final InstantSource clock;

    public EngineJobs(
            EngineJobStore store,
            JobBooks books,
            EngineFiles files,
            BaseModels bases,
            Transactions transactions,
            TaskQueue tasks,
            EngineIds ids,
            RandomGenerator random,
            InstantSource clock) {
        this.store = store;
        this.books = books;
        this.files = files;
        this.bases = bases;
        this.transactions = transactions;
        this.tasks = tasks;
        this.ids = ids;
        this.random = random;
        this.clock = clock;
    }

    /// Creates a job; it is durable, with the task that validates its files, when this returns.
    ///
    /// @param key the caller's idempotency key, an extension of the protocol; null without one. The same key with the same
    ///            request gives the job that it made the first time.
    /// @throws EngineRefusal when something about the request is wrong
    public EngineJob create(CreateJob wanted, @Nullable String key) {
        if (key != null) {
            if (key.isBlank() || key.length() > LONGEST_KEY) {
                throw EngineRefusal.badRequest(
                        null,
                        "invalid_idempotency_key",
                        "An idempotency key has 1 to " + LONGEST_KEY + " characters.");
            }
            Optional<KeyUse> used = store.findKey(key);
            if (used.isPresent()) {
                return repeated(used.get(), wanted);
            }
        }
        EngineMethod method = CreateRules.method(wanted.method());
        String trainingFile = required("training_file", wanted.trainingFile());
        String model = required("model", wanted.model());
        CreateRules.check(wanted, method);
        if (files.findForJob(trainingFile) == null) {
            throw EngineRefusal.badRequest(
                    "training_file",
                    null,
                    "invalid training_file: " + EngineRefusal.cut(trainingFile));
        }
        String validationFile = wanted.validationFile();
        if (validationFile != null && files.findForJob(validationFile) == null) {
            throw EngineRefusal.badRequest(
                    "validation_file",
                    null,
                    "invalid validation_file: " + EngineRefusal.cut(validationFile));
        }
        String base = tunableBase(model);
        Map<String, String> hyperparameters = new HashMap<>();
        method.hyperparameters().forEach(name -> hyperparameters.put(name, "auto"));
        hyperparameters.putAll(wanted.hyperparameters());
        EngineJob job =
                new EngineJob(
                        ids.job(),
                        new EngineJob.Asked(
                                model,
                                base,
                                trainingFile,
                                validationFile,
                                wanted.suffix(),
                                wanted.seed() == null
                                        ? random.nextLong(2_147_483_648L)
                                        : wanted.seed(),
                                method,
                                hyperparameters,
                                wanted.metadata(),
                                ids.model(base, wanted.suffix())),
                        EngineJob.State.CREATED,
                        books.now(),
                        0);
        KeyUse stored =
                transactions.inTransaction(() -> {
                    KeyUse use = new KeyUse(wanted.fingerprint(), job.id());
                    if (key != null) {
                        use = store.useKey(key, wanted.fingerprint(), job.id(), job.createdAt());
                        if (!use.jobId().equals(job.id())) {
                            return use; // another request with this key was faster
                        }
                    }
                    store.insert(job);
                    store.addEvents(
                            job.id(),
                            List.of(
                                    books.say("Created fine-tuning job: " + job.id()),
                                    books.say("Validating training file: " + trainingFile)));
                    tasks.schedule(Kind.VALIDATE_FILES, job.id(), clock.instant());
                    return use;
                });
        if (!stored.jobId().equals(job.id())) {
            return repeated(stored, wanted);
        }
        books.tell(job);
        return get(job.id());
    }

    private EngineJob repeated(KeyUse used, CreateJob wanted) {
        if (!used.requestHash().equals(wanted.fingerprint())) {
            throw EngineRefusal.badRequest(
                    null,
                    "idempotency_key_reused",
                    "This idempotency key was used for another request. Send a new key, or the same request.");
        }
        return get(used.jobId());
    }

    /// The base model that a job on this model trains.
    private String tunableBase(String model) {
        if (bases.find(model).isPresent()) {
            return model;
        }
        boolean known =
                store.findModel(model).isPresent()
                        && bases.find(ModelLifecycle.baseOf(model)).isPresent();
        if (!known) {
            throw EngineRefusal.badRequest(
                    null,
                    "model_not_available",
                    "Model "
                            + EngineRefusal.cut(model)
                            + " is not available for fine-tuning or does not exist.");
        }
        return ModelLifecycle.baseOf(model);
    }

    /// @throws EngineRefusal when there is none
    public EngineJob get(String id) {
        return store.find(id).orElseThrow(() -> EngineRefusal.unknownJob(id));
    }

    /// Newest first.
    ///
    /// @param after id of the last job of the page before; null for the first page
    public Listed<EngineJob> list(@Nullable String after, int limit, MetadataFilter filter) {
        if (after != null && store.find(after).isEmpty()) {
            throw unknownAfter(after);
        }
        return Listed.of(store.list(after, limit + 1, filter), limit);
    }

    /// Newest first.
    public Listed<EngineEvent> events(String id, @Nullable String after, int limit) {
        get(id);
        if (after != null && store.findEvent(id, after).isEmpty()) {
            throw unknownAfter(after);
        }
        return Listed.of(store.events(id, after, limit + 1), limit);
    }

    /// Newest first.
    public Listed<EngineCheckpoint> checkpoints(String id, @Nullable String after, int limit) {
        get(id);
        if (after != null && store.findCheckpoint(id, after).isEmpty()) {
            throw unknownAfter(after);
        }
        return Listed.of(store.checkpoints(id, after, limit + 1), limit);
    }

    /// Cancels a job that is not over. The process, where one runs, is ended by whoever runs it.
    ///
    /// @throws EngineRefusal when the job is over already
    public EngineJob cancel(String id) {
        return act(
                id,
                job ->
                        switch (job.status()) {
                            case VALIDATING_FILES, QUEUED, RUNNING, PAUSED ->
                                    new Act(
                                            job.change()
                                                    .status(EngineJobStatus.CANCELLED)
                                                    .pauseWanted(false)
                                                    .estimatedFinish(null)
                                                    .done(),
                                            "The job was cancelled.",
                                            () -> {});
                            case SUCCEEDED, FAILED, CANCELLED -> throw wrongState(job, "cancel");
                        });
    }

    /// Asks for a pause of a job that trains. It is paused when its checkpoint is on the disk.
    ///
    /// @throws EngineRefusal in any other state
    public EngineJob pause(String id) {
        EngineJob job =
                act(
                        id,
                        now ->
                                switch (now.status()) {
                                    case RUNNING ->
                                            new Act(
                                                    now.change().pauseWanted(true).done(),
                                                    "Pausing at the next checkpoint.",
                                                    () -> {});
                                    case VALIDATING_FILES,
                                            QUEUED,
                                            PAUSED,
                                            SUCCEEDED,
                                            FAILED,
                                            CANCELLED ->
                                            throw wrongState(now, "pause");
                                });
        return job;
    }

    /// Puts a paused job back into the queue; it goes on from its checkpoint.
    ///
    /// @throws EngineRefusal in any other state
    public EngineJob resume(String id) {
        return act(
                id,
                job ->
                        switch (job.status()) {
                            case PAUSED ->
                                    new Act(
                                            job.change()
                                                    .status(EngineJobStatus.QUEUED)
                                                    .pauseWanted(false)
                                                    .resumed(true)
                                                    .starts(0)
                                                    .crashes(0)
                                                    .done(),
                                            "The job is queued to go on from its last checkpoint.",
                                            () -> tasks.schedule(Kind.TRAIN, id, clock.instant()));
                            case VALIDATING_FILES, QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED ->
                                    throw wrongState(job, "resume");
                        });
    }

    private record Act(EngineJob.State next, String message, Runnable more) {}

    /// Changes a job, again with fresh eyes when somebody else changed it at the same moment.
    private EngineJob act(String id, Function<EngineJob, Act> decide) {
        while (true) {
            EngineJob job = get(id);
            Act act = decide.apply(job);
            if (act.next().equals(job.state())) {
                return job; // asked for twice
            }
            EngineJob written =
                    books.write(job, act.next(), List.of(books.say(act.message())), act.more());
            if (written != null) {
                return written;
            }
        }
    }

    /// Waits, but not long, until a pause that was asked for has happened or the job is over.
    ///
    /// @return the job as it is then
    public EngineJob awaitPaused(String id, Duration atMost) throws InterruptedException {
        long slice = Duration.ofMillis(250).toNanos();
        EngineJob job = get(id);
        for (long left = atMost.toNanos();
                left > 0 && job.state().pauseWanted() && !job.status().isFinal();
                left -= slice) {
            books.awaitChange(slice);
            job = get(id);
        }
        return job;
    }

    private static EngineRefusal wrongState(EngineJob job, String verb) {
        return EngineRefusal.badRequest(
                null,
                "invalid_job_state",
                "Cannot "
                        + verb
                        + " job "
                        + job.id()
                        + ": its status is '"
                        + job.status().word()
                        + "'.");
    }

    private static EngineRefusal unknownAfter(String after) {
        return EngineRefusal.badRequest(
                "after", null, "No such element: " + EngineRefusal.cut(after) + " - 'after'");
    }

    private static String required(String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw EngineRefusal.badRequest(field, null, "'" + field + "' is a required property");
        }
        return value;
    }

    /// Forgets idempotency keys that nobody will repeat.
    void tidy() {
        store.pruneKeys(clock.instant().truncatedTo(ChronoUnit.MILLIS).minus(Duration.ofDays(7)));
    }
}
