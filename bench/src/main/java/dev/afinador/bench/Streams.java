package dev.afinador.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// Open live streams. Every change that [#expect] names is timed on each of them.
final class Streams implements AutoCloseable {

    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, String> remoteByOurs = new ConcurrentHashMap<>();
    private final Map<String, Change> expected = new ConcurrentHashMap<>();
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong resyncs = new AtomicLong();
    private final CountDownLatch open;
    private volatile boolean closed;

    /// A job that went into another state.
    private record Change(String status, long at, AtomicLongArray arrivals) {}

    private Streams(int count, Map<String, String> live) {
        open = new CountDownLatch(count);
        live.forEach((remote, ours) -> remoteByOurs.put(ours, remote));
    }

    /// Half of them JSON, half the page's HTML.
    static Streams open(int count, String server, String cookie, Map<String, String> live)
            throws InterruptedException {
        var streams = new Streams(count, live);
        for (int i = 0; i < count; i++) {
            int number = i;
            boolean html = i % 2 == 1;
            HttpRequest request =
                    HttpRequest.newBuilder(
                                    java.net.URI.create(
                                            server
                                                    + (html
                                                            ? "/jobs/live"
                                                            : Benchmark.JOBS + "/stream")))
                            .header("Cookie", cookie)
                            .header("Accept", "text/event-stream")
                            .header("Accept-Language", "es")
                            .build();
            streams.threads.add(
                    Thread.ofVirtual().start(() -> streams.follow(number, html, request)));
        }
        if (!streams.open.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException(streams.open.getCount() + " streams did not open");
        }
        return streams;
    }

    private void follow(int number, boolean html, HttpRequest request) {
        try {
            HttpResponse<java.io.InputStream> answer =
                    Http.CLIENT.send(request, BodyHandlers.ofInputStream());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("A stream answered " + answer.statusCode());
            }
            open.countDown();
            try (var lines =
                    new BufferedReader(
                            new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                String event = "";
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("event:")) {
                        event = line.substring(6).strip();
                    } else if (line.startsWith("data:")) {
                        see(number, html, event, line);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            if (!closed) {
                System.err.println("A stream broke: " + e);
            }
        }
    }

    private void see(int number, boolean html, String event, String data) {
        messages.incrementAndGet();
        if (event.equals("resync")) {
            resyncs.incrementAndGet();
            return;
        }
        String job;
        String status;
        if (html) {
            if (!event.equals("job")) {
                return;
            }
            job = remoteByOurs.getOrDefault(text(data, "id=\"job-"), "");
            status = data.contains("Pausado") ? "paused" : "running";
        } else {
            if (!event.equals("job")) {
                return;
            }
            job = text(data, "\"openai_job_id\":\"");
            status = text(data, "\"provider_status\":\"");
        }
        Change change = expected.get(job);
        if (change != null && change.status.equals(status)) {
            change.arrivals.compareAndSet(number, 0, System.nanoTime());
        }
    }

    private static String text(String json, String name) {
        int at = json.indexOf(name);
        return at < 0
                ? ""
                : json.substring(at + name.length(), json.indexOf('"', at + name.length()));
    }

    /// Says that this job goes into this state now.
    void expect(String job, String status) {
        expected.put(
                job, new Change(status, System.nanoTime(), new AtomicLongArray(threads.size())));
    }

    /// What arrived of all that was expected, on all streams; expects nothing from now on.
    Arrivals take() {
        var samples = new Samples();
        int missing = 0;
        int changes = expected.size();
        for (Change change : expected.values()) {
            for (int i = 0; i < change.arrivals.length(); i++) {
                long at = change.arrivals.get(i);
                if (at == 0) {
                    missing++;
                } else {
                    samples.add(at - change.at);
                }
            }
        }
        expected.clear();
        return new Arrivals(changes, samples, missing);
    }

    record Arrivals(int changes, Samples samples, int missing) {}

    long messages() {
        return messages.get();
    }

    long resyncs() {
        return resyncs.get();
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
    }
}
