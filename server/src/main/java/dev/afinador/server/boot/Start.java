package dev.afinador.server.boot;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/// Starts the server for a person at a terminal: one line when it is ready, one line and an exit code of its own when it
/// cannot start. Everything else goes to the log file in the data folder.
public final class Start {

    private static volatile boolean ready;

    private Start() {}

    /// Runs until the process is told to stop. Ends the process when the server cannot start.
    public static void run(Class<?> application, String[] args) {
        var folder = new FolderListener();
        try {
            SpringApplication spring = new SpringApplication(application);
            spring.setBannerMode(Banner.Mode.OFF);
            spring.addListeners(folder);
            spring.addInitializers(context ->
                    context.getBeanFactory().registerSingleton("dataFolder", folder.opened()));
            ConfigurableApplicationContext context = spring.run(args);
            ready = true;
            if (context.getEnvironment().getProperty("afinador.rehearsal", Boolean.class, false)) {
                Rehearsal.walk(context);
                System.exit(SpringApplication.exit(context));
            }
            context.getBean(StartedLine.class).print(System.out);
        } catch (Throwable e) { // whatever it is, a start ends with a line and a code
            end(Failures.of(e, folder.data));
        }
    }

    private static void end(StartFailure failure) {
        System.err.println(failure.tell());
        System.exit(failure.reason().exitCode());
    }

    /// Opens the data folder as soon as its setting is known and before the log in it is, and sets what a started process has
    /// and a test has not.
    private static final class FolderListener
            implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

        /// After the settings are read (10), before logging starts (20).
        private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 15;

        private @Nullable DataFolder data;

        DataFolder opened() {
            if (data == null) {
                throw new IllegalStateException("the environment was never prepared");
            }
            return data;
        }

        @Override
        public int getOrder() {
            return ORDER;
        }

        @Override
        public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
            ConfigurableEnvironment environment = event.getEnvironment();
            try {
                ListenAddress.check(environment);
                Roles.of(environment);
                data = DataFolder.open(Path.of(environment.getProperty("afinador.data", "data")));
            } catch (
                    StartFailure e) { // there is no log yet, and Spring would print the whole stack
                // instead
                end(e);
                throw e;
            }
            Map<String, Object> defaults = new LinkedHashMap<>();
            defaults.put("spring.main.log-startup-info", "true");
            defaults.put("logging.config", "classpath:dev/afinador/server/boot/logback.xml");
            defaults.put("logging.file.name", data.root().resolve("logs/afinador.log").toString());
            // Uploads wait on the disk that is to hold them: /tmp may be small, and a killed
            // process
            // would leave them there for good.
            defaults.put("spring.servlet.multipart.location", data.temporary().toString());
            defaults.put("server.tomcat.basedir", data.temporary().resolve("tomcat").toString());
            defaults.put("logging.logback.rollingpolicy.max-file-size", "10MB");
            defaults.put("logging.logback.rollingpolicy.max-history", "14");
            defaults.put("logging.logback.rollingpolicy.total-size-cap", "100MB");
            boolean verbose = environment.getProperty("afinador.verbose", Boolean.class, false);
            defaults.put("logging.threshold.console", verbose ? "debug" : "warn");
            if (verbose) {
                defaults.put("logging.level.dev.afinador", "debug");
            }
            environment.getPropertySources().addLast(new MapPropertySource("start", defaults));
        }
    }

    /// Keeps the console free until the server is ready: why it could not start is told in one line, the rest is in the
    /// log file.
    public static final class QuietUntilReady extends Filter<ILoggingEvent> {
        @Override
        public FilterReply decide(ILoggingEvent event) {
            return ready ? FilterReply.NEUTRAL : FilterReply.DENY;
        }
    }
}
