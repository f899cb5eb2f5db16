package dev.afinador.server.boot;

import dev.afinador.access.SignIn;
import java.nio.file.Path;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/// What belongs to the process rather than to a feature.
@Configuration(proxyBeanMethods = false)
class BootConfig {

    /// For contexts that did not come through [Start], which opens the folder before anything else.
    @Bean
    @ConditionalOnMissingBean
    DataFolder dataFolder(@Value("${afinador.data:data}") Path folder) {
        return DataFolder.open(folder);
    }

    @Bean
    Roles roles(Environment environment) {
        return Roles.of(environment);
    }

    /// Made when the server is ready, and only in a process that somebody started at a terminal.
    @Bean
    @Lazy
    StartedLine startedLine(
            DataFolder data, ObjectProvider<SignIn> signIn, Environment environment) {
        return new StartedLine(data, signIn.getIfAvailable(), environment);
    }
}
