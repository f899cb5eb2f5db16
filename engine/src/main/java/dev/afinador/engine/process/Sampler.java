package dev.afinador.engine.process;

import dev.afinador.engine.EngineModels.Loadable;
import dev.afinador.engine.EngineRefusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets models answer. A base model's process is started when somebody calls it or something trained on it, shared by all who
/// do, started again when it has died, and ended when nobody has called for a while.
public final class Sampler implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Sampler.class);
    private static final Duration COME_BACK = Duration.ofSeconds(5);

    private final TrainerCommand command;
    private final InstantSource clock;
    private final Settings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Path, Loaded> loaded = new HashMap<>();
    private final ScheduledExecutorService idleness;
    private boolean closed;

    /// @param heap      most megabytes of Java heap of a process; weights live outside of it
    /// @param idle      a process that nobody has called for so long is ended
    /// @param processes how many base models are in memory at most
    /// @param requests  how many requests one process has at most; more are told to come back
    public record Settings(int heap, Duration idle, int processes, int requests) {}

    private static final class Loaded {
        private final ServeProcess process;
        private Instant lastUse;

        Loaded(ServeProcess process, Instant now) {
            this.process = process;
            this.lastUse = now;
        }
    }

    public Sampler(TrainerCommand command, InstantSource clock, Settings settings) {
        this.command = command;
        this.clock = clock;
        this.settings = settings;
        this.idleness =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("idle-models").factory());
        long every = Math.clamp(settings.idle().toMillis() / 4, 100, 30_000);
        idleness.scheduleWithFixedDelay(this::endIdle, every, every, TimeUnit.MILLISECONDS);
    }

    /// Begins to answer.
    ///
    /// @throws EngineRefusal when there is too much to do, or no process can be started
    public Generation ask(Loadable model, Sampling.Request request) {
        // A model that was trained as a whole is a base of its own to the trainer.
        boolean whole =
                model.adapter() != null && Files.exists(model.adapter().resolve("config.json"));
        Path base = whole ? model.adapter() : model.base();
        lock.lock();
        try {
            if (closed) {
                throw EngineRefusal.busy("The engine is being stopped.", COME_BACK);
            }
            Loaded at = loaded(java.util.Objects.requireNonNull(base));
            if (at.process.requests() >= settings.requests()) {
                throw EngineRefusal.busy(
                        "This machine answers "
                                + settings.requests()
                                + " requests to this model already. Please try again in a moment.",
                        COME_BACK);
            }
            at.lastUse = clock.instant();
            return at.process.ask(
                    UUID.randomUUID().toString(),
                    whole ? null : model.adapter(),
                    request,
                    () -> touch(at));
        } finally {
            lock.unlock();
        }
    }

    private void touch(Loaded at) {
        lock.lock();
        try {
            at.lastUse = clock.instant();
        } finally {
            lock.unlock();
        }
    }

    private Loaded loaded(Path base) {
        Loaded there = loaded.get(base);
        if (there != null && there.process.isAlive()) {
            return there;
        }
        loaded.values().removeIf(l -> !l.process.isAlive());
        if (loaded.size() >= settings.processes()) {
            makeRoom();
        }
        if (!command.isInstalled()) {
            throw EngineRefusal.broken(
                    "trainer_missing",
                    "The trainer is not installed on this machine, so it cannot answer. Start Afinador with ./afinador start.");
        }
        try {
            Loaded fresh =
                    new Loaded(new ServeProcess(command, settings.heap(), base), clock.instant());
            log.info("model {} answers in process {}", base.getFileName(), fresh.process.pid());
            loaded.put(base, fresh);
            return fresh;
        } catch (IOException e) {
            log.warn("no process for {}", base, e);
            throw EngineRefusal.broken(
                    "model_process_failed",
                    "The model's process could not be started: " + e.getMessage());
        }
    }

    private void makeRoom() {
        Map.Entry<Path, Loaded> longestIdle =
                loaded.entrySet().stream()
                        .filter(e -> !e.getValue().process.isBusy())
                        .min(Comparator.comparing(e -> e.getValue().lastUse))
                        .orElseThrow(() ->
                                EngineRefusal.busy(
                                        "This machine has "
                                                + settings.processes()
                                                + " models in memory, and all of them are answering. Please try again in a"
                                                + " moment.",
                                        COME_BACK));
        longestIdle.getValue().process.close();
        loaded.remove(longestIdle.getKey());
    }

    /// Ends what nobody has called for a while, and forgets what has died.
    private void endIdle() {
        lock.lock();
        try {
            Instant before = clock.instant().minus(settings.idle());
            List<Path> idle = new ArrayList<>();
            loaded.forEach((base, at) -> {
                if (!at.process.isAlive()
                        || (!at.process.isBusy() && !at.lastUse.isAfter(before))) {
                    idle.add(base);
                }
            });
            for (Path base : idle) {
                Loaded gone = loaded.remove(base);
                if (gone != null) {
                    gone.process.close();
                    log.info("model {} has left memory", base.getFileName());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Process ids by base model; for tests and for people who look.
    public Map<Path, Long> processes() {
        lock.lock();
        try {
            Map<Path, Long> pids = new HashMap<>();
            loaded.forEach((base, at) -> {
                if (at.process.isAlive()) {
                    pids.put(base, at.process.pid());
                }
            });
            return pids;
        } finally {
            lock.unlock();
        }
    }

    /// Ends every process; whoever waits is told.
    @Override
    public void close() {
        idleness.shutdownNow();
        lock.lock();
        try {
            closed = true;
            loaded.values().forEach(at -> at.process.close());
            loaded.clear();
        } finally {
            lock.unlock();
        }
    }
}
