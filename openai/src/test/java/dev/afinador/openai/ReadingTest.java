package dev.afinador.openai;

import static dev.afinador.openai.Given.JOB;
import static dev.afinador.openai.StubServer.json;
import static dev.afinador.openai.StubServer.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.afinador.provider.CallJournal;
import dev.afinador.provider.Credential;
import dev.afinador.provider.FineTuningBackend;
import dev.afinador.provider.FineTuningBackend.MetadataFilter;
import dev.afinador.provider.KeySource;
import dev.afinador.provider.Page;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderError.Kind;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.ProviderKind;
import dev.afinador.provider.RemoteFile;
import dev.afinador.provider.RemoteJob;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.provider.RemoteModel;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ReadingTest {

    private static final RemoteJobId ID = new RemoteJobId("ftjob-1");

    private static Page<RemoteJob> jobs(byte[] answer) throws IOException {
        try (var server = new StubServer(_ -> answer)) {
            return Given.backend(server.baseUrl()).listJobs(null, 100, null);
        }
    }

    private static RemoteJob job(String json) throws IOException {
        return jobs(json(200, Given.list(json))).data().getFirst();
    }

    @Test
    void a_job_is_read_with_its_settled_settings() throws IOException {
        var job = job(JOB);

        assertThat(job.id()).isEqualTo(ID);
        assertThat(job.status()).isEqualTo("queued");
        assertThat(job.model()).isEqualTo("gpt-4o-mini-2024-07-18");
        assertThat(job.createdAt()).isEqualTo(Instant.parse("2025-11-16T15:31:21Z"));
        assertThat(job.finishedAt()).isNull();
        assertThat(job.error()).isNull();
        assertThat(job.hyperparameters()).isEqualTo(Map.of("n_epochs", "3", "batch_size", "auto"));
        assertThat(job.methodType()).isEqualTo("supervised");
        assertThat(job.suffix()).isEqualTo("soporte");
        assertThat(job.seed()).isEqualTo(7);
        assertThat(job.metadata()).isEqualTo(Map.of("afinador_job", "j-1"));
        assertThat(RemoteJobReader.read(job.raw())).contains(job);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "{\"code\":null,\"message\":null,\"param\":null}"})
    void three_shapes_mean_that_there_is_no_error(String error) throws IOException {
        assertThat(job("{\"id\":\"a\",\"status\":\"running\",\"error\":" + error + "}").error())
                .isNull();
    }

    @Test
    void an_azure_job_lacks_much_and_writes_auto_as_minus_one() throws IOException {
        var job =
                job(
                        """
                        {"model":"gpt-4.1-2025-04-14","created_at":1757500000,"id":"ftjob-70ee","status":"pending",
                         "hyperparameters":{"n_epochs":-1,"batch_size":-1,"learning_rate_multiplier":2.0},
                         "training_file":"file-0123456789abcdef0123456789abcdef","trainingType":"GlobalStandard",
                         "estimated_finish":0,"suffix":"dev-01","object":"fine_tuning.job"}\
                        """);

        assertThat(job.hyperparameters())
                .isEqualTo(
                        Map.of(
                                "n_epochs", "auto",
                                "batch_size", "auto",
                                "learning_rate_multiplier", "2"));
        assertThat(job.status()).isEqualTo("pending");
        assertThat(job.suffix()).isEqualTo("dev-01");
        assertThat(job.estimatedFinish()).isNull();
        assertThat(job.resultFiles()).isEmpty();
        assertThat(job.methodType()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "1763307081, 2025-11-16T15:31:21Z",
                "1763307081.25, 2025-11-16T15:31:21.250Z",
                "\"1763307081\", 2025-11-16T15:31:21Z",
                "1763307081000, 2025-11-16T15:31:21Z",
                "\"2025-11-16T15:31:21Z\", 2025-11-16T15:31:21Z",
                "0, -",
                "-5, -",
                "1e300, -",
                "\"soon\", -",
                "{}, -",
                "null, -"
            },
            quoteCharacter = '\'')
    void times_come_in_many_shapes(String json, Instant time) throws IOException {
        assertThat(job("{\"id\":\"a\",\"status\":\"s\",\"created_at\":" + json + "}").createdAt())
                .isEqualTo(time);
    }

    @Test
    void one_odd_job_does_not_hide_the_others() throws IOException {
        var page =
                jobs(
                        json(
                                200,
                                Given.list(
                                        "{\"object\":\"fine_tuning.job\",\"status\":\"running\"}",
                                        "7",
                                        "null",
                                        "{\"id\":{},\"status\":[]}",
                                        "{\"id\":\"ok\",\"status\":\"gefährdet\",\"metadata\":{\"a\":{}},"
                                                + "\"result_files\":[1,{\"id\":\"f\"},null,\"g\"],\"trained_tokens\":\"12\","
                                                + "\"hyperparameters\":[],\"seed\":1e99,\"error\":\"broken\",\"method\":3}",
                                        "{\"id\":12,\"status\":\"paused\"}")));

        assertThat(page.data()).extracting(j -> j.id().value()).containsExactly("ok", "12");
        var odd = page.data().getFirst();
        assertThat(odd.status()).isEqualTo("gefährdet");
        assertThat(odd.resultFiles()).containsExactly("f", "g");
        assertThat(odd.trainedTokens()).isEqualTo(12);
        assertThat(odd.seed()).isNull();
        assertThat(odd.error()).isEqualTo(new RemoteJob.RemoteFailure(null, "broken", null));
    }

    @Test
    void a_list_of_a_single_job_without_an_id_is_an_empty_page_and_no_trouble() throws IOException {
        assertThat(jobs(json(200, Given.list("{\"object\":\"fine_tuning.job\"}"))).data())
                .isEmpty();
    }

    @Test
    void has_more_is_guessed_only_when_it_is_missing() throws IOException {
        assertThat(jobs(json(200, "{\"data\":[" + JOB + "]}")).hasMore()).isTrue();
        assertThat(jobs(json(200, "{\"data\":[]}")).hasMore()).isFalse();
        assertThat(jobs(json(200, "{\"data\":[" + JOB + "],\"has_more\":false}")).hasMore())
                .isFalse();
        assertThat(jobs(json(200, "{\"data\":[],\"has_more\":true}")).hasMore()).isTrue();
    }

    static Stream<byte[]> otherProtocols() {
        return Stream.of(
                raw(200, "<!doctype html><title>Sign in</title>", "text/html"),
                json(200, "{\"ok\":true}"),
                json(200, "[1,2,3]"),
                json(200, "\"hello\""),
                json(200, ""),
                json(200, JOB),
                json(200, "{\"data\":[{\"id\":\"ftjob-"),
                json(200, "{\"data\":[{\"id\":\"a\",\"name\":\"a user\"}]}"),
                // Mistral
                json(
                        200,
                        """
                        {"object":"list","total":1,"data":[{"id":"b18d","object":"job","status":"SUCCESS",
                         "training_files":[{"file_id":"f","weight":1}],"hyperparameters":{"training_steps":10}}]}\
                        """),
                json(200, "{\"object\":\"list\",\"total\":0,\"data\":[]}"),
                json(301, "", "Location: https://other.example/v1"));
    }

    @ParameterizedTest
    @MethodSource("otherProtocols")
    void an_answer_of_another_protocol_is_called_so(byte[] answer) {
        assertThat(errorOf(() -> jobs(answer)).kind()).isEqualTo(Kind.NOT_THIS_PROTOCOL);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(400, Kind.BAD_REQUEST),
                Arguments.of(401, Kind.KEY_REJECTED),
                Arguments.of(403, Kind.FORBIDDEN),
                Arguments.of(404, Kind.NOT_FOUND),
                Arguments.of(409, Kind.BAD_REQUEST),
                Arguments.of(422, Kind.BAD_REQUEST),
                Arguments.of(429, Kind.RATE_LIMITED),
                Arguments.of(500, Kind.SERVER_ERROR),
                Arguments.of(503, Kind.SERVER_ERROR));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void a_refusal_keeps_the_providers_words(int status, Kind kind) {
        var error =
                errorOf(() ->
                        jobs(
                                json(
                                        status,
                                        "{\"error\":{\"message\":\"So nicht.\",\"type\":\"t\",\"param\":\"p\",\"code\":\"c\"}}",
                                        "x-request-id: req_1")));

        assertThat(error)
                .isEqualTo(new ProviderError(kind, status, "c", "So nicht.", "p", "req_1", null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":\"plain words\"} | plain words",
                "{\"detail\":\"plain words\"} | plain words",
                "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"field required\"}]} | field required",
                "{\"message\":\"from aws\"} | from aws",
                "{\"Message\":\"from aws\"} | from aws",
                "{} | HTTP 400",
                "not json | HTTP 400: not json",
                "<html>x</html> | HTTP 400 with a page instead of JSON"
            })
    void an_error_body_has_many_shapes(String body, String message) {
        assertThat(errorOf(() -> jobs(raw(400, body, "application/json"))).message())
                .isEqualTo(message);
    }

    @Test
    void azure_names_its_request_id_otherwise() {
        var error = errorOf(() -> jobs(json(500, "{}", "apim-request-id: a-1")));
        assertThat(error.requestId()).isEqualTo("a-1");
    }

    @Test
    void a_connection_that_breaks_within_the_body_is_told_apart_from_another_protocol()
            throws IOException {
        byte[] half = "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"data\":".getBytes();
        try (var server = StubServer.closing(_ -> half)) {
            var error = errorOf(() -> Given.backend(server.baseUrl()).listJobs(null, 1, null));
            assertThat(error.kind()).isEqualTo(Kind.CONNECTION_LOST);
        }
    }

    @Test
    void an_answer_without_an_end_is_given_up() throws IOException {
        var chunk = new byte[1 << 20];
        java.util.Arrays.fill(chunk, (byte) ' ');
        var out = new java.io.ByteArrayOutputStream();
        out.writeBytes(
                ("HTTP/1.1 200 OK\r\nContent-Length: " + (20L << 20) + "\r\n\r\n").getBytes());
        for (int i = 0; i < 20; i++) {
            out.writeBytes(chunk);
        }
        assertThat(errorOf(() -> jobs(out.toByteArray())))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NOT_THIS_PROTOCOL))
                .satisfies(e -> assertThat(e.message()).contains("4 MiB"));
    }

    @Test
    void a_job_is_missing_only_by_the_providers_own_word() throws IOException {
        assertThat(find("{\"error\":{\"message\":\"Could not find fine tune: x\",\"code\":null}}"))
                .isTrue();
        assertThat(find("{\"detail\":{\"message\":\"no such job\"}}")).isTrue();
        for (String other :
                new String[] {
                    "<html>404</html>",
                    "",
                    "{\"detail\":\"Not Found\"}",
                    "{\"error\":{\"message\":\"Invalid URL (GET /v2/fine_tuning/jobs/x)\"}}"
                }) {
            assertThat(errorOf(() -> find(other)).kind()).isEqualTo(Kind.NOT_FOUND);
        }
    }

    private static boolean find(String body) throws IOException {
        try (var server = new StubServer(_ -> json(404, body))) {
            return Given.backend(server.baseUrl()).findJob(ID).isEmpty();
        }
    }

    @Test
    void ids_of_any_shape_travel_in_paths_and_the_filter_in_the_query() throws IOException {
        try (var server = new StubServer(_ -> json(200, Given.list()))) {
            var backend = Given.backend(URI.create(server.baseUrl() + "/?api-version=2025-04-01"));
            backend.listEvents(new RemoteJobId("bGl0/ZWxsbQ==é"), "a b", 5);
            backend.listJobs("x", 100, new MetadataFilter("afinador_job", "j&1"));

            assertThat(server.seen.get(0).target())
                    .isEqualTo(
                            "/v1/fine_tuning/jobs/bGl0%2FZWxsbQ%3D%3D%C3%A9/events"
                                    + "?api-version=2025-04-01&limit=5&after=a%20b");
            assertThat(server.seen.get(1).target())
                    .isEqualTo(
                            "/v1/fine_tuning/jobs?api-version=2025-04-01&limit=100&after=x"
                                    + "&metadata%5Bafinador_job%5D=j%261");
        }
    }

    @Test
    void events_keep_unknown_words_and_every_number() throws IOException {
        String events =
                """
                {"data":[
                 {"id":"ftevent-2","created_at":1763307082,"level":"warning","type":"moderation_checks","message":"m",
                  "data":{"step":10,"total_steps":20,"train_loss":0.5,"scores":{"train_reward_mean":1,"by":{"a":2}},"note":"x"}},
                 {"object":"fine_tuning.job.event","message":"no id, no time"},
                 {"nothing":"here"},
                 {"id":"ftevent-1","created_at":1763307081,"level":"info","message":"Created","data":{}}],"has_more":false}\
                """;
        try (var server = new StubServer(_ -> json(200, events))) {
            var backend = Given.backend(server.baseUrl());
            var page = backend.listEvents(ID, null, 100).data();

            assertThat(page).hasSize(3);
            assertThat(page.getFirst().level()).isEqualTo("warning");
            assertThat(page.getFirst().type()).isEqualTo("moderation_checks");
            assertThat(page.getFirst().metrics())
                    .isEqualTo(
                            Map.of(
                                    "step", 10.0,
                                    "total_steps", 20.0,
                                    "train_loss", 0.5,
                                    "scores.train_reward_mean", 1.0,
                                    "scores.by.a", 2.0));
            assertThat(page.get(1).createdAt()).isEqualTo(Given.NOW);
            assertThat(page.get(1).id())
                    .isEqualTo(backend.listEvents(ID, null, 100).data().get(1).id());
            assertThat(page.getLast().type()).isEqualTo("message");
        }
    }

    @Test
    void checkpoints_may_have_words_among_their_metrics() throws IOException {
        String checkpoints =
                """
                {"object":"list","data":[{"object":"fine_tuning.job.checkpoint","id":"ftckpt_1","created_at":1763307081,
                 "fine_tuned_model_checkpoint":"ft:m:o::x:ckpt-step-90","step_number":90,"fine_tuning_job_id":"ftjob-1",
                 "metrics":{"step":90,"train_loss":0.1,"type":"supervised"}},{"id":"no model"}],
                 "first_id":"ftckpt_1","last_id":"ftckpt_1","has_more":false}\
                """;
        try (var server = new StubServer(_ -> json(200, checkpoints))) {
            var page = Given.backend(server.baseUrl()).listCheckpoints(ID, null, 10).data();

            assertThat(page).hasSize(1);
            assertThat(page.getFirst().model()).isEqualTo("ft:m:o::x:ckpt-step-90");
            assertThat(page.getFirst().step()).isEqualTo(90);
            assertThat(page.getFirst().metrics())
                    .isEqualTo(Map.of("step", 90.0, "train_loss", 0.1));
        }
    }

    @Test
    void a_provider_without_checkpoints_has_an_empty_page_of_them() throws IOException {
        for (byte[] answer : new byte[][] {json(404, "{}"), json(405, "{}"), json(200, JOB)}) {
            try (var server = new StubServer(_ -> answer)) {
                assertThat(Given.backend(server.baseUrl()).listCheckpoints(ID, null, 10).data())
                        .isEmpty();
            }
        }
    }

    @Test
    void a_cancellation_answered_without_a_body_fetches_the_job() throws IOException {
        try (var server =
                new StubServer(seen ->
                        seen.method().equals("POST")
                                ? raw(204, "", "application/json")
                                : json(200, JOB))) {
            assertThat(Given.backend(server.baseUrl()).cancel(ID).id()).isEqualTo(ID);
            assertThat(server.seen.getFirst().path())
                    .isEqualTo("/v1/fine_tuning/jobs/ftjob-1/cancel");
            assertThat(server.seen.getFirst().headers()).containsEntry("content-length", "0");
        }
    }

    @Test
    void files_are_paged_and_those_of_other_purposes_left_out() throws IOException {
        try (var server =
                new StubServer(seen ->
                        json(
                                200,
                                seen.target().contains("after=b")
                                        ? "{\"data\":[{\"id\":\"c\",\"bytes\":3,\"filename\":\"c.jsonl\",\"purpose\":\"fine-tune\"}],\"has_more\":false}"
                                        : "{\"data\":[{\"id\":\"a\",\"purpose\":\"fine-tune\"},{\"id\":\"b\",\"purpose\":\"batch\"}],\"has_more\":true}"))) {
            assertThat(Given.backend(server.baseUrl()).listFiles())
                    .extracting(RemoteFile::id)
                    .containsExactly("a", "c");
        }
    }

    @Test
    void a_file_list_that_ignores_after_comes_to_an_end() throws IOException {
        try (var server = new StubServer(_ -> json(200, "{\"data\":[{\"id\":\"a\"}]}"))) {
            assertThat(Given.backend(server.baseUrl()).listFiles()).hasSize(1);
            assertThat(server.seen).hasSize(2);
        }
    }

    @Test
    void models_say_when_they_end() throws IOException {
        try (var server =
                new StubServer(_ ->
                        json(
                                200,
                                """
                                {"object":"list","data":[
                                 {"id":"gpt-4o","object":"model","owned_by":"system","shutdown_date":"2027-01-14"},
                                 {"id":"gpt-4.1","deprecation":{"inference":1797206400}},
                                 {"id":"nano","shutdown_date":null},{"name":"odd"}]}\
                                """))) {
            assertThat(Given.backend(server.baseUrl()).listModels())
                    .containsExactly(
                            new RemoteModel("gpt-4o", "system", LocalDate.parse("2027-01-14")),
                            new RemoteModel("gpt-4.1", null, LocalDate.parse("2026-12-14")),
                            new RemoteModel("nano", null, null));
        }
    }

    @Test
    void every_exchange_is_journalled_once_under_its_job() throws IOException {
        var journal = new Given.Journal();
        try (var server =
                new StubServer(seen ->
                        seen.target().contains("events")
                                ? json(200, "{\"ok\":1}", "x-request-id: req_2")
                                : json(200, JOB, "x-request-id: req_1"))) {
            var backend =
                    Given.backends(journal)
                            .of(Given.provider(ProviderKind.OPENAI, server.baseUrl()));
            ScopedValue.where(CallJournal.JOB, "our-job").run(() -> backend.findJob(ID));
            assertThatThrownBy(() -> backend.listEvents(ID, null, 5))
                    .isInstanceOf(ProviderException.class);
        }
        assertThat(journal.calls).hasSize(2);
        var first = journal.calls.getFirst();
        assertThat(first.call()).isEqualTo("GET /fine_tuning/jobs/ftjob-1");
        assertThat(first.jobId()).isEqualTo("our-job");
        assertThat(first.httpStatus()).isEqualTo(200);
        assertThat(first.requestId()).isEqualTo("req_1");
        assertThat(first.error()).isNull();
        var second = journal.calls.getLast();
        assertThat(second.call()).isEqualTo("GET /fine_tuning/jobs/ftjob-1/events?limit=5");
        assertThat(second.jobId()).isNull();
        assertThat(second.error()).isEqualTo("the answer is no list of events");
    }

    @Test
    void a_journal_that_cannot_be_written_changes_no_outcome() throws IOException {
        var broken =
                new CallJournal() {
                    @Override
                    public void record(Call call) {
                        throw new IllegalStateException("disk full");
                    }

                    @Override
                    public java.util.List<Call> ofJob(
                            String jobId, ProviderId provider, int limit) {
                        return java.util.List.of();
                    }

                    @Override
                    public java.util.List<Call> ofProvider(ProviderId provider, int limit) {
                        return java.util.List.of();
                    }

                    @Override
                    public void prune(Instant jobCallsBefore, Instant bulkCallsBefore) {}
                };
        try (var server = new StubServer(_ -> json(200, JOB))) {
            var outcome =
                    Given.backends(broken)
                            .of(Given.provider(ProviderKind.OPENAI, server.baseUrl()))
                            .create(Given.REQUEST);
            assertThat(outcome).isInstanceOf(dev.afinador.provider.CreateOutcome.Accepted.class);
        }
    }

    @Test
    void a_key_that_cannot_be_had_is_missing() {
        var backends =
                new OpenAiBackends(
                        new Given.Journal(), _ -> null, InstantSource.system(), Given.SHORT);
        var url = URI.create("http://127.0.0.1:1/v1");

        assertThat(errorOf(() -> backends.of(Given.provider(ProviderKind.OPENAI, url))).kind())
                .isEqualTo(Kind.KEY_MISSING);
    }

    @Test
    void an_endpoint_without_a_key_gets_no_header_and_401_then_means_that_one_is_missing()
            throws IOException {
        try (var server = new StubServer(_ -> json(401, "{}"))) {
            var stored = Given.provider(ProviderKind.OPENAI, server.baseUrl());
            var open =
                    new Provider(
                            stored.id(),
                            stored.name(),
                            stored.kind(),
                            stored.baseUrl(),
                            "org-1",
                            "proj-1",
                            new KeySource.None(),
                            false,
                            Given.NOW,
                            1);
            var backend = Given.backends(new Given.Journal()).of(open);

            assertThat(errorOf(backend::listModels).kind()).isEqualTo(Kind.KEY_MISSING);
            assertThat(server.seen.getFirst().headers())
                    .doesNotContainKeys("authorization", "api-key")
                    .containsEntry("openai-organization", "org-1")
                    .containsEntry("openai-project", "proj-1");
        }
    }

    /// Every way in which a key could come back to light: repeated by the provider, unfit for a header, in a trace.
    @Test
    void no_key_is_seen_in_any_error_or_journal_line() throws IOException {
        var journal = new Given.Journal();
        var seen = new StringBuilder();
        String echo =
                "{\"error\":{\"message\":\"Incorrect API key provided: "
                        + Given.KEY
                        + ". Or sk-proj-abc123***wxyz? Bearer abcdefgh12345678\",\"code\":\"invalid_api_key\"}}";
        try (var server =
                new StubServer(s ->
                        s.target().contains("models")
                                ? raw(500, "no JSON: " + Given.KEY, "text/plain")
                                : json(401, echo))) {
            var backends = Given.backends(journal);
            var provider = Given.provider(ProviderKind.OPENAI, server.baseUrl());
            for (Credential key :
                    new Credential[] {
                        new Credential(Given.KEY), new Credential(Given.KEY + "\nX-Evil: 1")
                    }) {
                FineTuningBackend backend = backends.of(provider, key);
                seen.append(backend).append(backend.create(Given.REQUEST)).append(backend.probe());
                seen.append(trace(backend::listModels));
                seen.append(trace(() -> backend.listJobs(Given.KEY, 1, null)));
            }
        }
        seen.append(journal.calls);
        assertThat(seen.toString())
                .contains("Incorrect API key provided: ***", "character that no HTTP header")
                .doesNotContain("0123456789", "abc123", "abcdefgh");
    }

    private static String trace(java.util.concurrent.Callable<?> call) {
        var thrown = catchThrowableOfType(ProviderException.class, call::call);
        var text = new java.io.StringWriter();
        thrown.printStackTrace(new java.io.PrintWriter(text));
        return text.toString() + thrown.error();
    }

    @Test
    void no_more_calls_than_allowed_are_under_way_to_one_provider() throws Exception {
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        var full = new CountDownLatch(3);
        var go = new CountDownLatch(1);
        try (var server =
                        new StubServer(_ -> {
                            most.accumulateAndGet(now.incrementAndGet(), Math::max);
                            full.countDown();
                            CreateTest.waitFor(go);
                            now.decrementAndGet();
                            return json(200, Given.list());
                        });
                var threads = Executors.newVirtualThreadPerTaskExecutor();
                var backends =
                        new OpenAiBackends(
                                new Given.Journal(),
                                _ -> new Credential(Given.KEY),
                                InstantSource.system(),
                                OpenAiTimeouts.DEFAULT,
                                3)) {
            for (int i = 0; i < 12; i++) {
                threads.submit(() ->
                        backends.of(Given.provider(ProviderKind.OPENAI, server.baseUrl()))
                                .listModels());
            }
            full.await();
            go.countDown();
            threads.shutdown();
            assertThat(threads.awaitTermination(20, java.util.concurrent.TimeUnit.SECONDS))
                    .isTrue();
            assertThat(server.seen).hasSize(12);
        }
        assertThat(most).hasValue(3);
    }

    private static ProviderError errorOf(java.util.concurrent.Callable<?> call) {
        return catchThrowableOfType(ProviderException.class, call::call).error();
    }

    @Test
    void an_answer_about_another_job_tells_nothing_about_the_one_asked_for() throws IOException {
        String other = "{\"id\":\"ftjob-other\",\"status\":\"succeeded\"}";
        try (var server = new StubServer(_ -> json(200, other))) {
            var backend = Given.backend(server.baseUrl());
            for (var error :
                    List.of(
                            errorOf(() -> backend.findJob(ID)),
                            errorOf(() -> backend.cancel(ID)))) {
                assertThat(error.kind()).isEqualTo(Kind.NOT_THIS_PROTOCOL);
                assertThat(error.message()).contains("another job");
            }
        }
    }

    @Test
    void texts_without_an_end_are_cut_where_they_come_in() throws IOException {
        String long9000 = "á🙂".repeat(3_000);
        var job =
                job(
                        "{\"id\":\"a\",\"status\":\"%s\",\"model\":\"%s\",\"error\":{\"message\":\"%s\"}}"
                                .formatted(long9000, long9000, long9000));
        assertThat(job.status()).hasSizeLessThanOrEqualTo(201);
        assertThat(job.model()).hasSizeLessThanOrEqualTo(513);
        assertThat(job.error().message()).hasSizeBetween(7_990, 8_001).endsWith("…");

        String event =
                "{\"id\":\"e\",\"message\":\"%s\",\"data\":{\"step\":1,\"text\":\"%s\"}}"
                        .formatted(long9000, "x".repeat(70_000));
        try (var server = new StubServer(_ -> json(200, Given.list(event)))) {
            var read = Given.backend(server.baseUrl()).listEvents(ID, null, 10).data().getFirst();
            assertThat(read.message()).hasSizeBetween(7_990, 8_001);
            assertThat(read.data()).isNull();
            assertThat(read.metrics()).containsEntry("step", 1.0);
        }
    }

    @Test
    void an_answer_that_there_is_no_room_for_is_given_up_and_the_room_is_free_again()
            throws IOException {
        byte[] large = json(200, Given.list(JOB) + " ".repeat(3 << 20));
        byte[] small = json(200, Given.list(JOB) + " ".repeat(700 << 10));
        var requests = new AtomicInteger();
        try (var server = new StubServer(_ -> requests.getAndIncrement() == 1 ? large : small);
                var wire =
                        new Wire(
                                new Given.Journal(),
                                InstantSource.fixed(Given.NOW),
                                Given.SHORT,
                                new Room(1 << 20))) {
            var provider = Given.provider(ProviderKind.COMPATIBLE, server.baseUrl());
            var backend =
                    new OpenAiBackend(
                            new Endpoint(provider, null, new Lanes(8)),
                            wire,
                            InstantSource.fixed(Given.NOW),
                            Vendor.of(provider));
            assertThat(backend.listJobs(null, 100, null).data()).hasSize(1);
            var error = errorOf(() -> backend.listJobs(null, 100, null));
            assertThat(error.kind()).isEqualTo(Kind.CONNECTION_LOST);
            assertThat(error.message()).contains("as it has room for");
            for (int i = 0; i < 3; i++) {
                assertThat(backend.listJobs(null, 100, null).data()).hasSize(1);
            }
        }
    }
}
