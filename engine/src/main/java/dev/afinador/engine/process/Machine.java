package dev.afinador.engine.process;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What this machine trains with, as its trainer says. Asking loads native libraries, so it happens once per process of ours.
public final class Machine {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final TrainerCommand command;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Device device;

    public Machine(TrainerCommand command) {
        this.command = command;
    }

    /// @param device  `cpu` or `cuda`; `none` when the trainer does not run here
    /// @param name    of the processor or card
    /// @param natives which libraries there are: `cpu` or `gpu`
    /// @param why     why not another device, or why none
    public record Device(String device, String name, int threads, String natives, String why) {}

    /// Asks when nobody did before; takes seconds then, and minutes the very first time.
    public Device device() {
        lock.lock();
        try {
            if (device == null) {
                device = ask();
            }
            return device;
        } finally {
            lock.unlock();
        }
    }

    /// The device, when it is known already.
    public @Nullable Device known() {
        if (!lock.tryLock()) {
            return null; // somebody asks right now
        }
        try {
            return device;
        } finally {
            lock.unlock();
        }
    }

    private Device ask() {
        try {
            JsonNode answer = TrainerAnswers.ask(command, PATIENCE, "device");
            return new Device(
                    answer.path("device").asString("cpu"),
                    answer.path("name").asString(""),
                    answer.path("threads").asInt(1),
                    answer.path("native").asString("cpu"),
                    answer.path("why").asString(""));
        } catch (IOException e) {
            return new Device(
                    "none", "", 0, "", "the trainer does not run here: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Device("none", "", 0, "", "interrupted");
        }
    }
}
