package dev.afinador.engine;

import dev.afinador.engine.EngineJob.Failure;
import dev.afinador.engine.TrainerRecord.LastWord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns what a training process tells into the job's state, events, checkpoints and models.
final class TrainingLog {

    private static final Logger log = LoggerFactory.getLogger(TrainingLog.class);

    /// As many as a vendor keeps.
    private static final int KEPT_CHECKPOINTS = 3;

    /// Longer texts of a process are cut: they are for people.
    private static final int LONGEST_TEXT = 2_000;

    private static final List<String> RESULT_COLUMNS =
            List.of(
                    "train_loss",
                    "train_mean_token_accuracy",
                    "valid_loss",
                    "valid_mean_token_accuracy",
                    "full_valid_loss",
                    "full_valid_mean_token_accuracy");

    private final EngineJobStore store;
    private final JobBooks books;
    private final EngineFiles files;
    private final EngineFolder folder;

    /// When the running process reached the first step that it told, by job: only this process's speed tells when it ends.
    private final Map<String, Pace> paces = new java.util.concurrent.ConcurrentHashMap<>();

    private record Pace(int attempt, long step, Instant at) {}

    /// For how long a training is watched before its end is foretold.
    private static final Duration PACE_NEEDS = Duration.ofSeconds(4);

    TrainingLog(EngineJobStore store, JobBooks books, EngineFiles files, EngineFolder folder) {
        this.store = store;
        this.books = books;
        this.files = files;
        this.folder = folder;
    }

    /// @param job  as it is stored now; null when it is no longer ours
    /// @param over whether a last word has ended this training
    record Read(@Nullable EngineJob job, boolean over) {}

    /// The beginning of a process.
    ///
    /// @return null when somebody else changed the job meanwhile
    @Nullable EngineJob started(EngineJob job) {
        EngineJob.State s = job.state();
        boolean first = s.startedAt() == null;
        EngineJob.Change change =
                job.change()
                        .status(EngineJobStatus.RUNNING)
                        .attempt(s.attempt() + 1)
                        .starts(s.starts() + 1)
                        .resumed(false);
        if (first) {
            change.startedAt(books.now());
        }
        List<EngineEvent> events = new ArrayList<>();
        if (first) {
            events.add(books.say("Fine-tuning job started"));
        } else if (s.resumed()) {
            events.add(books.say("Fine-tuning job resumed"));
        }
        return books.write(job, change.done(), events, () -> {});
    }

    /// Writes a piece of the log and how far it was read, together.
    Read write(EngineJob job, Trainer.LogRead read) throws IOException {
        EngineJob now = job;
        while (true) {
            Pass pass = new Pass(now);
            for (TrainerRecord record : read.records()) {
                pass.take(record);
                if (pass.over) {
                    break;
                }
            }
            pass.change.logRead(read.next());
            EngineJob written = books.write(now, pass.change.done(), pass.events, pass::store);
            if (written != null) {
                removeFolders(pass.forgotten);
                return new Read(written, pass.over);
            }
            pass.undo();
            // A pause or a cancel was written at this moment.
            EngineJob fresh = store.find(job.id()).orElse(null);
            if (fresh == null
                    || fresh.status() != EngineJobStatus.RUNNING
                    || fresh.state().attempt() != job.state().attempt()
                    || fresh.state().logRead() != job.state().logRead()) {
                return new Read(null, false);
            }
            now = fresh;
        }
    }

    /// One piece of the log on its way into the books.
    private final class Pass {
        private final EngineJob job;
        private final EngineJob.Change change;
        private final List<EngineEvent> events = new ArrayList<>();
        private final List<Runnable> rows = new ArrayList<>();
        private final List<Path> forgotten = new ArrayList<>();
        private @Nullable Long total;
        private @Nullable EngineFile prepared;
        private boolean over;

        Pass(EngineJob job) {
            this.job = job;
            this.change = job.change();
            this.total = job.state().totalSteps();
        }

        void store() {
            rows.forEach(Runnable::run);
        }

        /// What was written to the disk for a change that did not happen.
        void undo() {
            if (prepared != null) {
                files.forget(prepared);
            }
        }

        void take(TrainerRecord record) throws IOException {
            switch (record) {
                case TrainerRecord.Started r -> started(r);
                case TrainerRecord.Validated r -> validated(r);
                case TrainerRecord.Resolved r -> resolved(r);
                case TrainerRecord.Message r ->
                        events.add(
                                books.say(
                                        r.level(),
                                        cut(r.message())
                                                + (r.line() > 0
                                                        ? " (line " + r.line() + ")"
                                                        : "")));
                case TrainerRecord.Metrics r -> metrics(r);
                case TrainerRecord.Checkpoint r -> checkpoint(r);
                case LastWord.Paused r -> paused(r);
                case LastWord.Failed r -> failed(r);
                case LastWord.Succeeded r -> succeeded(r);
            }
        }

        private void started(TrainerRecord.Started r) {
            events.add(
                    books.say(
                            (r.resumedFromStep() > 0
                                            ? "Training goes on from step " + r.resumedFromStep()
                                            : "Training begins")
                                    + " on "
                                    + r.device()
                                    + " ("
                                    + r.precision()
                                    + ", "
                                    + r.threads()
                                    + (r.threads() == 1 ? " thread)" : " threads)")));
        }

        private void validated(TrainerRecord.Validated r) {
            events.add(
                    books.sayOnce(
                            "validated",
                            r.examples()
                                    + " training examples"
                                    + (r.validationExamples() > 0
                                            ? ", " + r.validationExamples() + " validation examples"
                                            : "")
                                    + ", "
                                    + r.trainedTokensPerEpoch()
                                    + " trained tokens per epoch"
                                    + (r.skipped() > 0
                                            ? ", " + r.skipped() + " examples skipped"
                                            : "")));
        }

        private void resolved(TrainerRecord.Resolved r) {
            total = r.totalSteps();
            change.resolved(r.hyperparameters()).totalSteps(r.totalSteps());
        }

        private void metrics(TrainerRecord.Metrics r) {
            change.step(Math.max(job.state().step(), r.step()));
            StringBuilder text = new StringBuilder("Step ").append(r.step());
            if (total != null) {
                text.append('/').append(total);
            }
            String separator = ": ";
            for (String[] named :
                    new String[][] {
                        {"train_loss", "training loss"},
                        {"valid_loss", "validation loss"},
                        {"full_valid_loss", "full validation loss"}
                    }) {
                Double value = r.numbers().get(named[0]);
                if (value != null) {
                    text.append(separator)
                            .append(String.format(Locale.ROOT, "%s=%.2f", named[1], value));
                    separator = ", ";
                }
            }
            Map<String, Double> data = new HashMap<>(r.numbers());
            if (total != null) {
                data.putIfAbsent("total_steps", (double) total);
            }
            events.add(books.metrics(r.step(), text.toString(), data));
            change.estimatedFinish(estimate(r.step()));
        }

        private @Nullable Instant estimate(long step) {
            Instant now = books.now();
            int attempt = job.state().attempt();
            Pace pace =
                    paces.compute(
                            job.id(),
                            (id, known) ->
                                    known == null || known.attempt() != attempt
                                            ? new Pace(attempt, step, now)
                                            : known);
            // Records are read several at a time: over a moment, their pace would be that of the
            // reader.
            if (total == null || step <= pace.step() || now.isBefore(pace.at().plus(PACE_NEEDS))) {
                return null;
            }
            long millis = Duration.between(pace.at(), now).toMillis() / (step - pace.step());
            return now.plusMillis(millis * Math.max(0, total - step));
        }

        private void checkpoint(TrainerRecord.Checkpoint r) {
            boolean last = total != null && r.step() >= total;
            String name =
                    last
                            ? job.asked().finalModel()
                            : books.checkpointName(
                                    job.asked().baseModel(), job.asked().suffix(), r.step());
            EngineCheckpoint checkpoint =
                    new EngineCheckpoint(
                            books.checkpointId(), r.step(), name, r.metrics(), books.now());
            EngineModel model = model(name, r.folder());
            rows.add(() -> {
                store.addCheckpoint(job.id(), checkpoint, model);
                forgetOld();
            });
            events.add(
                    books.sayOnce(
                            "checkpoint:" + r.step(), "Checkpoint created at step " + r.step()));
            change.starts(0).crashes(0);
        }

        private void forgetOld() {
            List<EngineCheckpoint> all = store.checkpoints(job.id(), null, 100);
            for (EngineCheckpoint old :
                    all.subList(Math.min(KEPT_CHECKPOINTS, all.size()), all.size())) {
                if (store.usesModel(old.model()).isPresent()) {
                    continue; // another job goes on from it
                }
                store.findModel(old.model())
                        .ifPresent(m -> forgotten.add(folder.root().resolve(m.folder())));
                store.deleteCheckpoint(job.id(), old);
            }
        }

        private EngineModel model(String name, String relative) {
            Path place = folder.job(job.id()).resolve(relative).normalize();
            if (!place.startsWith(folder.job(job.id()))) {
                throw new IllegalStateException("the trainer named a folder outside of its own");
            }
            return new EngineModel(
                    name,
                    job.id(),
                    job.asked().baseModel(),
                    folder.root().relativize(place).toString(),
                    books.now());
        }

        private void paused(LastWord.Paused r) {
            if (!job.state().pauseWanted()) {
                return; // the server was ending; training goes on where somebody picks it up
            }
            over = true;
            change.status(EngineJobStatus.PAUSED).pauseWanted(false).estimatedFinish(null);
            events.add(books.say("Job paused at step " + r.step()));
        }

        private void failed(LastWord.Failed r) {
            over = true;
            Failure failure =
                    new Failure(
                            r.code(),
                            cut(r.message())
                                    + (r.line() > 0 && !r.message().contains("line " + r.line())
                                            ? " (line " + r.line() + ")"
                                            : ""),
                            r.param());
            change.status(EngineJobStatus.FAILED)
                    .failure(failure)
                    .pauseWanted(false)
                    .estimatedFinish(null);
            events.add(books.say(EngineEvent.Level.ERROR, failure.message()));
        }

        private void succeeded(LastWord.Succeeded r) throws IOException {
            over = true;
            String name = job.asked().finalModel();
            EngineModel model = model(name, r.folder());
            EngineFile results =
                    files.prepare(
                            "step_metrics.csv",
                            EngineFile.RESULTS,
                            new ByteArrayInputStream(resultFile()));
            prepared = results;
            EngineCheckpoint last =
                    new EngineCheckpoint(
                            books.checkpointId(),
                            r.step(),
                            name,
                            lastMetrics(r.step()),
                            books.now());
            rows.add(() -> {
                files.record(results);
                store.addCheckpoint(
                        job.id(), last, model); // nothing when the trainer made one itself
                store.putModel(model);
                forgetOld();
            });
            change.status(EngineJobStatus.SUCCEEDED)
                    .step(r.step())
                    .fineTunedModel(name)
                    .trainedTokens(r.trainedTokens())
                    .resultFile(results.id())
                    .finishedAt(books.now())
                    .pauseWanted(false)
                    .estimatedFinish(null);
            events.add(books.say("New fine-tuned model created: " + name));
            events.add(books.say("The job has successfully completed"));
        }

        /// The metrics of this piece are not in the store yet.
        private List<Map<String, Double>> allMetrics() {
            Map<Double, Map<String, Double>> bySteps = new java.util.TreeMap<>();
            store.metrics(job.id()).forEach(m -> bySteps.put(m.getOrDefault("step", 0.0), m));
            for (EngineEvent event : events) {
                if (event.type() == EngineEvent.Type.METRICS) {
                    bySteps.putIfAbsent(event.data().getOrDefault("step", 0.0), event.data());
                }
            }
            return List.copyOf(bySteps.values());
        }

        private Map<String, Double> lastMetrics(long step) {
            Map<String, Double> found = new HashMap<>(Map.of("step", (double) step));
            for (Map<String, Double> metrics : allMetrics()) {
                if (metrics.getOrDefault("step", 0.0) == step) {
                    RESULT_COLUMNS.forEach(name -> {
                        Double value = metrics.get(name);
                        if (value != null) {
                            found.put(name, value);
                        }
                    });
                }
            }
            return found;
        }

        /// A plain CSV with the vendor's columns, and the full validation's behind them.
        private byte[] resultFile() {
            StringBuilder csv =
                    new StringBuilder(
                            "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy,"
                                    + "full_valid_loss,full_valid_mean_token_accuracy\n");
            for (Map<String, Double> metrics : allMetrics()) {
                csv.append(metrics.getOrDefault("step", 0.0).longValue());
                for (String column : RESULT_COLUMNS) {
                    Double value = metrics.get(column);
                    csv.append(',')
                            .append(value == null ? "" : String.format(Locale.ROOT, "%.6g", value));
                }
                csv.append('\n');
            }
            return csv.toString().getBytes(StandardCharsets.UTF_8);
        }
    }

    /// A pause that was asked for when no process ran.
    @Nullable EngineJob paused(EngineJob job) {
        return books.write(
                job,
                job.change()
                        .status(EngineJobStatus.PAUSED)
                        .pauseWanted(false)
                        .estimatedFinish(null)
                        .done(),
                List.of(books.say("Job paused at step " + job.state().step())),
                () -> {});
    }

    @Nullable EngineJob failed(EngineJob job, Failure failure) {
        return books.write(
                job,
                job.change()
                        .status(EngineJobStatus.FAILED)
                        .failure(failure)
                        .pauseWanted(false)
                        .estimatedFinish(null)
                        .done(),
                List.of(books.say(EngineEvent.Level.ERROR, failure.message())),
                () -> {});
    }

    /// The process ended without a last word.
    ///
    /// @return the job, running when it may be tried again; null when somebody else changed it meanwhile
    @Nullable EngineJob crashed(EngineJob job, String ending, int allowed) {
        int crashes = job.state().crashes() + 1;
        long checkpoint =
                store.checkpoints(job.id(), null, 1).stream()
                        .mapToLong(EngineCheckpoint::step)
                        .findFirst()
                        .orElse(0);
        String from =
                checkpoint == 0
                        ? "from the beginning"
                        : "from the checkpoint of step " + checkpoint;
        log.warn("job {}: the training process ended unexpectedly: {}", job.id(), ending);
        if (crashes >= allowed) {
            return failed(
                    job,
                    new Failure(
                            "trainer_crashed",
                            "The training process ended unexpectedly "
                                    + crashes
                                    + " times "
                                    + from
                                    + ", last with: "
                                    + cut(ending)
                                    + ". If it was killed, the machine probably ran out of memory: use a smaller model,"
                                    + " shorter examples or a smaller batch_size.",
                            null));
        }
        return books.write(
                job,
                job.change().crashes(crashes).estimatedFinish(null).done(),
                List.of(
                        books.say(
                                EngineEvent.Level.WARN,
                                "The training process ended unexpectedly: "
                                        + cut(ending)
                                        + ". Trying again "
                                        + from
                                        + ".")),
                () -> {});
    }

    /// Removes what only a job that still trains needs. Safe to repeat.
    void tidy(EngineJob job) throws IOException {
        paces.remove(job.id());
        folder.remove(FileValidation.trainingFile(folder, job.id()));
        folder.remove(FileValidation.validationFile(folder, job.id()));
    }

    private void removeFolders(List<Path> forgotten) {
        for (Path path : forgotten) {
            try {
                folder.remove(path);
            } catch (IOException | UncheckedIOException e) {
                log.warn("{} could not be removed and takes up space: {}", path, e.toString());
            }
        }
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }
}
