package dev.afinador.testkit.store;

import dev.afinador.dataset.CheckReport;
import dev.afinador.dataset.CheckState;
import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.FamilyId;
import dev.afinador.dataset.LineIndex;
import dev.afinador.dataset.Origin;
import dev.afinador.dataset.SourceFormat;
import dev.afinador.job.Job;
import dev.afinador.job.JobError;
import dev.afinador.job.JobId;
import dev.afinador.job.JobPhase;
import dev.afinador.job.JobStatus;
import dev.afinador.job.Progress;
import dev.afinador.job.Submission;
import dev.afinador.provider.KeySource;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.ProviderKind;
import dev.afinador.provider.RemoteJobId;
import java.net.URI;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Records to store: plain ones, and jobs with chance in every field.
final class Samples {

    static final Instant START = Instant.parse("2026-11-23T10:00:00.123Z");
    static final ProviderId OPENAI = new ProviderId("openai");

    private static final String[] PIECES = {
        "ventas", "año", "日本語", "🙂", "%", "_", "'", "\"", "\\", "\n", "<b>", " ", "{}", "Ünï",
        "\u0007"
    };

    private Samples() {}

    static JobId jobId() {
        return new JobId(UUID.randomUUID());
    }

    static Job job(String name) {
        return job(name, OPENAI, null, JobStatus.PENDING, START);
    }

    static Job job(
            String name,
            ProviderId provider,
            @Nullable String remoteId,
            JobStatus status,
            Instant createdAt) {
        return new Job(
                jobId(),
                name,
                provider,
                Job.Origin.CREATED,
                remoteId == null ? null : new RemoteJobId(remoteId),
                status,
                null,
                null,
                Progress.UNKNOWN,
                null,
                "gpt-4.1-mini",
                null,
                null,
                null,
                "supervised",
                Map.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                Submission.State.NOT_SENT,
                null,
                null,
                createdAt,
                null,
                null,
                null,
                null,
                1);
    }

    /// A job with every field by chance, absent or odd where it may be.
    static Job anyJob(Random random, ProviderId provider, Supplier<DatasetId> dataset) {
        return new Job(
                jobId(),
                text(random, 200),
                provider,
                one(random, Job.Origin.values()),
                random.nextBoolean()
                        ? new RemoteJobId("ftjob-" + random.nextLong() + text(random, 20))
                        : null,
                one(random, JobStatus.values()),
                maybe(random, () -> text(random, 30)),
                maybe(random, () -> one(random, JobPhase.values())),
                new Progress(
                        maybe(random, () -> random.nextInt(101)),
                        maybe(random, random::nextLong),
                        maybe(random, random::nextLong),
                        one(random, Progress.Kind.values())),
                maybe(random, () -> instant(random)),
                text(random, 80),
                maybe(random, () -> text(random, 80)),
                maybe(random, () -> text(random, 18)),
                maybe(random, random::nextLong),
                text(random, 20),
                random.nextBoolean()
                        ? Map.of()
                        : Map.of("n_epochs", "auto", text(random, 30) + "k", text(random, 30)),
                maybe(random, dataset),
                maybe(random, dataset),
                maybe(random, () -> text(random, 40)),
                maybe(random, () -> text(random, 40)),
                maybe(random, () -> text(random, 100)),
                maybe(random, () -> error(random)),
                maybe(random, () -> error(random)),
                maybe(random, random::nextLong),
                random.nextBoolean() ? List.of() : List.of(text(random, 20), text(random, 20)),
                new Submission.State(
                        one(random, Submission.Outcome.values()),
                        random.nextInt(100),
                        maybe(random, () -> instant(random)),
                        maybe(random, () -> instant(random)),
                        random.nextInt(100)),
                maybe(random, () -> instant(random)),
                maybe(random, () -> instant(random)),
                instant(random),
                maybe(random, () -> instant(random)),
                maybe(random, () -> instant(random)),
                maybe(random, () -> instant(random)),
                maybe(random, () -> instant(random)),
                random.nextInt(1000));
    }

    static Dataset dataset(String name, Instant createdAt) {
        return version(new FamilyId(UUID.randomUUID()), 1, name, Origin.UPLOADED, createdAt);
    }

    static Dataset version(
            FamilyId family, int version, String name, Origin origin, Instant createdAt) {
        return new Dataset(
                new DatasetId(UUID.randomUUID()),
                family,
                name,
                version,
                name + ".jsonl",
                SourceFormat.JSON_LINES,
                sha256(),
                12_345_678_901L,
                DatasetKind.CHAT,
                120,
                0,
                2,
                CheckState.DONE,
                false,
                null,
                origin,
                createdAt,
                null);
    }

    /// The report that [#version] tells of.
    static CheckReport report(DatasetFinding... findings) {
        return new CheckReport(
                DatasetKind.CHAT,
                120,
                0,
                2,
                false,
                Map.of("blank_line", 2L),
                List.of(findings),
                new LineIndex(122, 64, List.of(0L, 3_000_000_000L)),
                "{\"tokens\":1}");
    }

    static String sha256() {
        byte[] bytes = new byte[32];
        new Random().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static Provider provider(String id, String name) {
        return new Provider(
                new ProviderId(id),
                name,
                ProviderKind.COMPATIBLE,
                URI.create("https://llm.example.org/v1"),
                null,
                null,
                new KeySource.None(),
                false,
                START,
                1);
    }

    private static JobError error(Random random) {
        return new JobError(
                text(random, 30), text(random, 500), maybe(random, () -> text(random, 30)));
    }

    private static Instant instant(Random random) {
        return Instant.ofEpochMilli(random.nextLong(0, 4_000_000_000_000L));
    }

    private static String text(Random random, int atMost) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(atMost + 1);
        while (text.length() < length) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private static <T> T one(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    private static <T> @Nullable T maybe(Random random, Supplier<T> value) {
        return random.nextInt(3) == 0 ? null : value.get();
    }
}
