package dev.afinador.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/// Listens to the server-sent events of jobs, as a program does: reads the raw stream line by line.
final class JobStream implements AutoCloseable {

    record Event(String name, JsonNode data) {}

    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Thread reader;

    /// Returns when the stream stands: what changes from now on will be heard.
    JobStream(ApiClient api) {
        HttpResponse<InputStream> answer;
        try {
            answer =
                    http.send(
                            api.request(ApiClient.JOBS + "/stream")
                                    .header("Accept", "text/event-stream")
                                    .build(),
                            BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                .startsWith("text/event-stream");
        reader = Thread.ofVirtual().name("job-stream").start(() -> read(answer.body()));
        Awaitility.await("the stream's first event")
                .atMost(Duration.ofSeconds(30))
                .until(() -> !events.isEmpty());
    }

    private void read(InputStream body) {
        try (var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            String name = "message";
            StringBuilder data = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    if (!data.isEmpty()) {
                        events.add(new Event(name, ApiClient.JSON.readTree(data.toString())));
                    }
                    name = "message";
                    data.setLength(0);
                } else if (line.startsWith("event:")) {
                    name = line.substring(6).strip();
                } else if (line.startsWith("data:")) {
                    data.append(line.substring(5));
                }
            }
        } catch (IOException e) {
            // the stream ended, from this side or from that
        }
    }

    /// Everything heard so far.
    List<Event> events() {
        return List.copyOf(events);
    }

    /// Every state of this job that was heard, in order.
    List<JsonNode> statesOf(String job) {
        return events.stream()
                .filter(e -> e.name().equals("job"))
                .map(Event::data)
                .filter(j -> j.path("id").asString().equals(job))
                .toList();
    }

    JsonNode await(String job, String what, Predicate<JsonNode> state) {
        Awaitility.await("the stream tells of " + job + ": " + what)
                .atMost(Duration.ofSeconds(60))
                .until(() -> statesOf(job).stream().anyMatch(state));
        return statesOf(job).stream().filter(state).findFirst().orElseThrow();
    }

    @Override
    public void close() {
        http.shutdownNow();
        reader.interrupt();
    }
}
