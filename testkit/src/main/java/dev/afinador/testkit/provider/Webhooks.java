package dev.afinador.testkit.provider;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The provider's outgoing webhooks: sent when a job ends, or when a test says so. Safe for use by many threads.
///
/// Each delivery goes out once, on a thread of its own; failed ones are recorded and not repeated unless asked for.
public final class Webhooks implements AutoCloseable {
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
    private final List<Delivery> deliveries = new ArrayList<>();
    private final Ids ids;
    private final InstantSource clock;
    private @Nullable Target target;

    private record Target(URI url, String secret) {}

    /// One message on its way.
    public static final class Delivery {
        private final String id;
        private final String type;
        private final String jobId;
        private final String body;
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile @Nullable Integer status;

        private Delivery(String id, String type, String jobId, String body) {
            this.id = id;
            this.type = type;
            this.jobId = jobId;
            this.body = body;
        }

        /// The `webhook-id`, the same for every copy of a message.
        public String id() {
            return id;
        }

        public String type() {
            return type;
        }

        public String jobId() {
            return jobId;
        }

        public String body() {
            return body;
        }

        /// What the receiver answered; null while under way and when no answer came.
        public @Nullable Integer status() {
            return status;
        }

        /// Waits for the answer; gives its status, or null when none came in time.
        public @Nullable Integer await(Duration atMost) throws InterruptedException {
            done.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return status;
        }
    }

    Webhooks(Ids ids, InstantSource clock) {
        this.ids = ids;
        this.clock = clock;
    }

    synchronized void to(URI url, String secret) {
        target = new Target(url, secret);
    }

    /// Sends nothing by itself from now on.
    public synchronized void off() {
        target = null;
    }

    /// Told by the job book when a job ends.
    void jobEnded(String jobId, String status) {
        boolean on;
        synchronized (this) {
            on = target != null;
        }
        if (on) {
            send(jobId, "fine_tuning.job." + status);
        }
    }

    /// Sends a message about a job, well signed.
    ///
    /// @param type e.g. `fine_tuning.job.succeeded`
    public Delivery send(String jobId, String type) {
        Delivery delivery = compose(jobId, type);
        dispatch(delivery, true);
        return delivery;
    }

    /// Sends a message whose signature was made with another secret.
    public Delivery sendBadlySigned(String jobId, String type) {
        Delivery delivery = compose(jobId, type);
        dispatch(delivery, false);
        return delivery;
    }

    /// Sends a message again: same id and body, fresh timestamp.
    public Delivery repeat(Delivery earlier) {
        var delivery = new Delivery(earlier.id, earlier.type, earlier.jobId, earlier.body);
        dispatch(delivery, true);
        return delivery;
    }

    /// All deliveries so far, oldest first.
    public synchronized List<Delivery> deliveries() {
        return List.copyOf(deliveries);
    }

    @Override
    public void close() {
        off();
        client.shutdownNow();
    }

    private Delivery compose(String jobId, String type) {
        var body =
                Json.object()
                        .put("object", "event")
                        .put("id", ids.webhookEvent())
                        .put("type", type);
        body.put("created_at", clock.instant().getEpochSecond()).putObject("data").put("id", jobId);
        return new Delivery(ids.webhookDelivery(), type, jobId, Json.write(body));
    }

    private void dispatch(Delivery delivery, boolean wellSigned) {
        Target to;
        synchronized (this) {
            to = target;
            if (to == null) {
                throw new IllegalStateException(
                        "Say first where webhooks go: FakeProvider.webhooks(url, secret)");
            }
            deliveries.add(delivery);
        }
        long timestamp = clock.instant().getEpochSecond();
        String secret = wellSigned ? to.secret() : "another secret altogether";
        HttpRequest request =
                HttpRequest.newBuilder(to.url())
                        .timeout(Duration.ofSeconds(15))
                        .header("Content-Type", "application/json")
                        .header(
                                "User-Agent",
                                "OpenAI/1.0 (+https://platform.openai.com/docs/webhooks)")
                        .header("webhook-id", delivery.id)
                        .header("webhook-timestamp", Long.toString(timestamp))
                        .header(
                                "webhook-signature",
                                WebhookSignature.sign(
                                        secret, delivery.id, timestamp, delivery.body))
                        .POST(HttpRequest.BodyPublishers.ofString(delivery.body))
                        .build();
        Thread.ofVirtual().name("fake-provider-webhook").start(() -> deliver(delivery, request));
    }

    private void deliver(Delivery delivery, HttpRequest request) {
        try {
            delivery.status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            // nobody listens there; the delivery keeps its null status, which is the record of it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            delivery.done.countDown();
        }
    }
}
