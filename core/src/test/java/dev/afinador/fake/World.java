package dev.afinador.fake;

import dev.afinador.activation.Activations;
import dev.afinador.dataset.CheckState;
import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFiles;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.FamilyId;
import dev.afinador.dataset.Origin;
import dev.afinador.dataset.SourceFormat;
import dev.afinador.job.Cancellation;
import dev.afinador.job.Job;
import dev.afinador.job.JobChanges;
import dev.afinador.job.JobId;
import dev.afinador.job.JobListener;
import dev.afinador.job.Jobs;
import dev.afinador.job.StartJob;
import dev.afinador.job.Submission;
import dev.afinador.provider.KeySource;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.ProviderKind;
import dev.afinador.sync.JobFetch;
import dev.afinador.sync.JobReader;
import dev.afinador.sync.ProviderSync;
import dev.afinador.sync.SyncSettings;
import dev.afinador.sync.Synchronization;
import dev.afinador.work.TaskQueue.Kind;
import dev.afinador.work.Uuid7;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One Afinador with everything it needs, made of fakes: a database, an account at a provider and a clock that outlive the process,
/// and a process that can die at any moment and be started again.
public final class World {

    public static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    public static final ProviderId PROVIDER = new ProviderId("p-1");
    public static final Duration SETTLE = Duration.ofMinutes(2);

    /// As in production, but nobody waits for a sync: a test runs the queue itself.
    private static final SyncSettings HASTY =
            new SyncSettings(
                    SyncSettings.DEFAULT.freshness(),
                    SyncSettings.DEFAULT.idleFreshness(),
                    SyncSettings.DEFAULT.interval(),
                    Duration.ZERO,
                    SyncSettings.DEFAULT.eventReads());

    public final FakeClock clock = new FakeClock(START);
    public final Death death = new Death();
    public final Memory memory = new Memory(death);
    public final FakeAccount account = new FakeAccount(clock, death);
    public final MemoryJobStore store = new MemoryJobStore(memory, clock);
    public final MemoryProviderStore providers = new MemoryProviderStore(memory);
    public final MemorySyncStore syncs = new MemorySyncStore(memory);
    public final MemoryDatasetStore datasets = new MemoryDatasetStore(memory);
    public final MemoryActivationStore activationStore = new MemoryActivationStore(memory);
    public final SteppedQueue queue = new SteppedQueue(memory, clock);
    public final Map<String, byte[]> disk = new HashMap<>();
    public final List<String> told = new ArrayList<>();
    public final SyncSettings settings;

    /// What lives no longer than the process; made anew by [#restart()].
    public Jobs jobs;

    public JobReader reader;
    public Synchronization synchronization;
    public Activations activations;
    public JobChanges changes;

    private final Uuid7 ids = new Uuid7(clock);

    public World() {
        this(HASTY);
    }

    public World(SyncSettings settings) {
        this.settings = settings;
        providers.insert(provider(PROVIDER.value(), "Cuenta"));
        start();
    }

    public static Provider provider(String id, String name) {
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
                0);
    }

    @org.jspecify.annotations.NullUnmarked
    private void start() {
        JobListener listener =
                new JobListener() {
                    @Override
                    public void jobChanged(JobId id) {
                        told.add("job " + id);
                    }

                    @Override
                    public void syncChanged(ProviderId provider) {
                        told.add("sync " + provider);
                    }
                };
        Random random = new Random(1);
        changes = new JobChanges(store, memory, listener, clock);
        jobs = new Jobs(store, changes, memory, providers, account, datasets, queue, clock, ids);
        reader = new JobReader(store, changes, queue);
        synchronization = new Synchronization(syncs, providers, store, queue, clock, settings);
        activations = new Activations(activationStore, store, providers, clock);
        queue.use(
                Kind.SUBMIT_JOB,
                new Submission(
                        store, changes, providers, account, datasets, files(), queue, clock, random,
                        SETTLE));
        queue.use(
                Kind.CANCEL_JOB,
                new Cancellation(store, changes, providers, account, queue, clock, random));
        queue.use(Kind.FETCH_JOB, new JobFetch(store, reader, providers, account, clock));
        queue.use(
                Kind.SYNC_PROVIDER,
                new ProviderSync(
                        store, reader, syncs, providers, account, listener, clock, random,
                        settings));
    }

    private DatasetFiles files() {
        return new DatasetFiles() {
            @Override
            public void adopt(Path file, String sha256) {
                throw notFaked();
            }

            @Override
            public boolean has(String sha256) {
                return disk.containsKey(sha256);
            }

            @Override
            public InputStream open(String sha256) throws IOException {
                return open(sha256, 0);
            }

            @Override
            public InputStream open(String sha256, long from) throws IOException {
                byte[] bytes = disk.get(sha256);
                if (bytes == null) {
                    throw new NoSuchFileException(sha256);
                }
                return new ByteArrayInputStream(bytes, (int) from, bytes.length - (int) from);
            }

            @Override
            public LocalCopy local(String sha256) {
                throw notFaked();
            }

            private UnsupportedOperationException notFaked() {
                return new UnsupportedOperationException("no test of jobs needs this");
            }

            @Override
            public void delete(String sha256) {
                disk.remove(sha256);
            }
        };
    }

    /// The process starts again after its death: memory is gone, what it was doing is to be done again.
    public void restart() {
        death.revive();
        start();
        queue.releaseAll();
    }

    /// Lives on for so long, coming back after every death.
    public void live(Duration time) {
        Instant end = clock.instant().plus(time);
        while (clock.instant().isBefore(end)) {
            try {
                queue.runFor(Duration.between(clock.instant(), end));
            } catch (Death.Killed e) {
                comeBack();
            }
        }
    }

    private void comeBack() {
        while (true) {
            try {
                restart();
                return;
            } catch (Death.Killed e) {
                continue; // died again while it started
            }
        }
    }

    /// Does something that a person asked for, again and again until it does not die of it.
    public <T> T insist(java.util.function.Supplier<T> deed) {
        while (true) {
            try {
                return deed.get();
            } catch (Death.Killed e) {
                comeBack();
            }
        }
    }

    /// The dataset of this name, made if it is not there.
    public Dataset dataset(String name) {
        byte[] bytes = ("{\"messages\": \"" + name + "\"}\n").getBytes(StandardCharsets.UTF_8);
        String sha256 = String.format("%064x", name.hashCode() & 0xFFFF_FFFFL);
        Dataset dataset =
                new Dataset(
                        new DatasetId(UUID.nameUUIDFromBytes(bytes)),
                        new FamilyId(UUID.nameUUIDFromBytes(bytes)),
                        name,
                        1,
                        name + ".jsonl",
                        SourceFormat.JSON_LINES,
                        sha256,
                        bytes.length,
                        DatasetKind.CHAT,
                        10,
                        0,
                        0,
                        CheckState.DONE,
                        false,
                        null,
                        Origin.UPLOADED,
                        clock.instant(),
                        null);
        disk.put(sha256, bytes);
        return datasets.find(dataset.id()).orElseGet(() -> datasets.insert(dataset, null));
    }

    public static StartJob ask(Dataset training, @Nullable String suffix) {
        return new StartJob(
                null,
                training.id().toString(),
                null,
                "gpt-4.1-mini",
                null,
                suffix,
                null,
                Map.of(),
                null);
    }

    /// The job as it is stored now.
    public Job job(JobId id) {
        return store.find(id).orElseThrow();
    }

    /// A started job that the provider has.
    public Job accepted(String name) {
        Job job = jobs.start(ask(dataset(name), name), null);
        queue.runFor(Duration.ofSeconds(1));
        return job(job.id());
    }

    public FakeAccount.Remote remote(Job job) {
        return account.job(java.util.Objects.requireNonNull(job(job.id()).remoteId()));
    }
}
