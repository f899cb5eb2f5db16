package dev.afinador.engine;

import dev.afinador.engine.BaseModels.BaseModel;
import dev.afinador.engine.BaseModels.Inspection;
import dev.afinador.engine.EngineJob.Failure;
import dev.afinador.work.TaskQueue;
import dev.afinador.work.TaskQueue.Next;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Trains one job, from its beginning or from its last checkpoint, for as long as that takes: the queue's claim on the task is
/// what keeps other machines away. Can be killed anywhere and repeated; what the process has written to its log is in the books
/// exactly once, because the place up to which it was read is stored with what was read.
public final class Training implements TaskQueue.Step {

    private static final Logger log = LoggerFactory.getLogger(Training.class);

    private static final Duration TICK = Duration.ofMillis(200);
    private static final int LOOK_EVERY = 5;
    private static final int RECORDS_AT_ONCE = 200;
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final EngineJobStore store;
    private final JobBooks books;
    private final BaseModels bases;
    private final EngineFolder folder;
    private final Trainer trainer;
    private final TrainingLog records;
    private final InstantSource clock;
    private final Settings settings;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition oneLess = lock.newCondition();
    private int running;
    private volatile boolean stopping;

    /// @param silence    a process that says nothing for so long is taken for hung
    /// @param crashes    how often a process may crash without reaching another checkpoint
    /// @param starts     how often one may be started without reaching another checkpoint, for whatever reason
    /// @param grace      how long a process that was asked to end may take
    /// @param stopWithin how long an ending server waits for checkpoints
    public record Settings(
            Duration silence, int crashes, int starts, Duration grace, Duration stopWithin) {
        public static final Settings DEFAULT =
                new Settings(
                        Duration.ofMinutes(15),
                        3,
                        10,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(20));
    }

    public Training(
            EngineJobStore store,
            JobBooks books,
            BaseModels bases,
            EngineFiles files,
            EngineFolder folder,
            Trainer trainer,
            InstantSource clock,
            Settings settings) {
        this.store = store;
        this.books = books;
        this.bases = bases;
        this.folder = folder;
        this.trainer = trainer;
        this.records = new TrainingLog(store, books, files, folder);
        this.clock = clock;
        this.settings = settings;
    }

    /// How many jobs train here now.
    public int running() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    /// Lets every process make a checkpoint and end, and waits for that. Jobs stay what they are and go on when somebody works
    /// on the queue again; nothing starts here any more.
    public void stop() {
        stopping = true;
        long left = settings.stopWithin().plus(settings.grace()).toNanos();
        lock.lock();
        try {
            while (running > 0 && left > 0) {
                left = oneLess.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Next run(String jobId) {
        enter();
        try {
            return train(jobId);
        } catch (IOException e) {
            throw new UncheckedIOException("job " + jobId + " could not be trained now", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Next.Again(clock.instant());
        } finally {
            leave();
        }
    }

    private void enter() {
        lock.lock();
        try {
            running++;
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        lock.lock();
        try {
            running--;
            oneLess.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Next train(String jobId) throws IOException, InterruptedException {
        EngineJob job = store.find(jobId).orElse(null);
        if (job == null) {
            return new Next.Done();
        }
        switch (job.status()) {
            case VALIDATING_FILES, PAUSED -> {
                return new Next.Done(); // whoever moves it on schedules this again
            }
            case SUCCEEDED, FAILED, CANCELLED -> {
                records.tidy(job);
                return new Next.Done();
            }
            case QUEUED, RUNNING -> {}
        }
        if (stopping) {
            return new Next.Again(clock.instant());
        }
        // What a process wrote before its parent was killed, an end perhaps.
        if (job.status() == EngineJobStatus.RUNNING) {
            TrainingLog.Read read = readOn(job);
            if (read.over() || read.job() == null) {
                return after(read.job());
            }
            job = read.job();
            if (job.state().pauseWanted()) {
                return after(records.paused(job));
            }
            if (job.state().starts() >= settings.starts()) {
                return after(records.failed(job, tooManyStarts(job)));
            }
        }
        return start(job);
    }

    private Next start(EngineJob job) throws IOException, InterruptedException {
        Trainer.RunSpec spec;
        switch (specOf(job)) {
            case Spec.Ready(Trainer.RunSpec ready) -> spec = ready;
            case Spec.Impossible(Failure failure) -> {
                return after(records.failed(job, failure));
            }
        }
        EngineJob claimed = records.started(job);
        if (claimed == null) {
            return new Next.Again(
                    clock.instant()); // somebody changed it at this moment: look again
        }
        try (Trainer.Run run = trainer.start(folder.job(job.id()), spec)) {
            return follow(claimed, run);
        } catch (NotStartedException e) {
            return after(records.failed(claimed, new Failure(e.code(), e.getMessage(), null)));
        }
    }

    /// Most parameters of a base that is trained as a whole.
    private static final long LARGEST_TRAINED_WHOLE = 20_000_000;

    private sealed interface Spec {
        record Ready(Trainer.RunSpec spec) implements Spec {}

        record Impossible(Failure failure) implements Spec {}
    }

    private Spec specOf(EngineJob job) {
        EngineJob.Asked asked = job.asked();
        BaseModel base =
                bases.list().stream()
                        .filter(b -> b.name().equals(asked.baseModel()))
                        .findFirst()
                        .orElse(null);
        if (base == null) {
            return new Spec.Impossible(
                    new Failure(
                            "model_not_available",
                            "The base model '"
                                    + asked.baseModel()
                                    + "' is no longer on this machine. Put its folder back among the models and start"
                                    + " the job again.",
                            "model"));
        }
        if (base.inspection() instanceof Inspection.Unusable(String code, String message)) {
            return new Spec.Impossible(new Failure(code, message, "model"));
        }
        Path startFrom = null;
        if (asked.continues()) {
            EngineModel model = store.findModel(asked.model()).orElse(null);
            if (model == null) {
                return new Spec.Impossible(
                        new Failure(
                                "model_not_available",
                                "The model '" + asked.model() + "' was deleted.",
                                "model"));
            }
            startFrom = folder.root().resolve(model.folder());
        }
        return new Spec.Ready(
                new Trainer.RunSpec(
                        base.folder(),
                        startFrom,
                        FileValidation.trainingFile(folder, job.id()),
                        asked.validationFile() == null
                                ? null
                                : FileValidation.validationFile(folder, job.id()),
                        asked.method(),
                        asked.hyperparameters(),
                        asked.seed(),
                        isTrainedWhole(base, startFrom)));
    }

    /// A small base has too little in it for an adapter to find what it needs: of fifty answers, `afinador-nano` learnt none by heart
    /// with an adapter and all of them as a whole, in the same number of steps. A large one does not fit into memory with everything that
    /// training it whole takes.
    private static boolean isTrainedWhole(BaseModel base, @Nullable Path startFrom) {
        boolean fromAdapter =
                startFrom != null && Files.exists(startFrom.resolve("adapter_config.json"));
        return !fromAdapter
                && base.inspection() instanceof Inspection.Usable usable
                && usable.parameters() <= LARGEST_TRAINED_WHOLE;
    }

    private Next follow(EngineJob claimed, Trainer.Run run)
            throws IOException, InterruptedException {
        EngineJob job = claimed;
        Instant lastSign = clock.instant();
        Instant askedToEnd = null;
        String killedBecause = null;
        boolean ended = false;
        for (int tick = 0; !ended; tick++) {
            ended = run.ended(TICK);
            long readBefore = job.state().logRead();
            TrainingLog.Read read = readOn(job);
            if (read.job() == null) {
                return letGo(job.id(), run);
            }
            job = read.job();
            if (job.state().logRead() != readBefore) {
                lastSign = clock.instant();
            }
            if (read.over()) {
                run.ended(
                        settings.grace()); // it has said its last word; what it still does is going
                // away
                return after(job);
            }
            if (ended) {
                break;
            }
            if (tick % LOOK_EVERY == 0) {
                EngineJob now = store.find(job.id()).orElse(null);
                if (now == null
                        || now.status() != EngineJobStatus.RUNNING
                        || now.state().attempt() != job.state().attempt()) {
                    return letGo(job.id(), run);
                }
                job = now;
            }
            if (askedToEnd == null && (stopping || job.state().pauseWanted())) {
                run.pause();
                askedToEnd = clock.instant();
            }
            if (askedToEnd != null && stopping && passed(askedToEnd, settings.stopWithin())) {
                log.warn(
                        "job {} made no checkpoint in time; it goes on from the one before",
                        job.id());
                run.close();
            }
            if (passed(lastSign, settings.silence()) && killedBecause == null) {
                killedBecause =
                        "it said nothing for " + settings.silence().toMinutes() + " minutes";
                run.close();
            }
        }
        if (stopping) {
            return new Next.Again(clock.instant());
        }
        return crashed(job, killedBecause == null ? run.ending() : killedBecause);
    }

    private boolean passed(Instant since, Duration time) {
        return clock.instant().isAfter(since.plus(time));
    }

    /// Somebody cancelled the job, or another machine has it.
    private Next letGo(String jobId, Trainer.Run run) throws IOException, InterruptedException {
        run.cancel();
        if (!run.ended(settings.grace())) {
            run.close();
        }
        EngineJob job = store.find(jobId).orElse(null);
        return job == null ? new Next.Done() : after(job);
    }

    private Next crashed(EngineJob job, String ending) throws IOException {
        EngineJob written = records.crashed(job, ending, settings.crashes());
        if (written != null && written.status() == EngineJobStatus.RUNNING) {
            return new Next.Again(clock.instant().plus(RETRY));
        }
        return after(written);
    }

    private Failure tooManyStarts(EngineJob job) {
        return new Failure(
                "trainer_crashed",
                "Training was started "
                        + job.state().starts()
                        + " times without reaching another checkpoint (last step "
                        + job.state().step()
                        + "). If the server itself was killed each time, the machine probably ran out of memory: use a"
                        + " smaller model, shorter examples or a smaller batch_size.",
                null);
    }

    /// @param job as it was written; null when somebody else changed it meanwhile
    private Next after(@Nullable EngineJob job) throws IOException {
        if (job == null) {
            return new Next.Again(clock.instant());
        }
        return switch (job.status()) {
            case QUEUED, RUNNING -> new Next.Again(clock.instant());
            case VALIDATING_FILES, PAUSED -> new Next.Done();
            case SUCCEEDED, FAILED, CANCELLED -> {
                records.tidy(job);
                yield new Next.Done();
            }
        };
    }

    /// Brings the log's new records into the books.
    private TrainingLog.Read readOn(EngineJob job) throws IOException {
        EngineJob now = job;
        while (true) {
            Trainer.LogRead read =
                    trainer.read(folder.job(now.id()), now.state().logRead(), RECORDS_AT_ONCE);
            if (read.next() == now.state().logRead()) {
                return new TrainingLog.Read(now, false);
            }
            TrainingLog.Read written = records.write(now, read);
            if (written.job() == null || written.over()) {
                return written;
            }
            now = written.job();
        }
    }

    /// Training cannot even begin, and trying again would not help.
    public static final class NotStartedException extends IOException {
        private final String code;

        /// @param message for a person: why, and what to do
        public NotStartedException(String code, String message) {
            super(message);
            this.code = code;
        }

        String code() {
            return code;
        }

        @Override
        public String getMessage() {
            return java.util.Objects.requireNonNull(super.getMessage());
        }
    }
}
