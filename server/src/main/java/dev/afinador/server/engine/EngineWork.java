package dev.afinador.server.engine;

import dev.afinador.engine.EngineMachine;
import dev.afinador.engine.EngineMachineStore;
import dev.afinador.engine.Training;
import dev.afinador.engine.process.Machine;
import dev.afinador.engine.process.Sampler;
import dev.afinador.provider.Providers;
import dev.afinador.work.TaskQueue.Kind;
import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/// When the engine begins and ends to work. It begins when the server is ready; when the server ends, answers are cut off and
/// trainings make a checkpoint first, then everything that they used may go.
final class EngineWork {

    private static final Logger log = LoggerFactory.getLogger(EngineWork.class);
    private static final int TELL_EVERY_SECONDS = 20;

    private final EngineQueues queues;
    private final Training training;
    private final Sampler sampler;
    private final Machine machine;
    private final EngineMachineStore machines;
    private final Providers providers;
    private final InstantSource clock;
    private final String node;
    private final @Nullable URI url;
    private final ScheduledExecutorService telling =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("engine-machine").factory());

    /// @param url how others reach this engine, or null
    EngineWork(
            EngineQueues queues,
            Training training,
            Sampler sampler,
            Machine machine,
            EngineMachineStore machines,
            Providers providers,
            InstantSource clock,
            String node,
            @Nullable URI url) {
        this.queues = queues;
        this.training = training;
        this.sampler = sampler;
        this.machine = machine;
        this.machines = machines;
        this.providers = providers;
        this.clock = clock;
        this.node = node;
        this.url = url;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        providers.adoptLocal(true);
        queues.tasks().schedule(Kind.TIDY_ENGINE, "all", clock.instant());
        queues.start();
        telling.scheduleWithFixedDelay(this::tell, 0, TELL_EVERY_SECONDS, TimeUnit.SECONDS);
    }

    private void tell() {
        try {
            machines.put(new EngineMachine(node, url, about(machine.known()), clock.instant()));
        } catch (RuntimeException e) {
            log.warn("this machine could not tell others that it lives", e);
        }
    }

    private static Map<String, String> about(Machine.@Nullable Device device) {
        Map<String, String> about = new LinkedHashMap<>();
        if (device != null) {
            about.put("device", device.device());
            about.put("name", device.name());
            about.put("threads", String.valueOf(device.threads()));
            about.put("natives", device.natives());
            about.put("why", device.why());
        }
        return about;
    }

    @EventListener(ContextClosedEvent.class)
    @Order(Ordered.HIGHEST_PRECEDENCE)
    void stop() {
        telling.shutdownNow();
        sampler.close();
        training.stop();
        queues.close();
        try {
            machines.remove(node);
        } catch (RuntimeException e) {
            log.debug("others will miss this machine in a minute", e);
        }
    }
}
