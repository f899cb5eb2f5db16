package dev.afinador.testkit.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.testkit.TrainingFiles;
import java.io.UncheckedIOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

class FaultTest {
    private static final String LIST = "/fine_tuning/jobs";

    private final FakeProvider provider = FakeProvider.start();
    private final Caller caller = new Caller(provider);
    private String file = "";

    @BeforeEach
    void upload() {
        file = provider.seedFile("datos.jsonl", TrainingFiles.chatBytes(12));
    }

    @AfterEach
    void stop() {
        caller.close();
        provider.close();
    }

    @Test
    void cut_before_leaves_no_job_and_no_answer() {
        provider.faults().once(Endpoint.JOBS_CREATE, Fault.cutBefore());
        assertThatThrownBy(() -> caller.createJob(file)).isInstanceOf(UncheckedIOException.class);
        assertThat(provider.jobs()).isEmpty();
        assertThat(provider.requests().count(Endpoint.JOBS_CREATE)).isEqualTo(1);
        assertThat(caller.createJob(file).status()).isEqualTo(200);
    }

    @Test
    void cut_after_leaves_a_job_and_no_answer() {
        // a kept connection: here the JDK's client would repeat a GET by itself
        caller.get("/models");
        provider.faults().once(Endpoint.JOBS_CREATE, Fault.cutAfter());
        assertThatThrownBy(() -> caller.createJob(file)).isInstanceOf(UncheckedIOException.class);
        assertThat(provider.jobs()).hasSize(1);
        assertThat(provider.requests().count(Endpoint.JOBS_CREATE)).isEqualTo(1);
    }

    @Test
    void cut_mid_body_leaves_a_job_and_half_an_answer() {
        provider.faults().once(Endpoint.JOBS_CREATE, Fault.cutMidBody());
        assertThatThrownBy(() -> caller.createJob(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("bytes");
        assertThat(provider.jobs()).hasSize(1);
    }

    @Test
    void a_stream_can_be_cut_too() {
        provider.faults().once(Endpoint.CHAT, Fault.cutMidBody());
        assertThatThrownBy(() ->
                        caller.post(
                                "/chat/completions",
                                "{\"model\":\"gpt-4o\",\"stream\":true,\"messages\":[{\"content\":\"a\"}]}"))
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void a_late_answer_follows_its_effect_and_a_late_effect_follows_the_callers_patience()
            throws Exception {
        var answering = new Gate();
        provider.faults().once(Endpoint.JOBS_CREATE, Fault.heldBack(answering));
        var first = CompletableFuture.supplyAsync(() -> caller.createJob(file));
        assertThat(answering.awaitArrival(Duration.ofSeconds(10))).isTrue();
        assertThat(provider.jobs()).hasSize(1);
        assertThat(first).isNotDone();
        answering.open();
        assertThat(first.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);

        var acting = new Gate();
        provider.faults().once(Endpoint.JOBS_CREATE, Fault.actsWhenOpened(acting));
        var second = CompletableFuture.supplyAsync(() -> caller.createJob(file));
        assertThat(acting.awaitArrival(Duration.ofSeconds(10))).isTrue();
        assertThat(provider.jobs()).hasSize(1);
        acting.open();
        assertThat(second.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
        assertThat(provider.jobs()).hasSize(2);
    }

    @Test
    void late_by_duration_is_late_by_that() {
        provider.faults().once(Endpoint.JOBS_LIST, Fault.late(Duration.ofMillis(150)));
        long before = System.nanoTime();
        assertThat(caller.get(LIST).status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isGreaterThan(Duration.ofMillis(140));
    }

    @Test
    void a_stalled_call_never_answers_and_others_do() {
        provider.faults().once(Endpoint.JOBS_LIST, Fault.stalled());
        assertThatThrownBy(() -> caller.send("GET", LIST, "", Duration.ofMillis(200)))
                .hasCauseInstanceOf(HttpTimeoutException.class);
        assertThat(caller.get(LIST).status()).isEqualTo(200);

        provider.faults().once(Endpoint.JOBS_CREATE, Fault.stalledAfterActing());
        String body = "{\"model\":\"gpt-4o\",\"training_file\":\"" + file + "\"}";
        assertThatThrownBy(() -> caller.send("POST", LIST, body, Duration.ofMillis(200)))
                .hasCauseInstanceOf(HttpTimeoutException.class);
        assertThat(provider.jobs()).hasSize(1);
    }

    static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of(Fault.keyRejected(), 401, "invalid_api_key"),
                Arguments.of(Fault.forbidden(), 403, ""),
                Arguments.of(Fault.trainingNotAvailable(), 403, "training_not_available"),
                Arguments.of(Fault.notFound(), 404, ""),
                Arguments.of(Fault.conflict(), 409, ""),
                Arguments.of(Fault.rateLimited(), 429, "rate_limit_exceeded"),
                Arguments.of(Fault.quotaExceeded(), 429, "insufficient_quota"),
                Arguments.of(Fault.serverError(500), 500, ""),
                Arguments.of(Fault.serverError(503), 503, ""));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void errors_bear_status_and_code_and_create_nothing(Fault fault, int status, String code) {
        provider.faults().once(Endpoint.JOBS_CREATE, fault);
        var refused = caller.createJob(file);
        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.json().at("/error/code").asString("")).isEqualTo(code);
        assertThat(refused.json().at("/error/message").asString()).isNotEmpty();
        assertThat(refused.header("Retry-After")).isEmpty();
        assertThat(refused.header("x-request-id")).isNotEmpty();
        assertThat(provider.jobs()).isEmpty();
    }

    @Test
    void a_rate_limit_may_say_when_to_come_back() {
        provider.faults().once(Endpoint.JOBS_LIST, Fault.rateLimited(Duration.ofSeconds(17)));
        assertThat(caller.get(LIST).header("Retry-After")).isEqualTo("17");
    }

    @Test
    void a_server_error_may_come_after_the_job_exists() {
        provider.faults().once(Endpoint.JOBS_CREATE, Fault.serverError(500).afterActing());
        assertThat(caller.createJob(file).status()).isEqualTo(500);
        assertThat(provider.jobs()).hasSize(1);
    }

    @Test
    void broken_json_and_html_are_no_json() {
        provider.faults().once(Endpoint.JOBS_CREATE, Fault.brokenJson());
        var broken = caller.createJob(file);
        assertThat(broken.status()).isEqualTo(200);
        assertThatThrownBy(broken::json).isInstanceOf(JacksonException.class);
        assertThat(provider.jobs()).hasSize(1);
        provider.faults().once(Endpoint.JOBS_LIST, Fault.html(502));
        var page = caller.get(LIST);
        assertThat(page.status()).isEqualTo(502);
        assertThat(page.response().body()).startsWith("<!doctype html>");
    }

    @Test
    void a_fault_strikes_as_often_as_planned() {
        provider.faults().times(Endpoint.JOBS_LIST, 2, Fault.serverError(503));
        assertThat(statuses(4)).containsExactly(503, 503, 200, 200);
        provider.faults().always(Endpoint.JOBS_LIST, Fault.serverError(500));
        assertThat(statuses(3)).containsOnly(500);
        assertThat(caller.get("/models").status()).isEqualTo(200);
        provider.faults().clear();
        assertThat(statuses(1)).containsExactly(200);
    }

    @Test
    void a_fault_by_chance_strikes_the_same_calls_for_the_same_seed() {
        List<List<Integer>> rounds = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            try (var seeded = FakeProvider.builder().faultSeed(5).start();
                    var to = new Caller(seeded)) {
                seeded.faults().sometimes(Endpoint.JOBS_LIST, 0.5, Fault.serverError(500));
                rounds.add(Stream.generate(() -> to.get(LIST).status()).limit(40).toList());
            }
        }
        assertThat(rounds.get(0)).isEqualTo(rounds.get(1)).contains(200, 500);
    }

    private List<Integer> statuses(int calls) {
        return Stream.generate(() -> caller.get(LIST).status()).limit(calls).toList();
    }

    @Test
    void metadata_can_be_lost_on_the_way_in() {
        provider.faults().always(Endpoint.JOBS_CREATE, Fault.Bent.METADATA_STRIPPED);
        JsonNode job =
                caller.createJob(file, Map.of("metadata", Map.of("afinador_job", "1"))).json();
        assertThat(job.get("metadata").isNull()).isTrue();
        assertThat(provider.jobs().getFirst().metadata()).isEmpty();
    }

    @Test
    void the_metadata_filter_can_be_ignored() {
        provider.seedJobs(3, i -> JobSeed.in("queued").metadata(Map.of("n", "" + i)));
        String filtered = LIST + "?metadata%5Bn%5D=1";
        assertThat(caller.get(filtered).json().get("data")).hasSize(1);
        provider.faults().always(Endpoint.JOBS_LIST, Fault.Bent.FILTER_IGNORED);
        assertThat(caller.get(filtered).json().get("data")).hasSize(3);
    }

    @Test
    void shuffled_pages_hold_every_job_once_but_not_newest_first() {
        List<String> ids = provider.seedJobs(30, i -> JobSeed.in("queued"));
        provider.faults().always(Endpoint.JOBS_LIST, Fault.Bent.SHUFFLED_PAGES);
        List<String> seen = allPages();
        assertThat(seen).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(seen).isNotEqualTo(ids.reversed());
    }

    @Test
    void growing_pages_gain_a_job_after_each_page() {
        List<String> ids = provider.seedJobs(20, i -> JobSeed.in("queued"));
        provider.faults().always(Endpoint.JOBS_LIST, Fault.Bent.GROWING_PAGES);
        assertThat(allPages()).containsExactlyElementsOf(ids.reversed());
        assertThat(provider.jobs()).hasSize(23);
        assertThat(new HashSet<>(ids)).doesNotContain(provider.jobs().getFirst().id());
    }

    private List<String> allPages() {
        List<String> seen = new ArrayList<>();
        JsonNode page;
        do {
            page =
                    caller.get(
                                    LIST
                                            + "?limit=8"
                                            + (seen.isEmpty() ? "" : "&after=" + seen.getLast()))
                            .json();
            page.get("data").forEach(job -> seen.add(job.get("id").asString()));
        } while (page.get("has_more").asBoolean());
        return seen;
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.Bent.class,
            names = {
                "HAS_MORE_MISSING",
                "ERROR_EMPTY_OBJECT",
                "ERROR_NULL_MEMBERS",
                "ERROR_NULL",
                "HYPERPARAMETERS_NULL"
            })
    void bent_shapes_are_bent_as_named(Fault.Bent bent) {
        provider.seedJob(JobSeed.in("queued"));
        provider.faults().once(Endpoint.JOBS_LIST, bent);
        JsonNode list = caller.get(LIST).json();
        JsonNode job = list.at("/data/0");
        switch (bent) {
            case HAS_MORE_MISSING -> assertThat(list.has("has_more")).isFalse();
            case ERROR_EMPTY_OBJECT -> assertThat(job.get("error")).isEqualTo(Json.object());
            case ERROR_NULL_MEMBERS ->
                    assertThat(job.get("error").toString())
                            .isEqualTo("{\"code\":null,\"message\":null,\"param\":null}");
            case ERROR_NULL -> assertThat(job.get("error").isNull()).isTrue();
            case HYPERPARAMETERS_NULL -> assertThat(job.get("hyperparameters").isNull()).isTrue();
            default -> throw new AssertionError(bent);
        }
    }

    @Test
    void a_failed_job_keeps_its_error_when_no_error_is_bent() {
        String id = provider.seedJob(JobSeed.in("failed"));
        provider.faults().always(Endpoint.JOBS_GET, Fault.Bent.ERROR_NULL);
        assertThat(caller.get(LIST + "/" + id).json().at("/error/code").asString()).isNotEmpty();
    }

    @Test
    void an_unknown_status_word_stands_in_jobs_and_lists() {
        String id = provider.seedJob(JobSeed.in("running"));
        provider.faults().always(Endpoint.JOBS_GET, Fault.statusWord("safety_review"));
        provider.faults().always(Endpoint.JOBS_LIST, Fault.statusWord("compressing"));
        assertThat(caller.get(LIST + "/" + id).json().get("status").asString())
                .isEqualTo("safety_review");
        assertThat(caller.get(LIST).json().at("/data/0/status").asString())
                .isEqualTo("compressing");
        assertThat(provider.job(id).status()).isEqualTo("running");
    }

    @Test
    void the_events_endpoint_can_be_missing() {
        String id = provider.seedJob(JobSeed.in("running"));
        provider.faults().always(Endpoint.JOBS_EVENTS, Fault.endpointMissing());
        assertThat(caller.get(LIST + "/" + id + "/events").status()).isEqualTo(404);
        assertThat(caller.get(LIST + "/" + id).status()).isEqualTo(200);
    }

    @Test
    void strangers_answer_everywhere() {
        provider.seedJob(JobSeed.in("running"));
        provider.faults().everywhere(Fault.Stranger.MISTRAL);
        JsonNode list = caller.get(LIST).json();
        assertThat(list.get("total").asInt()).isEqualTo(1);
        assertThat(list.has("has_more")).isFalse();
        assertThat(list.at("/data/0/status").asString()).isEqualTo("RUNNING");
        provider.faults().clear();
        provider.faults().everywhere(Fault.Stranger.FOREIGN_JSON);
        assertThat(caller.get("/nada").json().has("service")).isTrue();
        assertThat(caller.get(LIST).json().has("data")).isFalse();
        provider.faults().clear();
        provider.faults().everywhere(Fault.Stranger.HTML_SITE);
        assertThat(caller.get(LIST).header("Content-Type")).startsWith("text/html");
    }

    @Test
    void the_date_header_can_be_wrong() {
        provider.skewDate(Duration.ofDays(-400));
        var date =
                ZonedDateTime.parse(
                        caller.get("/models").header("Date"), DateTimeFormatter.RFC_1123_DATE_TIME);
        assertThat(Duration.between(date, ZonedDateTime.now(ZoneOffset.UTC)))
                .isBetween(Duration.ofDays(399), Duration.ofDays(401));
    }
}
