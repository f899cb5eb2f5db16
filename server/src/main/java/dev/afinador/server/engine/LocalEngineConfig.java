package dev.afinador.server.engine;

import dev.afinador.engine.EngineMachineStore;
import dev.afinador.openai.OpenAiBackends;
import dev.afinador.openai.OpenAiTimeouts;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.LocalEngine;
import dev.afinador.provider.Providers;
import dev.afinador.server.boot.DataFolder;
import dev.afinador.server.boot.ListenAddress;
import dev.afinador.server.boot.Roles;
import java.net.URI;
import java.time.InstantSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/// Where the local engine is: known to every console, with an engine of its own or not.
@Configuration(proxyBeanMethods = false)
class LocalEngineConfig {

    @Bean
    OwnEngine localEngine(
            DataFolder data,
            Roles roles,
            EngineMachineStore machines,
            InstantSource clock,
            Environment environment) {
        return new OwnEngine(
                EngineKey.of(System.getenv("AFINADOR_SECRET_KEY"), data),
                roles.engine()
                        ? () -> URI.create(ListenAddress.url(environment) + "/engine/v1")
                        : null,
                machines,
                clock);
    }

    /// No candidate where somebody wants backends: it does not know where the local engine is.
    @Bean(defaultCandidate = false)
    OpenAiBackends overHttp(CallJournal journal, Providers providers, InstantSource clock) {
        return new OpenAiBackends(journal, providers::credential, clock, OpenAiTimeouts.DEFAULT);
    }

    @Bean
    LocalBackends backends(@Qualifier("overHttp") OpenAiBackends overHttp, LocalEngine engine) {
        return new LocalBackends(overHttp, engine);
    }
}
