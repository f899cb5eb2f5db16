package dev.afinador.engine;

import dev.afinador.work.TaskQueue;
import dev.afinador.work.TaskQueue.Next;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;

/// Forgets what has expired, every ten minutes.
public final class Housekeeping implements TaskQueue.Step {

    private static final Duration EVERY = Duration.ofMinutes(10);

    private final EngineFiles files;
    private final EngineJobs jobs;
    private final InstantSource clock;

    public Housekeeping(EngineFiles files, EngineJobs jobs, InstantSource clock) {
        this.files = files;
        this.jobs = jobs;
        this.clock = clock;
    }

    @Override
    public Next run(String instance) {
        try {
            files.tidy();
        } catch (IOException e) {
            throw new UncheckedIOException("the engine's folder could not be tidied", e);
        }
        jobs.tidy();
        return new Next.Again(clock.instant().plus(EVERY));
    }
}
