package dev.afinador.engine.process;

import dev.afinador.engine.EngineMethod;
import dev.afinador.engine.Trainer;
import dev.afinador.engine.Training.NotStartedException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Training as a child JVM per job.
public final class TrainerProcesses implements Trainer {

    private static final Logger log = LoggerFactory.getLogger(TrainerProcesses.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration END_OF_LEFTOVER = Duration.ofSeconds(15);

    private final TrainerCommand command;
    private final Settings settings;

    /// @param heap      most megabytes of Java heap of a training process
    /// @param device    `auto`, `cpu` or `cuda`
    /// @param precision `auto`, `fp32` or `bf16`
    /// @param threads   null for the number of cores
    public record Settings(int heap, String device, String precision, @Nullable Integer threads) {}

    public TrainerProcesses(TrainerCommand command, Settings settings) {
        this.command = command;
        this.settings = settings;
    }

    @Override
    public Run start(Path folder, RunSpec spec) throws IOException {
        if (!command.isInstalled()) {
            throw new NotStartedException(
                    "trainer_missing",
                    "The trainer is not where it should be ("
                            + command.classPath()
                            + "). Start Afinador with ./afinador start, which builds it.");
        }
        Files.createDirectories(folder);
        endLeftover(folder);
        writeSpec(folder, spec);
        endTornLine(folder.resolve("log.jsonl"));
        Process process = command.start(settings.heap(), false, "train", folder.toString());
        remember(folder, process);
        return new Child(process, folder);
    }

    @Override
    public LogRead read(Path folder, long from, int most) throws IOException {
        return LogReader.read(folder.resolve("log.jsonl"), from, most);
    }

    /// Written for every process: another machine that goes on with the job may have its models elsewhere.
    private void writeSpec(Path folder, RunSpec spec) throws IOException {
        Path file = folder.resolve("run.json");
        Map<String, Object> hyperparameters = new LinkedHashMap<>();
        for (String name : spec.method().hyperparameters()) {
            hyperparameters.put(name, value(spec.hyperparameters().getOrDefault(name, "auto")));
        }
        hyperparameters.putIfAbsent("beta", "auto");
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("base_model", spec.baseModel().toString());
        run.put("start_from", spec.startFrom() == null ? null : spec.startFrom().toString());
        run.put("training_file", spec.trainingFile().toString());
        run.put(
                "validation_file",
                spec.validationFile() == null ? null : spec.validationFile().toString());
        run.put("method", word(spec.method()));
        run.put("hyperparameters", hyperparameters);
        run.put("seed", spec.seed());
        run.put("tuning", Map.of("kind", spec.whole() ? "full" : "lora"));
        run.put("precision", settings.precision());
        run.put("device", settings.device());
        run.put("threads", settings.threads());
        run.put("max_tokens", null);
        Path unfinished = folder.resolve("run.json.part");
        Files.write(unfinished, JSON.writeValueAsBytes(run));
        move(unfinished, file);
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(
                    from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String word(EngineMethod method) {
        return method.word();
    }

    private static Object value(String text) {
        if (text.equals("auto")) {
            return text;
        }
        java.math.BigDecimal number = new java.math.BigDecimal(text);
        return number.stripTrailingZeros().scale() <= 0 ? (Object) number.toBigInteger() : number;
    }

    /// A killed process may have left half a record; what comes next shall be a line of its own.
    private static void endTornLine(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return;
        }
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "rw")) {
            log.seek(log.length() - 1);
            if (log.read() != '\n') {
                log.seek(log.length());
                log.write('\n');
            }
        }
    }

    /// Remembers the process, so that whoever comes after a killed server can make sure that it is gone.
    private static void remember(Path folder, Process process) {
        Map<String, Object> who = new LinkedHashMap<>();
        who.put("pid", process.pid());
        who.put(
                "started",
                process.info().startInstant().map(java.time.Instant::toEpochMilli).orElse(0L));
        try {
            Path unfinished = folder.resolve("process.json.part");
            Files.write(unfinished, JSON.writeValueAsBytes(who));
            move(unfinished, folder.resolve("process.json"));
        } catch (IOException e) {
            process.destroyForcibly();
            throw new UncheckedIOException(e);
        }
    }

    private static void endLeftover(Path folder) throws IOException {
        JsonNode who;
        try {
            who = JSON.readTree(Files.readAllBytes(folder.resolve("process.json")));
        } catch (NoSuchFileException e) {
            return;
        }
        Optional<ProcessHandle> left = ProcessHandle.of(who.path("pid").asLong(0));
        if (left.isEmpty() || !left.get().isAlive()) {
            return;
        }
        // A number may have been given to somebody else since; a start time to the millisecond has
        // not.
        long started =
                left.get().info().startInstant().map(java.time.Instant::toEpochMilli).orElse(-1L);
        if (started != who.path("started").asLong(0)) {
            return;
        }
        log.info("ending process {}, which a killed server left behind", left.get().pid());
        left.get().destroyForcibly();
        try {
            left.get().onExit().get(END_OF_LEFTOVER.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("a process that a killed server left behind does not end", e);
        }
    }

    private static final class Child implements Run {
        private final Process process;
        private final ErrorTail errors;
        private boolean paused;
        private boolean cancelled;

        Child(Process process, Path folder) {
            this.process = process;
            this.errors =
                    new ErrorTail(
                            process.getErrorStream(),
                            folder.resolve("trainer.log"),
                            "trainer-errors-" + process.pid());
        }

        @Override
        public boolean ended(Duration atMost) throws InterruptedException {
            return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void pause() {
            if (!paused) {
                paused = true;
                say("pause\n");
            }
        }

        @Override
        public void cancel() {
            if (!cancelled) {
                cancelled = true;
                say("cancel\n");
            }
        }

        private void say(String line) {
            try {
                OutputStream in = process.getOutputStream();
                in.write(line.getBytes(StandardCharsets.UTF_8));
                in.flush();
            } catch (IOException e) {
                // It has ended; whoever waits for that will see it.
            }
        }

        @Override
        public String ending() {
            try {
                return Ending.of(process.exitValue(), errors.lastLine());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Ending.of(process.exitValue(), "");
            }
        }

        /// Ends what is left of it; the end of its input would do the same, but nobody shall wait for a hung one.
        @Override
        public void close() {
            if (process.isAlive()) {
                process.destroyForcibly();
            }
        }
    }
}
