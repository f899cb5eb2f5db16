package dev.afinador.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpServer;
import dev.afinador.engine.EngineRig.Deliveries.Sent;
import dev.afinador.engine.WebhookSender.Outcome;
import dev.afinador.engine.delivery.HttpWebhookSender;
import dev.afinador.provider.Credential;
import dev.afinador.testkit.SettableClock;
import dev.afinador.work.TaskQueue.Kind;
import dev.afinador.work.TaskQueue.Next;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Webhooks from the end of a job to a receiver.
class WebhooksTest {

    private static final List<String> ALL = Webhooks.EVENT_TYPES;

    @TempDir Path temp;
    private final SettableClock clock = SettableClock.at("2026-11-23T10:00:00Z");
    private EngineRig rig;

    @BeforeEach
    void build() {
        rig = new EngineRig(temp, clock);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private Webhooks.WithSecret endpoint() {
        return rig.webhooks.create("avisos", "https://hooks.example.org/afinador", ALL);
    }

    private List<String> waiting() {
        return rig.tasks.scheduled.stream()
                .filter(t -> t.kind() == Kind.DELIVER_WEBHOOK)
                .map(EngineRig.Tasks.Task::instance)
                .toList();
    }

    private String cancelledJob() {
        return rig.jobs.cancel(rig.createJob().id()).id();
    }

    @Test
    void the_end_of_a_job_is_told_once_to_everybody_who_wants_to_hear_of_it() {
        endpoint();
        rig.webhooks.create(
                "otros", "https://otros.example.org/", List.of("fine_tuning.job.failed"));
        String job = cancelledJob();

        assertThat(waiting()).hasSize(1);
        assertThat(rig.webhooks.run(waiting().getFirst())).isInstanceOf(Next.Done.class);
        Sent sent = rig.deliveries.sent.getFirst();
        assertThat(sent.url()).isEqualTo(URI.create("https://hooks.example.org/afinador"));
        assertThat(sent.id()).startsWith("wh_");
        assertThat(sent.body())
                .matches(
                        "\\{\"object\":\"event\",\"id\":\"evt_[0-9a-f]{32}\",\"type\":\"fine_tuning.job.cancelled\","
                                + "\"created_at\":1795428000,\"data\":\\{\"id\":\""
                                + job
                                + "\"}}");
        assertThat(rig.webhooks.run(waiting().getFirst())).isInstanceOf(Next.Done.class);
        assertThat(rig.deliveries.sent).as("a repeated task sends nothing").hasSize(1);
    }

    @Test
    void what_is_not_taken_is_sent_again_with_growing_pauses_under_the_same_id_for_three_days() {
        endpoint();
        cancelledJob();
        String delivery = waiting().getFirst();
        Instant begun = clock.instant();
        Duration before = Duration.ZERO;
        int attempts = 0;
        while (true) {
            rig.deliveries.outcomes.add(
                    attempts % 2 == 0
                            ? new Outcome.Answered(attempts % 4 == 0 ? 500 : 302, null)
                            : new Outcome.NoAnswer("connection refused"));
            Next next = rig.webhooks.run(delivery);
            attempts++;
            if (next instanceof Next.Done) {
                break;
            }
            Duration pause = Duration.between(clock.instant(), ((Next.Again) next).notBefore());
            if (attempts <= 4) {
                assertThat(pause).isGreaterThanOrEqualTo(before);
                before = pause.dividedBy(2);
            }
            assertThat(pause).isLessThanOrEqualTo(Duration.ofHours(4));
            clock.advance(pause);
        }
        assertThat(Duration.between(begun, clock.instant())).isGreaterThan(Duration.ofHours(72));
        assertThat(attempts).isBetween(20, 60);
        assertThat(rig.deliveries.sent).extracting(Sent::id).containsOnly(delivery);
        assertThat(rig.deliveries.sent)
                .extracting(Sent::body)
                .hasSize(attempts)
                .containsOnly(rig.deliveries.sent.getFirst().body());
        assertThat(rig.webhookStore.findDelivery(delivery)).isEmpty();
    }

    @Test
    void a_receivers_wish_to_wait_is_honoured_up_to_four_hours() {
        endpoint();
        cancelledJob();
        rig.deliveries.outcomes.add(new Outcome.Answered(429, Duration.ofMinutes(10)));
        rig.deliveries.outcomes.add(new Outcome.Answered(503, Duration.ofDays(3)));

        assertThat(rig.webhooks.run(waiting().getFirst()))
                .isEqualTo(new Next.Again(clock.instant().plus(Duration.ofMinutes(10))));
        assertThat(rig.webhooks.run(waiting().getFirst()))
                .isEqualTo(new Next.Again(clock.instant().plus(Duration.ofHours(4))));
    }

    @Test
    void a_receiver_that_is_gone_is_not_called_again_until_it_is_changed() {
        WebhookEndpoint endpoint = endpoint().endpoint();
        cancelledJob();
        rig.deliveries.outcomes.add(new Outcome.Answered(410, null));
        assertThat(rig.webhooks.run(waiting().getFirst())).isInstanceOf(Next.Done.class);

        cancelledJob();
        assertThat(waiting()).hasSize(1);
        rig.webhooks.update(endpoint.id(), "avisos", null, null);
        cancelledJob();
        assertThat(waiting()).hasSize(2);
    }

    @Test
    void a_rotated_secret_signs_alone_or_beside_the_old_one_for_a_day() {
        Webhooks.WithSecret first = endpoint();
        String id = first.endpoint().id();
        assertThat(first.secret().reveal()).startsWith("whsec_");
        assertThat(first.endpoint().hint()).endsWith(first.secret().lastCharacters());

        Webhooks.WithSecret second = rig.webhooks.rotate(id, true);
        rig.webhooks.test(id, ALL.getFirst());
        assertThat(rig.deliveries.sent.getLast().secrets())
                .containsExactly(second.secret().reveal(), first.secret().reveal());
        clock.advance(Duration.ofHours(24));
        rig.webhooks.test(id, ALL.getFirst());
        assertThat(rig.deliveries.sent.getLast().secrets())
                .containsExactly(second.secret().reveal());
        Webhooks.WithSecret third = rig.webhooks.rotate(id, false);
        rig.webhooks.test(id, ALL.getFirst());
        assertThat(rig.deliveries.sent.getLast().secrets())
                .containsExactly(third.secret().reveal());
    }

    @Test
    void an_unchanged_update_is_no_change() {
        WebhookEndpoint made = endpoint().endpoint();
        clock.advance(Duration.ofMinutes(1));

        assertThat(rig.webhooks.update(made.id(), "avisos", null, ALL)).isEqualTo(made);
        assertThat(rig.webhooks.update(made.id(), "otro nombre", null, null).updatedAt())
                .isEqualTo(clock.instant());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ftp://a.example.org",
                "https://user:pw@a.example.org",
                "https:///x",
                "no url",
                "https://a.example.org/#x"
            })
    void an_url_that_is_none_is_refused(String url) {
        assertThatThrownBy(() -> rig.webhooks.create("avisos", url, ALL))
                .isInstanceOfSatisfying(
                        EngineRefusal.class, r -> assertThat(r.param()).isEqualTo("url"));
    }

    @Test
    void names_types_and_ids_are_checked() {
        assertThatThrownBy(() -> rig.webhooks.create(" ", "https://a.example.org", ALL))
                .isInstanceOf(EngineRefusal.class);
        assertThatThrownBy(() -> rig.webhooks.create("a", "https://a.example.org", List.of()))
                .isInstanceOf(EngineRefusal.class);
        assertThatThrownBy(() ->
                        rig.webhooks.create(
                                "a", "https://a.example.org", List.of("batch.completed")))
                .hasMessageContaining("batch.completed");
        assertThatThrownBy(() -> rig.webhooks.test("whe_nobody", ALL.getFirst()))
                .hasMessageContaining("whe_nobody");
    }

    /// One delivery over a real connection, checked by an independent library as a receiver would.
    @Test
    void what_arrives_is_signed_as_the_standard_says() throws Exception {
        record Arrived(HttpHeaders headers, String body) {}
        var arrived = new CopyOnWriteArrayList<Arrived>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        receiver.createContext(
                "/",
                exchange -> {
                    String body =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    arrived.add(
                            new Arrived(
                                    HttpHeaders.of(exchange.getRequestHeaders(), (a, b) -> true),
                                    body));
                    if (exchange.getRequestURI().getPath().equals("/moved")) {
                        exchange.getResponseHeaders().add("Location", "/");
                        exchange.sendResponseHeaders(307, -1);
                    } else {
                        exchange.getResponseHeaders().add("Retry-After", "7");
                        exchange.sendResponseHeaders(429, -1);
                    }
                    exchange.close();
                });
        receiver.start();
        String address = "http://127.0.0.1:" + receiver.getAddress().getPort();
        String secret = "whsec_" + java.util.Base64.getEncoder().encodeToString(new byte[32]);
        try (var sender = new HttpWebhookSender(InstantSource.system(), true);
                var guarded = new HttpWebhookSender(InstantSource.system(), false)) {
            List<Credential> secrets = List.of(new Credential(secret));

            assertThat(sender.send(URI.create(address + "/hook"), "wh_1", "{\"a\":\"ñ\"}", secrets))
                    .isEqualTo(new Outcome.Answered(429, Duration.ofSeconds(7)));
            assertThat(arrived.getFirst().body()).isEqualTo("{\"a\":\"ñ\"}");
            new Webhook(secret).verify(arrived.getFirst().body(), arrived.getFirst().headers());
            assertThat(sender.send(URI.create(address + "/moved"), "wh_1", "{}", secrets))
                    .as("redirects are not followed")
                    .isEqualTo(new Outcome.Answered(307, null));
            assertThat(arrived).hasSize(2);

            for (String inside :
                    List.of(
                            address + "/hook",
                            "http://localhost:" + receiver.getAddress().getPort(),
                            "http://[::1]:9/",
                            "http://169.254.169.254/latest/meta-data",
                            "http://10.0.0.7/")) {
                assertThat(guarded.send(URI.create(inside), "wh_1", "{}", secrets))
                        .as(inside)
                        .isInstanceOfSatisfying(
                                Outcome.NoAnswer.class,
                                no -> assertThat(no.why()).contains("private network"));
            }
            assertThat(arrived).hasSize(2);
            assertThat(sender.send(URI.create("http://127.0.0.1:1/"), "wh_1", "{}", secrets))
                    .isInstanceOf(Outcome.NoAnswer.class);
        } finally {
            receiver.stop(0);
        }
    }

    @ParameterizedTest
    @CsvSource({"succeeded, 200", "failed, 200"})
    void a_sample_tells_what_the_receiver_answered(String word, int status) {
        WebhookEndpoint endpoint = endpoint().endpoint();
        rig.deliveries.outcomes.add(new Outcome.Answered(status, null));

        assertThat(rig.webhooks.test(endpoint.id(), "fine_tuning.job." + word)).isEqualTo(status);
        rig.deliveries.outcomes.add(new Outcome.NoAnswer("the host is unknown"));
        assertThatThrownBy(() -> rig.webhooks.test(endpoint.id(), "fine_tuning.job." + word))
                .hasMessageContaining("the host is unknown");
    }
}
