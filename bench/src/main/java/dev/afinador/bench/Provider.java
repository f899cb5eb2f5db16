package dev.afinador.bench;

import dev.afinador.testkit.provider.FakeProviderMain;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The scripted provider in a process of its own, with its switches.
final class Provider implements AutoCloseable {

    static final String KEY = "sk-test-1";

    private final Child child;
    private final String baseUrl;
    private final String control;

    private Provider(Child child) {
        this.child = child;
        this.baseUrl = child.word("http://");
        this.control = baseUrl.replaceFirst("/v1$", "/_control");
    }

    static Provider start() {
        return new Provider(Child.start(ourJava(FakeProviderMain.class), "ready at"));
    }

    /// A command that runs one of our own classes.
    static List<String> ourJava(Class<?> main, String... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(args));
        return command;
    }

    String baseUrl() {
        return baseUrl;
    }

    /// Jobs that are over and, among the newest, every second one live.
    void seed(int jobs, int live) {
        Instant start = Instant.now().minusSeconds(30L * 24 * 3600);
        int old = jobs - 2 * live;
        int steps = 100;
        int left = old;
        for (int i = 0; i < steps && left > 0; i++) {
            int count = i == steps - 1 ? left : Math.max(1, old / steps);
            seedSome(i % 10 == 0 ? "failed" : "succeeded", count, start.plusSeconds(3600L * i));
            left -= count;
        }
        Instant recent = Instant.now().minusSeconds(3L * 3600);
        for (int i = 0; i < 2 * live; i++) {
            seedSome(i % 2 == 0 ? "running" : "succeeded", 1, recent.plusSeconds(10L * i));
        }
    }

    private void seedSome(String status, int count, Instant createdAt) {
        ObjectNode body = Http.object().put("status", status).put("count", count);
        body.put("created_at", createdAt.toString()).put("suffix", "team-" + status);
        JsonNode unused = Http.post(control + "/jobs", null, body);
    }

    /// Makes every answer this late.
    void answerAfter(int millis) {
        JsonNode unused =
                Http.post(
                        control + "/faults",
                        null,
                        Http.object().put("fault", "late").put("millis", millis));
    }

    void webhooksTo(String url, String secret) {
        JsonNode unused =
                Http.post(
                        control + "/webhooks",
                        null,
                        Http.object().put("url", url).put("secret", secret));
    }

    void setStatus(String job, String status) {
        JsonNode unused =
                Http.post(
                        control + "/jobs/" + job + "/status",
                        null,
                        Http.object().put("status", status));
    }

    void sendWebhook(String job, String status) {
        JsonNode unused =
                Http.post(
                        control + "/webhooks/send",
                        null,
                        Http.object().put("job", job).put("type", "fine_tuning.job." + status));
    }

    /// How many calls of the protocol came so far.
    long calls() {
        long sum = 0;
        for (JsonNode count : Http.get(control + "/counters", KEY)) {
            sum += count.asLong();
        }
        return sum;
    }

    /// A page of jobs as the protocol gives it.
    JsonNode page(String after) {
        return Http.get(
                baseUrl
                        + "/fine_tuning/jobs?limit=100"
                        + (after.isEmpty() ? "" : "&after=" + after),
                KEY);
    }

    @Override
    public void close() {
        child.close();
    }
}
