package dev.afinador.server.engine;

import dev.afinador.engine.EngineJob;
import dev.afinador.engine.EngineListener;
import dev.afinador.job.Job;
import dev.afinador.job.JobStore;
import dev.afinador.provider.Providers;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.work.TaskQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets the console look at a job of the engine beside it as soon as something happens to it, rather than at the next sync. It
/// then reads the job over the protocol, as it reads anybody's.
final class EngineNews implements EngineListener {

    private static final Logger log = LoggerFactory.getLogger(EngineNews.class);

    /// Steps of a small model follow each other faster than anybody can look.
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final JobStore jobs;
    private final TaskQueue tasks;
    private final InstantSource clock;
    private final Map<String, Told> told = new ConcurrentHashMap<>();

    private record Told(String status, Instant at) {}

    EngineNews(JobStore jobs, TaskQueue tasks, InstantSource clock) {
        this.jobs = jobs;
        this.tasks = tasks;
        this.clock = clock;
    }

    @Override
    public void changed(EngineJob job) {
        Instant now = clock.instant();
        String status = job.status().word();
        Told before = told.get(job.id());
        if (before != null
                && before.status().equals(status)
                && now.isBefore(before.at().plus(BETWEEN_LOOKS))) {
            return;
        }
        if (job.status().isFinal()) {
            told.remove(job.id());
        } else {
            told.put(job.id(), new Told(status, now));
        }
        try {
            Optional<Job> known = jobs.findByRemoteId(Providers.LOCAL, new RemoteJobId(job.id()));
            known.ifPresent(j -> tasks.schedule(TaskQueue.Kind.FETCH_JOB, j.id().toString(), now));
        } catch (RuntimeException e) {
            log.debug("job {} is seen at the next sync", job.id(), e); // a hint, and no more
        }
    }
}
