package dev.afinador.engine;

import dev.afinador.engine.process.Sampler;
import dev.afinador.engine.process.TrainerCommand;
import dev.afinador.engine.process.TrainerProcesses;
import dev.afinador.provider.Credential;
import dev.afinador.provider.SecretBox;
import dev.afinador.storage.Database;
import dev.afinador.storage.JdbcEngineFileStore;
import dev.afinador.storage.JdbcEngineJobStore;
import dev.afinador.storage.JdbcWebhookStore;
import dev.afinador.testkit.TrainingFiles;
import dev.afinador.testkit.trainer.FakeTrainer;
import dev.afinador.testkit.trainer.FakeTrainerScript;
import dev.afinador.work.TaskQueue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// An engine of real parts in a temporary folder, on SQLite, with the scripted trainer's processes. Background work waits in
/// [#tasks] until a test does it.
public final class EngineRig implements AutoCloseable {

    public static final String BASE = "fake-nano";

    public final Path root;
    public final FakeTrainerScript script;
    public final Database database;
    public final EngineJobStore jobStore;
    public final EngineFileStore fileStore;
    public final WebhookStore webhookStore;
    public final EngineFolder folder;
    public final EngineIds ids = new EngineIds(new SecureRandom(), "local");
    public final Tasks tasks = new Tasks();
    public final Deliveries deliveries = new Deliveries();
    public final Webhooks webhooks;
    public final JobBooks books;
    public final EngineFiles files;
    public final BaseModels bases;
    public final EngineJobs jobs;
    public final EngineModels models;
    public final TrainerCommand command;
    public final Sampler sampler;
    public final InstantSource clock;
    public final List<EngineJob> heard = new CopyOnWriteArrayList<>();

    public EngineRig(Path root) {
        this(root, Clock.tickMillis(ZoneOffset.UTC));
    }

    public EngineRig(Path root, InstantSource clock) {
        this.root = root;
        this.clock = clock;
        this.script = new FakeTrainerScript(root);
        FakeTrainerScript.model(root.resolve("models"), BASE);
        this.database = Database.sqlite(root.resolve("engine.db"));
        this.jobStore = new JdbcEngineJobStore(database);
        this.fileStore = new JdbcEngineFileStore(database);
        this.webhookStore = new JdbcWebhookStore(database);
        this.command =
                new TrainerCommand(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        System.getProperty("java.class.path"),
                        FakeTrainer.class.getName(),
                        root.resolve("natives"),
                        script.options());
        try {
            this.folder = new EngineFolder(root.resolve("engine"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.bases = new KnownFolders(root.resolve("models"));
        this.webhooks =
                new Webhooks(
                        webhookStore,
                        new PlainBox(),
                        deliveries,
                        tasks,
                        ids,
                        new SecureRandom(),
                        clock,
                        true);
        this.books = new JobBooks(jobStore, database, webhooks, heard::add, ids, clock);
        this.files =
                new EngineFiles(
                        fileStore,
                        folder,
                        database,
                        ids,
                        clock,
                        new EngineFiles.Limits(5 << 20, 8 << 20, 1 << 20));
        this.jobs =
                new EngineJobs(
                        jobStore,
                        books,
                        files,
                        bases,
                        database,
                        tasks,
                        ids,
                        new SecureRandom(),
                        clock);
        this.models = new EngineModels(jobStore, bases, folder, ids);
        this.sampler =
                new Sampler(command, clock, new Sampler.Settings(64, Duration.ofMinutes(5), 2, 4));
    }

    public FileValidation validation() {
        return new FileValidation(jobStore, books, files, folder, tasks, clock);
    }

    public Training training() {
        return training(Training.Settings.DEFAULT);
    }

    public Training training(Training.Settings settings) {
        return new Training(
                jobStore,
                books,
                bases,
                files,
                folder,
                new TrainerProcesses(command, new TrainerProcesses.Settings(64, "auto", "auto", 2)),
                clock,
                settings);
    }

    public EngineFile upload(String content) {
        return files.create(
                files.receive(new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8))),
                "datos.jsonl",
                "fine-tune",
                null,
                null);
    }

    public EngineJob createJob() {
        return createJob(upload(TrainingFiles.chat(12)).id(), BASE, "supervised");
    }

    public EngineJob createJob(String fileId, String model, String method) {
        return jobs.create(
                new CreateJob(
                        model,
                        fileId,
                        null,
                        "Soporte",
                        7L,
                        method,
                        Map.of(),
                        "hyperparameters",
                        null,
                        "f"),
                null);
    }

    /// A job whose files are checked, so that it waits for its training.
    public EngineJob queuedJob() {
        EngineJob job = createJob();
        validation().run(job.id());
        return jobs.get(job.id());
    }

    /// Texts of a job's messages, oldest first.
    public List<String> messages(String jobId) {
        return jobs.events(jobId, null, 1000).elements().reversed().stream()
                .filter(e -> e.type() == EngineEvent.Type.MESSAGE)
                .map(EngineEvent::message)
                .toList();
    }

    /// Steps of a job's metrics, oldest first.
    public List<Long> steps(String jobId) {
        return jobStore.metrics(jobId).stream().map(m -> m.get("step").longValue()).toList();
    }

    @Override
    public void close() {
        sampler.close();
        database.close();
    }

    /// Notes what is scheduled.
    public static final class Tasks implements TaskQueue {
        public record Task(Kind kind, String instance) {}

        public final List<Task> scheduled = new CopyOnWriteArrayList<>();

        @Override
        public void schedule(Kind kind, String instance, Instant notBefore) {
            scheduled.add(new Task(kind, instance));
        }
    }

    /// Notes what is sent, and answers as it was told.
    public static final class Deliveries implements WebhookSender {
        public record Sent(URI url, String id, String body, List<String> secrets) {}

        public final List<Sent> sent = new CopyOnWriteArrayList<>();
        public final List<Outcome> outcomes = new ArrayList<>();

        @Override
        public Outcome send(URI url, String id, String body, List<Credential> secrets) {
            sent.add(new Sent(url, id, body, secrets.stream().map(Credential::reveal).toList()));
            return outcomes.isEmpty() ? new Outcome.Answered(200, null) : outcomes.removeFirst();
        }
    }

    /// Seals nothing, but notices a secret that is opened for somebody else.
    private static final class PlainBox implements SecretBox {
        @Override
        public byte[] seal(Credential secret, String boundTo) {
            return (boundTo + "|" + secret.reveal()).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Credential open(byte[] sealed, String boundTo) {
            String text = new String(sealed, StandardCharsets.UTF_8);
            if (!text.startsWith(boundTo + "|")) {
                throw new CannotOpenException("sealed for somebody else", new Exception());
            }
            return new Credential(text.substring(boundTo.length() + 1));
        }
    }

    /// Takes every folder for a good model, without asking a process.
    private record KnownFolders(Path models) implements BaseModels {
        @Override
        public List<BaseModel> list() {
            return find(BASE).stream().toList();
        }

        @Override
        public Optional<BaseModel> find(String name) {
            Path folder = models.resolve(name);
            return Files.exists(folder.resolve("config.json"))
                    ? Optional.of(
                            new BaseModel(
                                    name,
                                    folder,
                                    Instant.EPOCH,
                                    new Inspection.Usable("Fake", 1000, 512, 4000, "fp32")))
                    : Optional.empty();
        }
    }

    /// Whether a process of this number lives.
    public static boolean lives(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    /// The training process of a job.
    public long pidOf(String jobId) {
        try {
            String text = Files.readString(folder.job(jobId).resolve("process.json"));
            return Long.parseLong(text.replaceAll(".*\"pid\":([0-9]+).*", "$1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
