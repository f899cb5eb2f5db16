package dev.afinador.verification;

import dev.afinador.dataset.CheckState;
import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.FamilyId;
import dev.afinador.dataset.Origin;
import dev.afinador.dataset.SourceFormat;
import dev.afinador.job.Job;
import dev.afinador.job.JobId;
import dev.afinador.job.JobPhase;
import dev.afinador.job.JobStatus;
import dev.afinador.job.JobTransition;
import dev.afinador.job.Progress;
import dev.afinador.job.Submission;
import dev.afinador.provider.KeySource;
import dev.afinador.provider.ModelLifecycle.Closing;
import dev.afinador.provider.ModelLifecycle.Retirement;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderError.Kind;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.ProviderKind;
import dev.afinador.provider.RemoteJob;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.sync.SyncState;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Facts to vary in tests. To begin with: a job that the provider has had in its queue for twenty minutes, all well.
final class Scene {

    static final Instant CREATED = Instant.parse("2026-11-20T10:00:00Z");
    static final String REMOTE_ID = "ftjob-ddfvCr8xa0rAOlfWqFcTMqBO";
    static final JobId ID = new JobId(UUID.fromString("019a8e3c-7f00-7000-8000-000000000001"));
    static final ProviderId PROVIDER = new ProviderId("openai");

    Instant now = CREATED.plus(Duration.ofMinutes(20));
    Job job =
            new Job(
                    ID,
                    "Soporte en español",
                    PROVIDER,
                    Job.Origin.CREATED,
                    new RemoteJobId(REMOTE_ID),
                    JobStatus.PENDING,
                    "queued",
                    JobPhase.QUEUED,
                    Progress.UNKNOWN,
                    null,
                    "gpt-4.1-mini",
                    "gpt-4.1-mini-2025-04-14",
                    "soporte",
                    42L,
                    "supervised",
                    Map.of("n_epochs", "3"),
                    null,
                    null,
                    "file-abc123",
                    null,
                    null,
                    null,
                    null,
                    null,
                    List.of(),
                    new Submission.State(
                            Submission.Outcome.ACCEPTED,
                            1,
                            CREATED.plusSeconds(2),
                            CREATED.plusSeconds(2),
                            0),
                    null,
                    null,
                    CREATED,
                    CREATED.plusSeconds(3),
                    null,
                    null,
                    now.minusSeconds(4),
                    1);
    List<JobTransition> transitions = new ArrayList<>();
    ProviderKind kind = ProviderKind.COMPATIBLE;
    String providerName = "Cuenta principal";
    KeySource key = new KeySource.Stored("1234");
    @Nullable SyncState sync;
    @Nullable Lookup lookup;
    String requestId = "req_0123456789abcdef";
    List<Duration> waits = List.of();
    List<Duration> runs = List.of();
    @Nullable Retirement retirement;
    @Nullable Closing closing;
    @Nullable Dataset dataset;
    List<DatasetFinding> datasetFindings = List.of();
    @Nullable Instant lastStepAt;
    @Nullable Duration clockOffset;

    Scene job(UnaryOperator<Job.Builder> change) {
        job = change.apply(job.toBuilder()).build();
        return this;
    }

    /// The record as it is when the job has just been stored.
    Scene notSubmitted(JobPhase phase, Submission.Outcome outcome) {
        lookup = new Lookup.NotSubmitted();
        return job(b ->
                b.remoteId(null)
                        .phase(phase)
                        .providerStatus(null)
                        .resolvedModel(null)
                        .submittedAt(null)
                        .syncedAt(null)
                        .submission(
                                new Submission.State(
                                        outcome, 1, CREATED, CREATED.plusSeconds(9), 2)));
    }

    Scene running(@Nullable Instant startedAt, Progress progress) {
        return job(b ->
                b.status(JobStatus.RUNNING)
                        .phase(null)
                        .providerStatus("running")
                        .startedAt(startedAt)
                        .progress(progress));
    }

    Scene over(JobStatus status) {
        return job(b ->
                b.status(status)
                        .phase(null)
                        .providerStatus(status.word())
                        .startedAt(CREATED.plusSeconds(600))
                        .finishedAt(CREATED.plusSeconds(1_200)));
    }

    Scene failedLookup(Kind kind, @Nullable Integer httpStatus, String message) {
        lookup =
                new Lookup.Failed(
                        new ProviderError(kind, httpStatus, null, message, null, null, null), now);
        return this;
    }

    Scene syncFailing(String code, String message, int failures, Instant syncedAt) {
        sync =
                new SyncState(
                        PROVIDER,
                        null,
                        now.minusSeconds(6),
                        now.minusSeconds(5),
                        syncedAt,
                        failures,
                        code,
                        message,
                        null,
                        null);
        return job(b -> b.syncedAt(syncedAt));
    }

    Scene dataset(long examples, long errors, DatasetFinding... findings) {
        dataset =
                new Dataset(
                        new DatasetId(UUID.fromString("019a8e3c-7f00-7000-8000-000000000002")),
                        FamilyId.parse("019a8e3c-7f00-7000-8000-000000000002"),
                        "Tickets de soporte",
                        1,
                        "tickets.jsonl",
                        SourceFormat.JSON_LINES,
                        "0".repeat(64),
                        1_000,
                        DatasetKind.CHAT,
                        examples,
                        errors,
                        0,
                        CheckState.DONE,
                        false,
                        null,
                        Origin.UPLOADED,
                        CREATED,
                        null);
        datasetFindings = List.of(findings);
        return this;
    }

    /// What the provider says when it agrees with our record.
    RemoteJob remote() {
        return remote(job.providerStatus() == null ? "queued" : job.providerStatus());
    }

    RemoteJob remote(String status) {
        return new RemoteJob(
                job.remoteId() == null ? new RemoteJobId(REMOTE_ID) : job.remoteId(),
                status,
                job.resolvedModel() == null ? job.baseModel() : job.resolvedModel(),
                job.createdAt(),
                job.finishedAt(),
                null,
                job.fineTunedModel(),
                job.trainingFile(),
                null,
                List.of(),
                job.trainedTokens(),
                job.error() == null
                        ? null
                        : new RemoteJob.RemoteFailure(
                                job.error().code(), job.error().message(), job.error().param()),
                Map.of(),
                null,
                null,
                null,
                Map.of(),
                "{}");
    }

    Scene found(RemoteJob remote) {
        lookup = new Lookup.Found(remote, requestId, Duration.ofMillis(231), now);
        return this;
    }

    Provider provider() {
        return new Provider(
                PROVIDER,
                providerName,
                kind,
                URI.create("https://api.example.com/v1"),
                null,
                null,
                key,
                false,
                CREATED,
                1);
    }

    Facts facts() {
        return new Facts(
                now,
                job,
                transitions,
                provider(),
                sync == null
                        ? new SyncState(
                                PROVIDER,
                                null,
                                now.minusSeconds(5),
                                now.minusSeconds(4),
                                now.minusSeconds(4),
                                0,
                                null,
                                null,
                                null,
                                null)
                        : sync,
                lookup == null
                        ? new Lookup.Found(remote(), requestId, Duration.ofMillis(231), now)
                        : lookup,
                waits,
                runs,
                retirement,
                closing,
                dataset,
                datasetFindings,
                lastStepAt,
                clockOffset,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10));
    }

    Report verify() {
        return Verifier.verify(facts());
    }
}
