package dev.afinador.server.config;

import dev.afinador.access.SessionStore;
import dev.afinador.access.SignIn;
import dev.afinador.activation.ActivationStore;
import dev.afinador.activation.Activations;
import dev.afinador.conversation.ConversationStore;
import dev.afinador.conversation.Conversations;
import dev.afinador.conversation.PreparationMaker;
import dev.afinador.dataset.CheckStep;
import dev.afinador.dataset.DatasetFiles;
import dev.afinador.dataset.DatasetStore;
import dev.afinador.dataset.Datasets;
import dev.afinador.dataset.DeleteContent;
import dev.afinador.dataset.LocalDatasetFiles;
import dev.afinador.dataset.Scratch;
import dev.afinador.dataset.convert.ConversionMaker;
import dev.afinador.dataset.look.Peek;
import dev.afinador.dataset.make.MakeStep;
import dev.afinador.dataset.make.Making;
import dev.afinador.dataset.make.MakingStore;
import dev.afinador.dataset.make.Makings;
import dev.afinador.dataset.repair.RepairMaker;
import dev.afinador.dataset.repair.Repairs;
import dev.afinador.dataset.upload.Parts;
import dev.afinador.dataset.upload.TakeIn;
import dev.afinador.dataset.upload.Tidying;
import dev.afinador.dataset.upload.UploadStore;
import dev.afinador.dataset.upload.Uploads;
import dev.afinador.job.Cancellation;
import dev.afinador.job.JobChanges;
import dev.afinador.job.JobListener;
import dev.afinador.job.JobStore;
import dev.afinador.job.Jobs;
import dev.afinador.job.Submission;
import dev.afinador.provider.Backends;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.LocalEngine;
import dev.afinador.provider.ModelLifecycle;
import dev.afinador.provider.ProviderStore;
import dev.afinador.provider.Providers;
import dev.afinador.provider.SecretBox;
import dev.afinador.server.boot.DataFolder;
import dev.afinador.server.boot.Roles;
import dev.afinador.server.live.LiveHub;
import dev.afinador.server.secret.TinkSecretBox;
import dev.afinador.sync.JobFetch;
import dev.afinador.sync.JobReader;
import dev.afinador.sync.ProviderSync;
import dev.afinador.sync.SyncSettings;
import dev.afinador.sync.SyncStore;
import dev.afinador.sync.Synchronization;
import dev.afinador.verification.Verification;
import dev.afinador.work.TaskQueue;
import dev.afinador.work.Transactions;
import dev.afinador.work.Uuid7;
import java.io.IOException;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The features, made of their parts.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AfinadorProperties.class)
class FeatureConfig {

    /// To the millisecond, as times are stored.
    @Bean
    InstantSource clock() {
        return Clock.tickMillis(ZoneOffset.UTC);
    }

    @Bean
    RandomGenerator random() {
        return new RandomGenerator() { // each thread its own
            @Override
            public long nextLong() {
                return ThreadLocalRandom.current().nextLong();
            }
        };
    }

    @Bean
    Uuid7 ids(InstantSource clock) {
        return new Uuid7(clock);
    }

    @Bean
    SecretBox secretBox(DataFolder data) throws IOException {
        return TinkSecretBox.open(System.getenv("AFINADOR_SECRET_KEY"), data.secretKey());
    }

    @Bean
    Providers providers(
            ProviderStore store,
            SecretBox box,
            Transactions transactions,
            JobStore jobs,
            InstantSource clock,
            Uuid7 ids,
            Roles roles,
            LocalEngine engine) {
        Providers providers =
                new Providers(
                        store, box, transactions, System::getenv, jobs::usesProvider, clock, ids);
        if (roles.console()) {
            providers.adoptEnvironment();
        }
        providers.adoptLocal(roles.engine() || engine.baseUrl().isPresent());
        return providers;
    }

    @Bean
    DatasetFiles datasetFiles(DataFolder data) throws IOException {
        return new LocalDatasetFiles(data.datasets());
    }

    @Bean
    Scratch scratch(DataFolder data) throws IOException {
        return new Scratch(data.scratch());
    }

    @Bean
    Datasets datasets(
            DatasetStore store,
            DatasetFiles files,
            Scratch scratch,
            Transactions transactions,
            TaskQueue tasks,
            Uuid7 ids,
            InstantSource clock,
            AfinadorProperties properties) {
        return new Datasets(
                store,
                files,
                scratch,
                transactions,
                tasks,
                ids,
                clock,
                new Datasets.Limits(
                        properties.maxUpload().toBytes(),
                        properties.datasets().checkAtOnce().toBytes()));
    }

    @Bean
    Peek peek(Datasets datasets) {
        return new Peek(datasets);
    }

    @Bean
    Parts uploadParts(DataFolder data) throws IOException {
        return new Parts(data.uploads());
    }

    @Bean
    Uploads uploads(
            UploadStore store,
            Parts parts,
            Datasets datasets,
            Transactions transactions,
            TaskQueue tasks,
            Uuid7 ids,
            InstantSource clock,
            DataFolder data,
            AfinadorProperties properties) {
        return new Uploads(
                store,
                parts,
                datasets,
                transactions,
                tasks,
                ids,
                clock,
                data.nodeId(),
                properties.datasets().keepUploads());
    }

    @Bean
    TakeIn takeIn(
            UploadStore store,
            Parts parts,
            Datasets datasets,
            InstantSource clock,
            DataFolder data) {
        return new TakeIn(store, parts, datasets, clock, data.nodeId());
    }

    @Bean
    Tidying tidying(
            UploadStore store,
            Parts parts,
            MakingStore makings,
            DatasetStore datasets,
            InstantSource clock,
            AfinadorProperties properties) {
        return new Tidying(
                store, parts, makings, datasets, clock, properties.datasets().keepUploads());
    }

    @Bean
    Makings makings(
            MakingStore store,
            Transactions transactions,
            TaskQueue tasks,
            Uuid7 ids,
            InstantSource clock) {
        return new Makings(store, transactions, tasks, ids, clock);
    }

    @Bean
    Repairs repairs(DatasetFiles files, Scratch scratch, Makings makings) {
        return new Repairs(files, scratch, makings);
    }

    @Bean
    ConversionMaker conversionMaker(DatasetStore datasets, DatasetFiles files) {
        return new ConversionMaker(datasets, files);
    }

    @Bean
    Conversations conversations(
            ConversationStore store,
            Scratch scratch,
            Uuid7 ids,
            InstantSource clock,
            AfinadorProperties properties) {
        return new Conversations(store, scratch, ids, clock, properties.maxUpload().toBytes());
    }

    @Bean
    PreparationMaker preparationMaker(ConversationStore conversations, DatasetStore datasets) {
        return new PreparationMaker(conversations, datasets);
    }

    @Bean
    MakeStep makeStep(
            MakingStore store,
            Datasets datasets,
            DatasetStore datasetStore,
            DatasetFiles files,
            ConversionMaker conversions,
            PreparationMaker preparations,
            Scratch scratch,
            InstantSource clock) {
        return new MakeStep(
                store,
                Map.of(
                        Making.Kind.REPAIR,
                        new RepairMaker(datasetStore, files),
                        Making.Kind.CONVERSION,
                        conversions,
                        Making.Kind.CONVERSATIONS,
                        preparations),
                datasets,
                scratch,
                clock);
    }

    @Bean
    CheckStep datasetCheck(DatasetStore store, DatasetFiles files, InstantSource clock) {
        return new CheckStep(store, files, clock);
    }

    @Bean
    DeleteContent deleteContent(DatasetStore store, DatasetFiles files, InstantSource clock) {
        return new DeleteContent(store, files, clock);
    }

    @Bean
    SyncSettings syncSettings(AfinadorProperties properties) {
        AfinadorProperties.Sync s = properties.sync();
        return new SyncSettings(
                s.freshness(), s.idleFreshness(), s.interval(), s.patience(), s.eventReads());
    }

    @Bean
    Synchronization synchronization(
            SyncStore syncs,
            ProviderStore providers,
            JobStore jobs,
            TaskQueue tasks,
            InstantSource clock,
            SyncSettings settings) {
        return new Synchronization(syncs, providers, jobs, tasks, clock, settings);
    }

    @Bean(initMethod = "start")
    LiveHub liveHub(JobStore jobs, Synchronization synchronization, InstantSource clock) {
        return new LiveHub(jobs, synchronization, clock);
    }

    @Bean
    JobChanges jobChanges(
            JobStore store, Transactions transactions, JobListener listener, InstantSource clock) {
        return new JobChanges(store, transactions, listener, clock);
    }

    @Bean
    Jobs jobs(
            JobStore store,
            JobChanges changes,
            Transactions transactions,
            ProviderStore providers,
            Backends backends,
            DatasetStore datasets,
            TaskQueue tasks,
            InstantSource clock,
            Uuid7 ids) {
        return new Jobs(
                store, changes, transactions, providers, backends, datasets, tasks, clock, ids);
    }

    @Bean
    Submission submission(
            JobStore jobs,
            JobChanges changes,
            ProviderStore providers,
            Backends backends,
            DatasetStore datasets,
            DatasetFiles files,
            TaskQueue tasks,
            InstantSource clock,
            RandomGenerator random,
            AfinadorProperties properties) {
        return new Submission(
                jobs,
                changes,
                providers,
                backends,
                datasets,
                files,
                tasks,
                clock,
                random,
                properties.submission().settle());
    }

    @Bean
    Cancellation cancellation(
            JobStore jobs,
            JobChanges changes,
            ProviderStore providers,
            Backends backends,
            TaskQueue tasks,
            InstantSource clock,
            RandomGenerator random) {
        return new Cancellation(jobs, changes, providers, backends, tasks, clock, random);
    }

    @Bean
    JobReader jobReader(JobStore jobs, JobChanges changes, TaskQueue tasks) {
        return new JobReader(jobs, changes, tasks);
    }

    @Bean
    ProviderSync providerSync(
            JobStore jobs,
            JobReader reader,
            SyncStore syncs,
            ProviderStore providers,
            Backends backends,
            JobListener listener,
            InstantSource clock,
            RandomGenerator random,
            SyncSettings settings) {
        return new ProviderSync(
                jobs, reader, syncs, providers, backends, listener, clock, random, settings);
    }

    @Bean
    JobFetch jobFetch(
            JobStore jobs,
            JobReader reader,
            ProviderStore providers,
            Backends backends,
            InstantSource clock) {
        return new JobFetch(jobs, reader, providers, backends, clock);
    }

    @Bean
    Activations activations(
            ActivationStore store, JobStore jobs, ProviderStore providers, InstantSource clock) {
        return new Activations(store, jobs, providers, clock);
    }

    @Bean
    Verification verification(
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
        return new Verification(
                jobs, providers, backends, syncs, datasets, lifecycle, journal, tasks, settings,
                clock);
    }

    @Bean
    ModelLifecycle modelLifecycle() {
        return ModelLifecycle.shipped();
    }

    @Bean
    SignIn signIn(SessionStore store, InstantSource clock) {
        return new SignIn(store, clock);
    }
}
