package dev.afinador.sync;

import dev.afinador.job.Checkpoint;
import dev.afinador.job.Job;
import dev.afinador.job.JobChanges;
import dev.afinador.job.JobEvent;
import dev.afinador.job.JobId;
import dev.afinador.job.JobStatus;
import dev.afinador.job.JobStore;
import dev.afinador.job.Metric;
import dev.afinador.job.RemoteUpdate;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.FineTuningBackend;
import dev.afinador.provider.Page;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.RemoteCheckpoint;
import dev.afinador.provider.RemoteEvent;
import dev.afinador.provider.RemoteJob;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.work.TaskQueue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Brings one job's news into our record: state, then events, metrics and checkpoints as far as they are new.
public final class JobReader {

    private static final int PAGE = 100;

    /// A bound against a list that never ends; 20,000 events are more than any job has.
    private static final int MOST_PAGES = 200;

    /// What is held in memory at most while the events of one job are read; older ones are then left out for good.
    private static final long MOST_CHARACTERS = 8_000_000;

    private static final double MOST_STEPS = 1e12;

    private final JobStore store;
    private final JobChanges changes;
    private final TaskQueue tasks;

    public JobReader(JobStore store, JobChanges changes, TaskQueue tasks) {
        this.store = store;
        this.changes = changes;
        this.tasks = tasks;
    }

    /// Stores what the provider said about a job.
    ///
    /// @return the job as stored afterwards; empty when it is gone
    Optional<Job> store(JobId id, RemoteJob remote, Instant askedAt) {
        return changes.bring(id, remote, askedAt, () -> {});
    }

    /// Whether an answer says more than that all is as it was. Most of a sync's answers do not, and need no write each.
    static boolean isNews(Job job, RemoteJob remote, Instant askedAt) {
        Job after = RemoteUpdate.apply(job, remote, askedAt);
        return !after.toBuilder().syncedAt(job.syncedAt()).build().equals(job);
    }

    /// Like [#store], and when the job has moved since it was `known`, the reading of its events and checkpoints becomes a task
    /// in the same transaction: it must not hold up the other jobs of a sync, and an ended job is in no further sync.
    Optional<Job> storeAndFollowUp(Job known, RemoteJob remote, Instant askedAt) {
        JobId id = known.id();
        return changes.bring(
                id,
                remote,
                askedAt,
                () -> {
                    if (store.find(id).filter(j -> hasMoved(known, j)).isPresent()) {
                        tasks.schedule(TaskQueue.Kind.FETCH_JOB, id.toString(), askedAt);
                    }
                });
    }

    /// Whether there may be news beside the state itself: a provider has events for each of its own words.
    private static boolean hasMoved(Job before, Job now) {
        return before.syncedAt() == null
                || before.status() != now.status()
                || !Objects.equals(before.providerStatus(), now.providerStatus());
    }

    /// Stores that the provider says it knows no such job.
    void storeMissing(JobId id, Instant askedAt) {
        changes.change(
                id,
                j ->
                        RemoteUpdate.isOutdated(j.syncedAt(), askedAt)
                                ? j
                                : j.toBuilder()
                                        .missingSince(
                                                j.missingSince() == null
                                                        ? askedAt
                                                        : j.missingSince())
                                        .syncedAt(askedAt)
                                        .build());
    }

    /// Reads the events that are not here yet, the metrics in them, and the checkpoints when there may be new ones.
    /// Endpoints without events or checkpoints are left alone: a job is no worse without them.
    void readDetails(Job job, FineTuningBackend backend) {
        RemoteJobId remoteId = job.remoteId();
        if (remoteId == null) {
            return;
        }
        ScopedValue.where(CallJournal.JOB, job.id().toString())
                .run(() -> {
                    try {
                        List<RemoteEvent> fresh = readEvents(job, remoteId, backend);
                        if (speaksOfCheckpoint(fresh)
                                || job.status() == JobStatus.SUCCEEDED
                                || job.status() == JobStatus.PAUSED) {
                            readCheckpoints(job, remoteId, backend);
                        }
                        if (!fresh.isEmpty()) {
                            changes.touch(job.id());
                        }
                    } catch (ProviderException e) {
                        if (!isAbsent(e.error())) {
                            throw e;
                        }
                    }
                });
    }

    private static boolean isAbsent(ProviderError error) {
        return error.kind() == ProviderError.Kind.NOT_FOUND
                || error.kind() == ProviderError.Kind.NOT_THIS_PROTOCOL
                || error.kind() == ProviderError.Kind.BAD_REQUEST;
    }

    private static boolean speaksOfCheckpoint(List<RemoteEvent> events) {
        return events.stream()
                .anyMatch(e -> e.message().toLowerCase(Locale.ROOT).contains("checkpoint"));
    }

    /// @return the events that were new
    private List<RemoteEvent> readEvents(Job job, RemoteJobId remoteId, FineTuningBackend backend) {
        Set<String> known =
                store.events(job.id(), null, PAGE).stream()
                        .map(JobEvent::id)
                        .collect(Collectors.toCollection(HashSet::new));
        List<RemoteEvent> fresh = new ArrayList<>();
        long size = 0;
        String after = null;
        for (int i = 0; i < MOST_PAGES && size < MOST_CHARACTERS; i++) {
            Page<RemoteEvent> page = backend.listEvents(remoteId, after, PAGE);
            boolean reachedKnown = false;
            for (RemoteEvent event : page.data()) {
                if (known.add(event.id())) {
                    fresh.add(event);
                    size += size(event);
                } else {
                    reachedKnown = true; // or the same page again: a server may not know `after`
                }
            }
            if (reachedKnown || page.data().isEmpty() || !page.hasMore()) {
                break;
            }
            after = page.data().getLast().id();
        }
        // Oldest first, numbers and progress before lines: whatever is stored when the process dies
        // here, the next read goes on from it.
        for (int end = fresh.size(); end > 0; end -= PAGE) {
            List<RemoteEvent> part = fresh.subList(Math.max(0, end - PAGE), end);
            List<Metric> metrics = part.stream().flatMap(e -> metrics(e).stream()).toList();
            if (!metrics.isEmpty()) {
                store.putMetrics(job.id(), metrics);
            }
            applySteps(job.id(), part);
            int unused = store.addEvents(job.id(), part.stream().map(JobReader::event).toList());
        }
        return fresh;
    }

    private static long size(RemoteEvent event) {
        return event.message().length() + (event.data() == null ? 0 : event.data().length());
    }

    private void applySteps(JobId id, List<RemoteEvent> events) {
        RemoteEvent newest = null;
        long step = 0;
        long total = 0;
        for (RemoteEvent event : events) {
            Long s = count(event, "step");
            Long t = count(event, "total_steps");
            if (s != null && t != null && (newest == null || s > step)) {
                newest = event;
                step = s;
                total = t;
            }
        }
        if (newest == null) {
            return;
        }
        Metric first =
                store.metrics(id).stream().min(Comparator.comparingLong(Metric::step)).orElse(null);
        Instant at = newest.createdAt();
        Instant firstAt = first == null ? at : first.at();
        long firstStep = first == null ? step : first.step();
        long lastStep = step;
        long totalSteps = total;
        changes.change(
                id, j -> RemoteUpdate.applySteps(j, lastStep, totalSteps, firstAt, firstStep, at));
    }

    /// A number of steps, or null when it is none that a training could have.
    private static @Nullable Long count(RemoteEvent event, String name) {
        Double number = event.metrics().get(name);
        return number == null || !(number >= 0 && number <= MOST_STEPS) ? null : Math.round(number);
    }

    private void readCheckpoints(Job job, RemoteJobId remoteId, FineTuningBackend backend) {
        Page<RemoteCheckpoint> listed = backend.listCheckpoints(remoteId, null, PAGE);
        List<Checkpoint> checkpoints =
                listed.data().stream()
                        .map(c ->
                                new Checkpoint(
                                        c.id(), c.step(), c.model(), c.metrics(), c.createdAt()))
                        .toList();
        if (!checkpoints.isEmpty()) {
            store.putCheckpoints(job.id(), checkpoints);
            // providers keep the newest few: the others cannot be used any more
            if (!listed.hasMore()) {
                store.keepCheckpoints(job.id(), checkpoints);
            }
        }
    }

    private static JobEvent event(RemoteEvent e) {
        return new JobEvent(e.id(), e.createdAt(), e.level(), e.type(), e.message(), e.data());
    }

    /// Every number of a metrics event under its own name; `step` and `total_steps` are not metrics.
    private static List<Metric> metrics(RemoteEvent event) {
        Long step = count(event, "step");
        if (step == null) {
            return List.of();
        }
        return event.metrics().entrySet().stream()
                .filter(m -> !m.getKey().equals("step") && !m.getKey().equals("total_steps"))
                .filter(m -> Double.isFinite(m.getValue()))
                .map(m -> new Metric(m.getKey(), step, m.getValue(), event.createdAt()))
                .toList();
    }
}
