package dev.afinador.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/// The packaged server as a child process on a free port of this machine, with a data folder of its own.
///
/// ```java
/// try (var afinador = AfinadorProcess.start()) {
///     afinador.api().get("/api/v1/ai/providers");
///     afinador.kill();       // SIGKILL: nothing is tidied up
///     afinador.restart();    // same folder, same port
/// }
/// ```
public final class AfinadorProcess implements AutoCloseable {

    private static final Duration START_PATIENCE = Duration.ofSeconds(90);

    private final Path data;
    private final int port;
    private final List<String> options;
    private final Map<String, String> environment;
    private final boolean keepData;
    private final Path output;
    private Process process;
    private String adminToken = "";

    private AfinadorProcess(Builder wanted) {
        try {
            Files.createDirectories(AfinadorApp.work());
            data =
                    wanted.data == null
                            ? Files.createTempDirectory(AfinadorApp.work(), "data-")
                            : wanted.data;
            output = Files.createTempFile(AfinadorApp.work(), "server-", ".out");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keepData = wanted.data != null;
        port = freePort();
        options = List.copyOf(wanted.options);
        environment = Map.copyOf(wanted.environment);
        process = launch();
        try {
            awaitHealth();
        } catch (RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /// With a fresh data folder that is deleted on [#close()].
    ///
    /// @param options as on the command line, e.g. `--afinador.sync.interval=1s`
    public static AfinadorProcess start(String... options) {
        return builder().options(options).start();
    }

    public static Builder builder() {
        return new Builder();
    }

    /// E.g. `http://127.0.0.1:41234`, without a slash at the end.
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /// The bearer token of scripts; it opens everything.
    public String adminToken() {
        return adminToken;
    }

    public Path data() {
        return data;
    }

    /// A client that bears the admin token.
    public ApiClient api() {
        return ApiClient.of(url(), adminToken);
    }

    /// A fresh link that signs one browser in, once.
    public String signInLink() {
        return api().post("/api/v1/access/sign-in-links", null)
                .expect(200)
                .json()
                .path("url")
                .asString();
    }

    /// What the process wrote to its terminal, over all its lives.
    public String output() {
        return read(output);
    }

    /// The server's log file.
    public String log() {
        Path log = data.resolve("logs/afinador.log");
        return Files.exists(log) ? read(log) : "";
    }

    /// What it has started and not yet ended, such as trainings.
    public List<ProcessHandle> children() {
        return process.descendants().toList();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// SIGKILL. Returns when the process is gone.
    public void kill() {
        process.destroyForcibly();
        await(process.onExit());
    }

    /// Tells the process to stop and waits for it.
    ///
    /// @return its exit code
    public int stop() {
        process.destroy();
        await(process.onExit());
        return process.exitValue();
    }

    /// Starts the process again on the same folder and port, and waits until it answers.
    public void restart() {
        begin();
        awaitHealth();
    }

    /// Like [#restart()] but does not wait.
    public void begin() {
        if (process.isAlive()) {
            throw new IllegalStateException("It still runs: kill or stop it first");
        }
        process = launch();
    }

    /// Waits until the server answers.
    public void awaitHealth() {
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url() + "/actuator/health"))
                            .timeout(Duration.ofSeconds(10))
                            .build();
            Awaitility.await("a server that answers at " + url())
                    .atMost(START_PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .failFast("the process ended:\n" + output(), () -> !process.isAlive())
                    .ignoreExceptions()
                    .until(() ->
                            client.send(request, BodyHandlers.discarding()).statusCode() == 200);
        } catch (RuntimeException e) {
            throw new IllegalStateException("The server did not start:\n" + output() + log(), e);
        }
        adminToken = read(data.resolve("admin.token")).strip();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        await(process.onExit());
        try {
            Files.deleteIfExists(output);
            if (!keepData && System.getProperty("afinador.e2e.keep") == null) {
                AfinadorApp.deleteTree(data);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch() {
        List<String> all = new ArrayList<>();
        all.add("--server.port=" + port);
        all.add("--afinador.data=" + data);
        all.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(AfinadorApp.get().command(all));
        cleanEnvironment(builder);
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A tester's own keys and databases must not be met by tests.
    static void cleanEnvironment(ProcessBuilder builder) {
        builder.environment()
                .keySet()
                .removeIf(name ->
                        name.startsWith("AFINADOR_")
                                || name.startsWith("OPENAI_")
                                || name.startsWith("SPRING_")
                                || name.startsWith("SERVER_")
                                || name.equals("JAVA_TOOL_OPTIONS"));
        builder.environment().put("LC_ALL", "C.UTF-8");
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(CompletableFuture<Process> exit) {
        exit.orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a process is started with.
    public static final class Builder {
        private final List<String> options = new ArrayList<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private Path data;

        private Builder() {}

        /// As on the command line.
        public Builder options(String... values) {
            options.addAll(List.of(values));
            return this;
        }

        public Builder environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /// A folder that stays after [AfinadorProcess#close()]; by default a fresh one that goes.
        public Builder data(Path value) {
            data = value;
            return this;
        }

        public AfinadorProcess start() {
            return new AfinadorProcess(this);
        }
    }
}
