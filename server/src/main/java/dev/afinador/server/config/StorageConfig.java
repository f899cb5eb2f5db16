package dev.afinador.server.config;

import dev.afinador.access.SessionStore;
import dev.afinador.activation.ActivationStore;
import dev.afinador.conversation.ConversationStore;
import dev.afinador.dataset.CheckStep;
import dev.afinador.dataset.DatasetStore;
import dev.afinador.dataset.DeleteContent;
import dev.afinador.dataset.make.MakeStep;
import dev.afinador.dataset.make.MakingStore;
import dev.afinador.dataset.upload.TakeIn;
import dev.afinador.dataset.upload.Tidying;
import dev.afinador.dataset.upload.UploadStore;
import dev.afinador.engine.EngineMachineStore;
import dev.afinador.job.Cancellation;
import dev.afinador.job.JobStore;
import dev.afinador.job.Submission;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.ProviderStore;
import dev.afinador.server.boot.DataFolder;
import dev.afinador.server.boot.Roles;
import dev.afinador.storage.Database;
import dev.afinador.storage.DbSchedulerTaskQueue;
import dev.afinador.storage.JdbcActivationStore;
import dev.afinador.storage.JdbcCallJournal;
import dev.afinador.storage.JdbcConversationStore;
import dev.afinador.storage.JdbcDatasetStore;
import dev.afinador.storage.JdbcEngineMachineStore;
import dev.afinador.storage.JdbcJobStore;
import dev.afinador.storage.JdbcMakingStore;
import dev.afinador.storage.JdbcProviderStore;
import dev.afinador.storage.JdbcSessionStore;
import dev.afinador.storage.JdbcSyncStore;
import dev.afinador.storage.JdbcUploadStore;
import dev.afinador.sync.JobFetch;
import dev.afinador.sync.ProviderSync;
import dev.afinador.sync.Pruning;
import dev.afinador.sync.WebhookDeliveries;
import dev.afinador.work.TaskQueue;
import dev.afinador.work.TaskQueue.Kind;
import dev.afinador.work.TaskQueue.Queue;
import dev.afinador.work.TaskQueue.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/// The stores on the database that the settings name, and the background work on the same database.
@Configuration(proxyBeanMethods = false)
class StorageConfig {

    /// Steps mostly wait for providers, on threads that cost nothing: with few of them one provider that does not answer would
    /// hold up the work for all others.
    private static final int STEPS_AT_A_TIME = 64;

    private static final Duration POLL = Duration.ofSeconds(1);

    /// No provider is left alone for longer, and no job waits longer to be tried again.
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    @Bean
    Database database(AfinadorProperties properties, DataFolder data) {
        String url = properties.databaseUrl();
        return url == null || url.isBlank()
                ? Database.sqlite(data.database())
                : Database.postgres(url);
    }

    @Bean
    JobStore jobStore(Database database, InstantSource clock) {
        return new JdbcJobStore(database, clock);
    }

    @Bean
    ProviderStore providerStore(Database database) {
        return new JdbcProviderStore(database);
    }

    @Bean
    JdbcSyncStore syncStore(Database database) {
        return new JdbcSyncStore(database);
    }

    @Bean
    DatasetStore datasetStore(Database database) {
        return new JdbcDatasetStore(database);
    }

    @Bean
    UploadStore uploadStore(Database database) {
        return new JdbcUploadStore(database);
    }

    @Bean
    MakingStore makingStore(Database database) {
        return new JdbcMakingStore(database);
    }

    @Bean
    ConversationStore conversationStore(Database database) {
        return new JdbcConversationStore(database);
    }

    @Bean
    ActivationStore activationStore(Database database) {
        return new JdbcActivationStore(database);
    }

    @Bean
    SessionStore sessionStore(Database database) {
        return new JdbcSessionStore(database);
    }

    @Bean
    EngineMachineStore engineMachineStore(Database database) {
        return new JdbcEngineMachineStore(database);
    }

    @Bean
    CallJournal callJournal(Database database) {
        return new JdbcCallJournal(database);
    }

    @Bean
    Pruning pruning(
            CallJournal journal,
            JobStore jobs,
            WebhookDeliveries deliveries,
            SessionStore sessions,
            InstantSource clock,
            AfinadorProperties properties) {
        AfinadorProperties.Retention r = properties.retention();
        return new Pruning(
                journal,
                jobs,
                deliveries,
                sessions,
                clock,
                new Pruning.Retention(
                        r.jobCalls(), r.bulkCalls(), r.idempotencyKeys(), r.webhookIds()));
    }

    /// The steps are looked up when they run: they schedule tasks themselves, so each side needs the other.
    @Bean(destroyMethod = "close")
    DbSchedulerTaskQueue taskQueue(
            Database database,
            DataFolder data,
            AfinadorProperties properties,
            InstantSource clock,
            ObjectProvider<Submission> submission,
            ObjectProvider<Cancellation> cancellation,
            ObjectProvider<JobFetch> fetch,
            ObjectProvider<ProviderSync> sync,
            ObjectProvider<TakeIn> takeIn,
            ObjectProvider<CheckStep> check,
            ObjectProvider<MakeStep> making,
            ObjectProvider<DeleteContent> deletion,
            ObjectProvider<Tidying> tidying,
            ObjectProvider<Pruning> pruning) {
        Map<Kind, Step> steps = new EnumMap<>(Kind.class);
        steps.put(Kind.SUBMIT_JOB, i -> submission.getObject().run(i));
        steps.put(Kind.CANCEL_JOB, i -> cancellation.getObject().run(i));
        steps.put(Kind.FETCH_JOB, i -> fetch.getObject().run(i));
        steps.put(Kind.SYNC_PROVIDER, i -> sync.getObject().run(i));
        steps.put(Kind.TAKE_IN_UPLOAD, i -> takeIn.getObject().run(i));
        steps.put(Kind.CHECK_DATASET, i -> check.getObject().run(i));
        steps.put(Kind.MAKE_DATASET, i -> making.getObject().run(i));
        steps.put(Kind.DELETE_CONTENT, i -> deletion.getObject().run(i));
        steps.put(Kind.TIDY_DATASETS, i -> tidying.getObject().run(i));
        steps.put(Kind.PRUNE, i -> pruning.getObject().run(i));
        return new DbSchedulerTaskQueue(
                database,
                Queue.CONSOLE,
                data.nodeId(),
                LoggedSteps.of(steps),
                clock,
                STEPS_AT_A_TIME,
                POLL,
                properties.work().heartbeat());
    }

    /// Background work begins when everything it may need is there, and ends before anything of it goes.
    @Bean
    BackgroundWork backgroundWork(
            DbSchedulerTaskQueue queue,
            TaskQueue tasks,
            JobStore jobs,
            ProviderStore providers,
            InstantSource clock,
            Roles roles) {
        return new BackgroundWork(queue, tasks, jobs, providers, clock, roles);
    }

    static final class BackgroundWork {
        private final DbSchedulerTaskQueue queue;
        private final TaskQueue tasks;
        private final JobStore jobs;
        private final ProviderStore providers;
        private final InstantSource clock;
        private final Roles roles;

        BackgroundWork(
                DbSchedulerTaskQueue queue,
                TaskQueue tasks,
                JobStore jobs,
                ProviderStore providers,
                InstantSource clock,
                Roles roles) {
            this.roles = roles;
            this.queue = queue;
            this.tasks = tasks;
            this.jobs = jobs;
            this.providers = providers;
            this.clock = clock;
        }

        @EventListener(ApplicationReadyEvent.class)
        void start() {
            if (!roles.console()) {
                return; // other machines do the console's work
            }
            tasks.schedule(Kind.PRUNE, "all", clock.instant());
            tasks.schedule(Kind.TIDY_DATASETS, "all", clock.instant());
            // Unfinished jobs always have a task; this makes it certain after an upgrade, of a
            // restored backup, and when the clock was set back meanwhile.
            Instant now = clock.instant();
            jobs.providersWithLiveJobs()
                    .forEach(p -> tasks.schedule(Kind.SYNC_PROVIDER, p.value(), now));
            providers.list().stream()
                    .flatMap(p -> jobs.unsubmitted(p.id()).stream())
                    .forEach(id ->
                            tasks.schedule(
                                    Kind.SUBMIT_JOB, id.toString(), now.plus(LONGEST_PAUSE)));
            queue.start();
        }
    }
}
