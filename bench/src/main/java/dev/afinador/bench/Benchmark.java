package dev.afinador.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Runs everything once and prints a table. docs/benchmarks.md explains it.
public final class Benchmark {

    static final String JOBS = "/api/v1/ai/training/fine-tuning/jobs";
    static final String LIST = JOBS + "?limit=50";

    private static final String SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String READY = "http://";
    private static final int WARM_UP_SECONDS = 20;
    private static final int NAIVE_VIEWERS = 40;

    private final Settings settings;
    private final Path data;

    private Benchmark(Settings settings, Path data) {
        this.settings = settings;
        this.data = data;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Settings settings;
        try {
            settings = Settings.of(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        Path data = Files.createTempDirectory("afinador-bench-");
        try {
            Results results = new Benchmark(settings, data).run();
            System.out.println(results.table(settings));
        } finally {
            deleteTree(data);
        }
        System.exit(0); // streams that were cut leave threads of the HTTP client behind
    }

    private Results run() throws InterruptedException {
        var results = new Results();
        try (Provider provider = Provider.start()) {
            say("seeding " + settings.jobs() + " jobs at the provider");
            provider.seed(settings.jobs(), settings.live());
            String id;
            try (Child server = start()) {
                id = addProvider(server.word(READY), provider);
            }
            say("importing them");
            Import imported = Import.into(data.resolve("afinador.db"), id, provider);
            provider.answerAfter(settings.providerMillis());
            starts(results);
            try (Child server = start()) {
                load(server, provider, id, imported, results);
            }
            naive(provider, results);
        }
        return results;
    }

    private Child start() {
        return Child.start(
                List.of(
                        settings.repository().resolve("afinador").toString(),
                        "start",
                        "--port",
                        "0",
                        "--data",
                        data.toString()),
                READY);
    }

    private static String address(Child server) {
        URI link = URI.create(server.word(READY));
        return "http://" + link.getAuthority();
    }

    private String addProvider(String link, Provider provider) {
        JsonNode added =
                Http.post(
                        "http://" + URI.create(link).getAuthority() + "/api/v1/ai/providers",
                        adminToken(),
                        Http.object()
                                .put("name", "Provider")
                                .put("kind", "compatible")
                                .put("base_url", provider.baseUrl())
                                .put("key", Provider.KEY)
                                .put("webhook_secret", SECRET));
        return added.path("id").asString();
    }

    private String adminToken() {
        try {
            return Files.readString(data.resolve("admin.token")).strip();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// The command of a person and the bare process, in turns.
    private void starts(Results results) {
        say("timing " + settings.starts() + " starts of each kind");
        for (int i = 0; i < settings.starts(); i++) {
            List<String> command;
            try (Child server = start()) {
                results.start.add(server.startNanos());
                command = server.command();
            }
            try (Child server = Child.start(command, READY)) {
                results.bareStart.add(server.startNanos());
            }
        }
    }

    private void load(Child server, Provider provider, String id, Import imported, Results results)
            throws InterruptedException {
        String address = address(server);
        String cookie = "afinador_session=" + imported.session();
        JsonNode list =
                Http.JSON.readTree(
                        Http.send(Http.request(address + LIST).header("Cookie", cookie).build()));
        if (list.path("data").size() != 50) {
            throw new IllegalStateException("The list has no 50 jobs: " + list);
        }
        try (Viewers one = Viewers.open(1, address + LIST, cookie)) {
            say("one viewer");
            Pause.seconds(WARM_UP_SECONDS);
            results.callsOfOne = callsPerMinute(provider, settings.seconds());
        }
        try (Viewers viewers = Viewers.open(settings.viewers(), address + LIST, cookie);
                Streams streams =
                        Streams.open(settings.streams(), address, cookie, imported.live());
                Lateness lateness = Lateness.measure()) {
            say(settings.viewers() + " viewers and " + settings.streams() + " streams");
            Pause.seconds(WARM_UP_SECONDS);
            viewers.count();
            double cpu = server.cpuSeconds();
            long messages = streams.messages();
            long begun = System.nanoTime();
            results.callsOfAll = callsPerMinute(provider, settings.seconds());
            double seconds = (System.nanoTime() - begun) / 1e9;
            results.cpu = (server.cpuSeconds() - cpu) / seconds;
            results.messages = (streams.messages() - messages) / seconds;
            results.quietList = viewers.stopCounting();

            List<String> jobs = List.copyOf(imported.live().keySet());
            viewers.count();
            say("changes without webhooks");
            changes(jobs, "paused", 30, provider, false, streams);
            Pause.seconds(15);
            results.polled = streams.take();
            say("changes with webhooks");
            provider.webhooksTo(address + "/webhooks/" + id, SECRET);
            changes(jobs, "running", 40, provider, true, streams);
            Pause.seconds(5);
            results.pushed = streams.take();
            results.list = viewers.stopCounting();
            results.list.addAll(results.quietList);
            results.lateness = lateness.samples();
            results.failures = viewers.failures();
            results.resyncs = streams.resyncs();
            results.rss = server.megabytes("VmRSS");
            results.mostRss = server.megabytes("VmHWM");
        }
    }

    /// Each of these jobs goes into another state, one after the other over so many seconds.
    private static void changes(
            List<String> jobs,
            String status,
            int seconds,
            Provider provider,
            boolean webhook,
            Streams streams)
            throws InterruptedException {
        long begun = System.nanoTime();
        for (int i = 0; i < jobs.size(); i++) {
            Pause.until(begun + (long) (1e9 * seconds * i / jobs.size()));
            streams.expect(jobs.get(i), status);
            provider.setStatus(jobs.get(i), status);
            if (webhook) {
                provider.sendWebhook(jobs.get(i), status);
            }
        }
    }

    private static double callsPerMinute(Provider provider, int seconds)
            throws InterruptedException {
        long before = provider.calls();
        long begun = System.nanoTime();
        Pause.seconds(seconds);
        return (provider.calls() - before) * 60e9 / (System.nanoTime() - begun);
    }

    private void naive(Provider provider, Results results) throws InterruptedException {
        List<String> command =
                Provider.ourJava(
                        NaiveServer.class,
                        data.resolve("afinador.db").toString(),
                        provider.baseUrl());
        try (Child server = Child.start(command, READY)) {
            int seconds = settings.seconds() / 2;
            String url = server.word(READY);
            for (int viewers : new int[] {1, NAIVE_VIEWERS}) {
                say("the naive design, viewers: " + viewers);
                try (Viewers opened = Viewers.open(viewers, url, "")) {
                    Pause.seconds(WARM_UP_SECONDS / 2.0);
                    opened.count();
                    double calls = callsPerMinute(provider, seconds);
                    results.naive.add(
                            new Results.Naive(viewers, seconds, opened.stopCounting(), calls));
                }
            }
        }
    }

    private static void say(String what) {
        System.err.println("· " + what);
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
