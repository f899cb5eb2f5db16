package dev.afinador.verification;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetStore;
import dev.afinador.job.Job;
import dev.afinador.job.JobStore;
import dev.afinador.job.Metric;
import dev.afinador.provider.Backends;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.ModelLifecycle;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.ProviderStore;
import dev.afinador.provider.RemoteJob;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.sync.SyncSettings;
import dev.afinador.sync.SyncStore;
import dev.afinador.work.Refusal;
import dev.afinador.work.TaskQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Gathers the facts about one job, its provider included, and has them judged by the [Verifier].
public final class Verification {

    /// Waiting longer than this is worth a look, though it may be normal.
    public static final Duration WORTH_A_LOOK = Duration.ofHours(2);

    private static final int PAST_JOBS = 50;
    private static final int FINDINGS = 50;

    private final JobStore jobs;
    private final ProviderStore providers;
    private final Backends backends;
    private final SyncStore syncs;
    private final DatasetStore datasets;
    private final ModelLifecycle lifecycle;
    private final CallJournal journal;
    private final TaskQueue tasks;
    private final SyncSettings settings;
    private final InstantSource clock;

    public Verification(
            JobStore jobs,
            ProviderStore providers,
            Backends backends,
            SyncStore syncs,
            DatasetStore datasets,
            ModelLifecycle lifecycle,
            CallJournal journal,
            TaskQueue tasks,
            SyncSettings settings,
            InstantSource clock) {
        this.jobs = jobs;
        this.providers = providers;
        this.backends = backends;
        this.syncs = syncs;
        this.datasets = datasets;
        this.lifecycle = lifecycle;
        this.journal = journal;
        this.tasks = tasks;
        this.settings = settings;
        this.clock = clock;
    }

    /// Asks the provider for the job now, and says what comes of it. A provider that cannot be asked is a finding, not a
    /// failure. What it told is taken over into our record in the background.
    public Report verify(Job job) {
        Provider provider = provider(job);
        Lookup lookup = lookUp(job, provider);
        if (lookup instanceof Lookup.Found && !job.status().isFinal()) {
            tasks.schedule(TaskQueue.Kind.FETCH_JOB, job.id().toString(), clock.instant());
        }
        return Verifier.verify(facts(job, provider, lookup));
    }

    /// What can be said from our own records alone. Asks nobody.
    public Report judge(Job job) {
        return Verifier.verify(facts(job, provider(job), new Lookup.NotTried()));
    }

    private Provider provider(Job job) {
        return providers
                .find(job.providerId())
                .orElseThrow(() -> Refusal.notFound("provider_unknown", job.providerId().value()));
    }

    private Lookup lookUp(Job job, Provider provider) {
        RemoteJobId remoteId = job.remoteId();
        if (remoteId == null) {
            return new Lookup.NotSubmitted();
        }
        Instant askedAt = clock.instant();
        try {
            Optional<RemoteJob> found =
                    ScopedValue.where(CallJournal.JOB, job.id().toString())
                            .call(() -> backends.of(provider).findJob(remoteId));
            Duration took = Duration.between(askedAt, clock.instant());
            String requestId = requestId(job, askedAt);
            return found.isPresent()
                    ? new Lookup.Found(found.get(), requestId, took, askedAt)
                    : new Lookup.Unknown404(requestId, took, askedAt);
        } catch (ProviderException e) {
            return new Lookup.Failed(e.error(), askedAt);
        }
    }

    /// The call was written to the journal; its request id is evidence.
    private @Nullable String requestId(Job job, Instant askedAt) {
        Instant earliest = askedAt.truncatedTo(ChronoUnit.MILLIS);
        return journal.ofJob(job.id().toString(), job.providerId(), 5).stream()
                .filter(call -> call.jobId() != null && !call.at().isBefore(earliest))
                .map(CallJournal.Call::requestId)
                .filter(id -> id != null)
                .findFirst()
                .orElse(null);
    }

    private Facts facts(Job job, Provider provider, Lookup lookup) {
        Optional<Dataset> dataset =
                Optional.ofNullable(job.trainingDataset()).flatMap(datasets::find);
        List<DatasetFinding> findings =
                dataset.map(d -> datasets.findings(d.id(), FINDINGS)).orElse(List.of());
        return new Facts(
                clock.instant(),
                job,
                jobs.transitions(job.id()),
                provider,
                syncs.get(provider.id()),
                lookup,
                jobs.pastWaits(provider.id(), PAST_JOBS),
                jobs.pastRuns(provider.id(), PAST_JOBS),
                lifecycle.of(provider.kind(), job.baseModel(), Optional.empty()).orElse(null),
                lifecycle.closing(provider.kind()).orElse(null),
                dataset.orElse(null),
                findings,
                jobs.metrics(job.id()).stream()
                        .map(Metric::at)
                        .max(Comparator.naturalOrder())
                        .orElse(null),
                backends.clockOffset(provider.id()).orElse(null),
                settings.freshness(),
                settings.interval());
    }
}
