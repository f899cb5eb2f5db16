package dev.afinador.engine.protocol;

import dev.afinador.engine.EngineFiles;
import dev.afinador.engine.EngineIds;
import dev.afinador.engine.EngineJobs;
import dev.afinador.engine.EngineModels;
import dev.afinador.engine.Webhooks;
import dev.afinador.engine.process.Sampler;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The protocol's paths over the engine's features. An application imports this where the engine shall be served, beside an
/// [EngineDoor] in front of `/engine/*`.
@Configuration(proxyBeanMethods = false)
public class EngineProtocol {

    /// How long a model may take for its next word.
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Bean
    FilesResource engineFilesResource(EngineFiles files) {
        return new FilesResource(files);
    }

    @Bean
    JobsResource engineJobsResource(EngineJobs jobs, EngineIds ids) {
        return new JobsResource(jobs, ids.organization());
    }

    @Bean
    ModelsResource engineModelsResource(EngineModels models) {
        return new ModelsResource(models);
    }

    @Bean
    ChatResource engineChatResource(EngineModels models, Sampler sampler, InstantSource clock) {
        return new ChatResource(models, sampler, clock, PATIENCE);
    }

    @Bean
    WebhookEndpointsResource engineWebhookEndpointsResource(Webhooks webhooks) {
        return new WebhookEndpointsResource(webhooks);
    }

    @Bean
    Nowhere engineNowhere() {
        return new Nowhere();
    }

    @Bean
    Problems engineProblems() {
        return new Problems();
    }
}
