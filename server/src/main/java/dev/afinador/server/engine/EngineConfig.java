package dev.afinador.server.engine;

import dev.afinador.engine.BaseModels;
import dev.afinador.engine.EngineFileStore;
import dev.afinador.engine.EngineFiles;
import dev.afinador.engine.EngineFolder;
import dev.afinador.engine.EngineIds;
import dev.afinador.engine.EngineJobStore;
import dev.afinador.engine.EngineJobs;
import dev.afinador.engine.EngineListener;
import dev.afinador.engine.EngineMachineStore;
import dev.afinador.engine.EngineModels;
import dev.afinador.engine.FileValidation;
import dev.afinador.engine.Housekeeping;
import dev.afinador.engine.JobBooks;
import dev.afinador.engine.Trainer;
import dev.afinador.engine.Training;
import dev.afinador.engine.WebhookStore;
import dev.afinador.engine.Webhooks;
import dev.afinador.engine.delivery.HttpWebhookSender;
import dev.afinador.engine.process.Machine;
import dev.afinador.engine.process.ModelFolders;
import dev.afinador.engine.process.Sampler;
import dev.afinador.engine.process.TrainerCommand;
import dev.afinador.engine.process.TrainerProcesses;
import dev.afinador.engine.protocol.EngineDoor;
import dev.afinador.engine.protocol.EngineProtocol;
import dev.afinador.job.JobStore;
import dev.afinador.provider.LocalEngine;
import dev.afinador.provider.Providers;
import dev.afinador.provider.SecretBox;
import dev.afinador.server.boot.DataFolder;
import dev.afinador.server.boot.Roles;
import dev.afinador.server.config.AfinadorProperties;
import dev.afinador.server.config.LoggedSteps;
import dev.afinador.storage.Database;
import dev.afinador.storage.DbSchedulerTaskQueue;
import dev.afinador.storage.JdbcEngineFileStore;
import dev.afinador.storage.JdbcEngineJobStore;
import dev.afinador.storage.JdbcWebhookStore;
import dev.afinador.work.TaskQueue;
import dev.afinador.work.TaskQueue.Kind;
import dev.afinador.work.TaskQueue.Queue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;

/// The engine, made of its parts, where this process serves it.
@Configuration(proxyBeanMethods = false)
@Conditional(EngineHere.class)
@Import(EngineProtocol.class)
@EnableConfigurationProperties(EngineSettings.class)
class EngineConfig {

    private static final int STEPS_AT_A_TIME = 4;
    private static final Duration POLL = Duration.ofSeconds(1);

    /// After the host is checked, before anything that knows sessions and users.
    private static final int DOOR = -200;

    @Bean
    TrainerCommand trainerCommand(EngineSettings settings, DataFolder data) throws IOException {
        Path natives =
                settings.natives() == null
                        ? data.root().resolve("engine/natives")
                        : settings.natives().toAbsolutePath();
        return new TrainerCommand(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                Objects.requireNonNull(settings.trainer()).toAbsolutePath() + "/*",
                settings.main(),
                Files.createDirectories(natives),
                settings.javaOptions());
    }

    @Bean
    Machine machine(TrainerCommand command) {
        return new Machine(command);
    }

    @Bean
    EngineFolder engineFolder(EngineSettings settings, DataFolder data) throws IOException {
        return new EngineFolder(
                settings.folder() == null ? data.root().resolve("engine") : settings.folder());
    }

    /// The person's own models come first: a folder of theirs may stand in for one that was shipped.
    @Bean
    BaseModels baseModels(EngineSettings settings, DataFolder data, TrainerCommand command)
            throws IOException {
        List<Path> folders = new ArrayList<>();
        folders.add(Files.createDirectories(data.root().resolve("models")));
        settings.models().forEach(folder -> folders.add(folder.toAbsolutePath()));
        if (settings.shippedModels() != null) {
            folders.add(settings.shippedModels().toAbsolutePath());
        }
        return new ModelFolders(folders, command, data.root().resolve("engine/inspected"));
    }

    @Bean
    EngineIds engineIds(EngineSettings settings) {
        return new EngineIds(new SecureRandom(), settings.organization());
    }

    @Bean
    EngineJobStore engineJobStore(Database database) {
        return new JdbcEngineJobStore(database);
    }

    @Bean
    EngineFileStore engineFileStore(Database database) {
        return new JdbcEngineFileStore(database);
    }

    @Bean
    WebhookStore engineWebhookStore(Database database) {
        return new JdbcWebhookStore(database);
    }

    @Bean
    EngineFiles engineFiles(
            EngineFileStore store,
            EngineFolder folder,
            Database database,
            EngineIds ids,
            InstantSource clock,
            AfinadorProperties properties) {
        EngineFiles.Limits protocol = EngineFiles.Limits.PROTOCOL;
        return new EngineFiles(
                store,
                folder,
                database,
                ids,
                clock,
                new EngineFiles.Limits(
                        Math.max(protocol.fileBytes(), properties.maxUpload().toBytes()),
                        protocol.uploadBytes(),
                        protocol.partBytes()));
    }

    @Bean
    HttpWebhookSender webhookSender(InstantSource clock, EngineSettings settings) {
        return new HttpWebhookSender(clock, settings.privateWebhooks());
    }

    @Bean
    Webhooks engineWebhooks(
            WebhookStore store,
            SecretBox box,
            HttpWebhookSender sender,
            EngineQueues queues,
            EngineIds ids,
            RandomGenerator random,
            InstantSource clock,
            EngineSettings settings) {
        return new Webhooks(
                store, box, sender, queues.tasks(), ids, random, clock, settings.privateWebhooks());
    }

    @Bean
    EngineListener engineListener(
            Roles roles, JobStore jobs, TaskQueue consoleTasks, InstantSource clock) {
        return roles.console() ? new EngineNews(jobs, consoleTasks, clock) : job -> {};
    }

    @Bean
    JobBooks engineJobBooks(
            EngineJobStore store,
            Database database,
            Webhooks webhooks,
            EngineListener listener,
            EngineIds ids,
            InstantSource clock) {
        return new JobBooks(store, database, webhooks, listener, ids, clock);
    }

    @Bean
    EngineJobs engineJobs(
            EngineJobStore store,
            JobBooks books,
            EngineFiles files,
            BaseModels bases,
            Database database,
            EngineQueues queues,
            EngineIds ids,
            RandomGenerator random,
            InstantSource clock) {
        return new EngineJobs(
                store, books, files, bases, database, queues.tasks(), ids, random, clock);
    }

    @Bean
    EngineModels engineModels(
            EngineJobStore store, BaseModels bases, EngineFolder folder, EngineIds ids) {
        return new EngineModels(store, bases, folder, ids);
    }

    @Bean
    FileValidation fileValidation(
            EngineJobStore store,
            JobBooks books,
            EngineFiles files,
            EngineFolder folder,
            EngineQueues queues,
            InstantSource clock) {
        return new FileValidation(store, books, files, folder, queues.tasks(), clock);
    }

    @Bean
    Trainer trainer(TrainerCommand command, EngineSettings settings) {
        return new TrainerProcesses(
                command,
                new TrainerProcesses.Settings(
                        settings.heap().training(),
                        settings.device(),
                        settings.precision(),
                        settings.threads()));
    }

    @Bean
    Training training(
            EngineJobStore store,
            JobBooks books,
            BaseModels bases,
            EngineFiles files,
            EngineFolder folder,
            Trainer trainer,
            InstantSource clock,
            EngineSettings settings) {
        Training.Settings usual = Training.Settings.DEFAULT;
        return new Training(
                store,
                books,
                bases,
                files,
                folder,
                trainer,
                clock,
                new Training.Settings(
                        settings.silence(),
                        usual.crashes(),
                        usual.starts(),
                        usual.grace(),
                        usual.stopWithin()));
    }

    @Bean(destroyMethod = "close")
    Sampler sampler(TrainerCommand command, InstantSource clock, EngineSettings settings) {
        return new Sampler(
                command,
                clock,
                new Sampler.Settings(
                        settings.heap().answering(),
                        settings.chat().idle(),
                        settings.chat().models(),
                        settings.chat().requests()));
    }

    @Bean
    Housekeeping housekeeping(EngineFiles files, EngineJobs jobs, InstantSource clock) {
        return new Housekeeping(files, jobs, clock);
    }

    /// The steps are looked up when they run: they schedule tasks themselves, so each side needs the other.
    @Bean(destroyMethod = "close")
    EngineQueues engineQueues(
            Database database,
            DataFolder data,
            AfinadorProperties properties,
            InstantSource clock,
            EngineSettings settings,
            ObjectProvider<FileValidation> validation,
            ObjectProvider<Training> training,
            ObjectProvider<Webhooks> webhooks,
            ObjectProvider<Housekeeping> housekeeping) {
        return new EngineQueues(
                new DbSchedulerTaskQueue(
                        database,
                        Queue.ENGINE,
                        data.nodeId(),
                        LoggedSteps.of(
                                Map.of(
                                        Kind.VALIDATE_FILES, i -> validation.getObject().run(i),
                                        Kind.DELIVER_WEBHOOK, i -> webhooks.getObject().run(i),
                                        Kind.TIDY_ENGINE, i -> housekeeping.getObject().run(i))),
                        clock,
                        STEPS_AT_A_TIME,
                        POLL,
                        properties.work().heartbeat()),
                new DbSchedulerTaskQueue(
                        database,
                        Queue.TRAINING,
                        data.nodeId(),
                        LoggedSteps.of(Map.of(Kind.TRAIN, i -> training.getObject().run(i))),
                        clock,
                        Math.max(1, settings.trainings()),
                        POLL,
                        properties.work().heartbeat()));
    }

    @Bean
    EngineWork engineWork(
            EngineQueues queues,
            Training training,
            Sampler sampler,
            Machine machine,
            EngineMachineStore machines,
            Providers providers,
            InstantSource clock,
            DataFolder data,
            EngineSettings settings,
            Environment environment)
            throws UnknownHostException {
        return new EngineWork(
                queues,
                training,
                sampler,
                machine,
                machines,
                providers,
                clock,
                data.nodeId(),
                reachableUrl(settings, environment));
    }

    /// As it was set; else the address that it listens on, unless that is of this machine alone.
    private static @Nullable URI reachableUrl(EngineSettings settings, Environment environment)
            throws UnknownHostException {
        if (settings.url() != null) {
            return settings.url();
        }
        String host = environment.getProperty("server.address", "127.0.0.1");
        String port = environment.getProperty("server.port", "0");
        InetAddress address = InetAddress.getByName(host);
        return address.isLoopbackAddress() || address.isAnyLocalAddress() || port.equals("0")
                ? null
                : URI.create("http://" + host + ":" + port + "/engine/v1");
    }

    @Bean
    FilterRegistrationBean<EngineDoor> engineDoor(LocalEngine engine, EngineIds ids) {
        FilterRegistrationBean<EngineDoor> registration =
                new FilterRegistrationBean<>(new EngineDoor(engine.key(), ids.organization()));
        registration.addUrlPatterns("/engine/*");
        registration.setOrder(DOOR);
        return registration;
    }

    /// The engine is a vendor to its callers: its own door has asked for its own key, and neither sessions, nor forgery tokens, nor
    /// pages of ours have to do with it.
    @Bean
    @Order(1)
    SecurityFilterChain engineSecurity(HttpSecurity http) throws Exception {
        return http.securityMatcher("/engine/**")
                .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .headers(AbstractHttpConfigurer::disable)
                .authorizeHttpRequests(a -> a.anyRequest().permitAll())
                .build();
    }
}
