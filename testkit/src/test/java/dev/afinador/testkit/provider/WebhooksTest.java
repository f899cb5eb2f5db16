package dev.afinador.testkit.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhooksTest {
    private static final String SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final FakeProvider provider = FakeProvider.start();
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private HttpServer receiver;

    private record Received(String id, String timestamp, String signature, String body) {
        boolean wellSigned() {
            return WebhookSignature.sign(SECRET, id, Long.parseLong(timestamp), body)
                    .equals(signature);
        }
    }

    @BeforeEach
    void listen() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext(
                "/",
                exchange -> {
                    var headers = exchange.getRequestHeaders();
                    received.add(
                            new Received(
                                    headers.getFirst("webhook-id"),
                                    headers.getFirst("webhook-timestamp"),
                                    headers.getFirst("webhook-signature"),
                                    new String(
                                            exchange.getRequestBody().readAllBytes(),
                                            StandardCharsets.UTF_8)));
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        receiver.start();
        provider.webhooks(
                URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/"), SECRET);
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
        provider.close();
    }

    @Test
    void the_signature_is_that_of_the_published_vector() {
        assertThat(
                        WebhookSignature.sign(
                                SECRET,
                                "wh_0000000000000001",
                                1795392000L,
                                "{\"object\":\"event\",\"id\":\"evt_0001\",\"type\":\"fine_tuning.job.succeeded\",\"created_at\":1795391990,\"data\":{\"id\":\"ftjob-0001\"}}"))
                .isEqualTo("v1,H5Yrs5LuVgM8qMmbNycaQRn08jAn5s4tlkiFW39lqVU=");
    }

    @Test
    void a_job_that_ends_is_told_of_by_itself_well_signed() throws Exception {
        String good = provider.seedJob(JobSeed.in("running"));
        provider.finish(good);
        Received first = take();
        assertThat(first.wellSigned()).isTrue();
        assertThat(first.id()).startsWith("wh_");
        assertThat(Json.parse(first.body()).get("type").asString())
                .isEqualTo("fine_tuning.job.succeeded");
        assertThat(Json.parse(first.body()).at("/data/id").asString()).isEqualTo(good);
        assertThat(Json.parse(first.body()).get("id").asString()).startsWith("evt_");

        String bad = provider.seedJob(JobSeed.in("running"));
        provider.fail(bad, new Failure("internal_error", "no", null));
        assertThat(Json.parse(take().body()).get("type").asString())
                .isEqualTo("fine_tuning.job.failed");

        String left = provider.seedJob(JobSeed.in("queued"));
        try (var caller = new Caller(provider)) {
            caller.post("/fine_tuning/jobs/" + left + "/cancel", "");
        }
        assertThat(Json.parse(take().body()).get("type").asString())
                .isEqualTo("fine_tuning.job.cancelled");
    }

    @Test
    void copies_share_their_id_and_bad_signatures_are_bad() throws Exception {
        Webhooks webhooks = provider.webhooks();
        var sent = webhooks.send("ftjob-1", "fine_tuning.job.succeeded");
        assertThat(sent.await(PATIENCE)).isEqualTo(204);
        webhooks.repeat(sent);
        Received first = take();
        Received second = take();
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.wellSigned()).isTrue();
        webhooks.sendBadlySigned("ftjob-1", "fine_tuning.job.succeeded");
        assertThat(take().wellSigned()).isFalse();
    }

    @Test
    void a_delivery_nobody_takes_has_no_status() throws Exception {
        receiver.stop(0);
        assertThat(provider.webhooks().send("ftjob-1", "fine_tuning.job.failed").await(PATIENCE))
                .isNull();
        assertThat(provider.webhooks().deliveries()).hasSize(1);
    }

    private Received take() throws InterruptedException {
        Received one = received.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(one).as("a webhook within %s", PATIENCE).isNotNull();
        return one;
    }
}
