package dev.afinador.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.afinador.provider.CreateJobRequest;
import dev.afinador.provider.CreateOutcome;
import dev.afinador.provider.CreateOutcome.Accepted;
import dev.afinador.provider.CreateOutcome.Rejected;
import dev.afinador.provider.CreateOutcome.TryLater;
import dev.afinador.provider.CreateOutcome.Unknown;
import dev.afinador.provider.Credential;
import dev.afinador.provider.FineTuningBackend;
import dev.afinador.provider.FineTuningBackend.MetadataFilter;
import dev.afinador.provider.ProbeReport.Presence;
import dev.afinador.provider.ProviderError.Kind;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.ProviderKind;
import dev.afinador.provider.RemoteJob;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.testkit.provider.Endpoint;
import dev.afinador.testkit.provider.FakeProvider;
import dev.afinador.testkit.provider.Fault;
import dev.afinador.testkit.provider.JobScript;
import dev.afinador.testkit.provider.JobSeed;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The client against the scripted provider: whole flows, and every fault it knows.
@Timeout(60)
class OpenAiBackendTest {

    private static final OpenAiTimeouts TIMEOUTS =
            new OpenAiTimeouts(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(20));

    private final Given.Journal journal = new Given.Journal();
    private FakeProvider provider;
    private OpenAiBackends backends;
    private FineTuningBackend backend;
    private String file;

    @BeforeEach
    void start() {
        provider = FakeProvider.start();
        backends =
                new OpenAiBackends(
                        journal,
                        _ -> new Credential(provider.key()),
                        InstantSource.system(),
                        TIMEOUTS);
        backend = of(ProviderKind.COMPATIBLE);
        file = provider.seedFile("a.jsonl", examples());
    }

    @AfterEach
    void stop() {
        backends.close();
        provider.close();
    }

    private FineTuningBackend of(ProviderKind kind) {
        return backends.of(Given.provider(kind, URI.create(provider.baseUrl())));
    }

    private static byte[] examples() {
        return """
        {"messages":[{"role":"user","content":"hola"},{"role":"assistant","content":"buenas"}]}
        """
                .repeat(12)
                .getBytes(StandardCharsets.UTF_8);
    }

    private CreateJobRequest request() {
        return new CreateJobRequest(
                "gpt-4o-mini",
                file,
                null,
                "soporte",
                42L,
                "supervised",
                Map.of("n_epochs", "2", "batch_size", "auto"),
                Map.of("afinador_job", "j-1"));
    }

    @Test
    void a_job_goes_its_whole_way() {
        byte[] content = examples();
        var uploaded =
                backend.uploadFile(
                        "datos.jsonl", new ByteArrayInputStream(content), content.length);
        assertThat(backend.findFile(uploaded.id())).contains(uploaded);
        assertThat(backend.listFiles()).hasSize(2);

        var job = ((Accepted) backend.create(request())).job();
        assertThat(job.status()).isEqualTo("validating_files");
        assertThat(job.metadata()).containsEntry("afinador_job", "j-1");
        assertThat(job.error()).isNull();
        var marker = new MetadataFilter("afinador_job", "j-1");
        assertThat(backend.listJobs(null, 10, marker).data())
                .extracting(RemoteJob::id)
                .containsExactly(job.id());

        provider.finish(job.id().value());
        var done = backend.findJob(job.id()).orElseThrow();
        assertThat(done.status()).isEqualTo("succeeded");
        assertThat(done.fineTunedModel()).startsWith("ft:gpt-4o-mini");
        assertThat(done.resultFiles()).hasSize(1);
        assertThat(done.trainedTokens()).isPositive();
        assertThat(backend.listEvents(job.id(), null, 100).data())
                .anySatisfy(e -> assertThat(e.metrics()).containsKeys("step", "train_loss"));
        assertThat(backend.listCheckpoints(job.id(), null, 10).data()).isNotEmpty();
        assertThat(backend.listModels())
                .anySatisfy(m -> assertThat(m.id()).isEqualTo(done.fineTunedModel()));
        assertThat(backend.findJob(new RemoteJobId("ftjob-none"))).isEmpty();
        assertThat(backend.findFile("file-none")).isEmpty();
    }

    @Test
    void a_job_can_be_paused_resumed_and_cancelled_but_not_twice() {
        provider.script(JobScript.staysRunning());
        var id = ((Accepted) backend.create(request())).job().id();
        provider.progress(id.value(), 3);

        assertThat(backend.pause(id).status()).isEqualTo("paused");
        assertThat(backend.resume(id).status()).isNotEqualTo("paused");
        assertThat(backend.cancel(id).status()).isEqualTo("cancelled");
        var refused = catchThrowableOfType(ProviderException.class, () -> backend.cancel(id));
        assertThat(refused.error().kind()).isEqualTo(Kind.BAD_REQUEST);
    }

    static Stream<Arguments> createFaults() {
        return Stream.of(
                Arguments.of(Fault.cutBefore(), Unknown.class, Kind.CONNECTION_LOST, 0),
                Arguments.of(Fault.cutAfter(), Unknown.class, Kind.CONNECTION_LOST, 1),
                Arguments.of(Fault.cutMidBody(), Unknown.class, Kind.CONNECTION_LOST, 1),
                Arguments.of(Fault.stalled(), Unknown.class, Kind.TIMEOUT, 0),
                Arguments.of(Fault.stalledAfterActing(), Unknown.class, Kind.TIMEOUT, 1),
                Arguments.of(Fault.late(Duration.ofSeconds(20)), Unknown.class, Kind.TIMEOUT, 1),
                Arguments.of(Fault.brokenJson(), Unknown.class, Kind.NOT_THIS_PROTOCOL, 1),
                Arguments.of(Fault.keyRejected(), TryLater.class, Kind.KEY_REJECTED, 0),
                Arguments.of(Fault.forbidden(), TryLater.class, Kind.FORBIDDEN, 0),
                Arguments.of(
                        Fault.trainingNotAvailable(),
                        Rejected.class,
                        Kind.TRAINING_NOT_AVAILABLE,
                        0),
                Arguments.of(Fault.notFound(), Rejected.class, Kind.NOT_FOUND, 0),
                Arguments.of(Fault.conflict(), Unknown.class, Kind.BAD_REQUEST, 0),
                Arguments.of(Fault.conflict().afterActing(), Unknown.class, Kind.BAD_REQUEST, 1),
                Arguments.of(
                        Fault.rateLimited(Duration.ofSeconds(7)),
                        TryLater.class,
                        Kind.RATE_LIMITED,
                        0),
                Arguments.of(Fault.rateLimited(), TryLater.class, Kind.RATE_LIMITED, 0),
                Arguments.of(Fault.quotaExceeded(), TryLater.class, Kind.QUOTA, 0),
                Arguments.of(Fault.serverError(500), Unknown.class, Kind.SERVER_ERROR, 0),
                Arguments.of(
                        Fault.serverError(503).afterActing(), Unknown.class, Kind.SERVER_ERROR, 1),
                Arguments.of(Fault.html(502), Unknown.class, Kind.SERVER_ERROR, 0),
                Arguments.of(Fault.Stranger.HTML_SITE, Unknown.class, Kind.NOT_THIS_PROTOCOL, 0),
                Arguments.of(Fault.Stranger.FOREIGN_JSON, Unknown.class, Kind.NOT_THIS_PROTOCOL, 0),
                Arguments.of(Fault.Bent.METADATA_STRIPPED, Accepted.class, null, 1),
                Arguments.of(Fault.Bent.ERROR_NULL_MEMBERS, Accepted.class, null, 1),
                Arguments.of(Fault.Bent.HYPERPARAMETERS_NULL, Accepted.class, null, 1));
    }

    /// That nothing is claimed to be refused or put off although a job came about is what keeps jobs from being paid twice.
    @ParameterizedTest
    @MethodSource("createFaults")
    void a_create_that_meets_a_fault_is_sent_once_and_told_truly(
            Fault fault, Class<?> outcome, Kind kind, int jobs) {
        provider.faults().once(Endpoint.JOBS_CREATE, fault);

        CreateOutcome told = backend.create(request());

        assertThat(told).isInstanceOf(outcome);
        assertThat(CreateTest.kindOf(told)).isEqualTo(kind);
        assertThat(provider.requests().count(Endpoint.JOBS_CREATE)).isEqualTo(1);
        assertThat(provider.jobs()).hasSize(jobs);
        assertThat(journal.calls).hasSize(1);
    }

    @Test
    void a_provider_that_is_away_is_sent_nothing() {
        provider.stop();
        assertThat(backend.create(request())).isInstanceOf(TryLater.class);

        provider.restart();
        assertThat(provider.jobs()).isEmpty();
        assertThat(backend.create(request())).isInstanceOf(Accepted.class);
    }

    static Stream<Arguments> readingFaults() {
        return Stream.of(
                Arguments.of(Fault.cutBefore(), Kind.CONNECTION_LOST),
                Arguments.of(Fault.cutMidBody(), Kind.CONNECTION_LOST),
                Arguments.of(Fault.stalled(), Kind.TIMEOUT),
                Arguments.of(Fault.brokenJson(), Kind.NOT_THIS_PROTOCOL),
                Arguments.of(Fault.keyRejected(), Kind.KEY_REJECTED),
                Arguments.of(Fault.forbidden(), Kind.FORBIDDEN),
                Arguments.of(Fault.endpointMissing(), Kind.NOT_FOUND),
                Arguments.of(Fault.rateLimited(Duration.ofSeconds(5)), Kind.RATE_LIMITED),
                Arguments.of(Fault.quotaExceeded(), Kind.QUOTA),
                Arguments.of(Fault.serverError(500), Kind.SERVER_ERROR),
                Arguments.of(Fault.html(503), Kind.SERVER_ERROR),
                Arguments.of(Fault.html(200), Kind.NOT_THIS_PROTOCOL),
                Arguments.of(Fault.Stranger.MISTRAL, Kind.NOT_THIS_PROTOCOL),
                Arguments.of(Fault.Stranger.FOREIGN_JSON, Kind.NOT_THIS_PROTOCOL),
                Arguments.of(Fault.Stranger.HTML_SITE, Kind.NOT_THIS_PROTOCOL));
    }

    @ParameterizedTest
    @MethodSource("readingFaults")
    void a_list_that_meets_a_fault_says_which(Fault fault, Kind kind) {
        provider.seedJob(JobSeed.in("running"));
        provider.faults().always(Endpoint.JOBS_LIST, fault);

        var thrown =
                catchThrowableOfType(
                        ProviderException.class, () -> backend.listJobs(null, 100, null));

        assertThat(thrown.error().kind()).isEqualTo(kind);
        assertThat(journal.calls).hasSize(1);
        assertThat(journal.calls.getFirst().error()).isEqualTo(thrown.error().message());
    }

    @ParameterizedTest
    @MethodSource("bents")
    void bent_answers_are_read_all_the_same(Fault fault) {
        for (int i = 0; i < 7; i++) {
            provider.seedJob(JobSeed.in("running"));
        }
        provider.faults().always(Endpoint.JOBS_LIST, fault);

        var seen = new HashSet<RemoteJobId>();
        String after = null;
        for (int page = 0; page < 10; page++) {
            var jobs = backend.listJobs(after, 3, null);
            for (RemoteJob job : jobs.data()) {
                seen.add(job.id());
                assertThat(job.error()).isNull();
            }
            if (!jobs.hasMore() || jobs.data().isEmpty()) {
                break;
            }
            after = jobs.data().getLast().id().value();
        }
        assertThat(seen).hasSizeGreaterThanOrEqualTo(7);
    }

    static Stream<Fault> bents() {
        return Stream.of(
                Fault.Bent.HAS_MORE_MISSING,
                Fault.Bent.ERROR_EMPTY_OBJECT,
                Fault.Bent.ERROR_NULL_MEMBERS,
                Fault.Bent.ERROR_NULL,
                Fault.Bent.HYPERPARAMETERS_NULL,
                Fault.Bent.SHUFFLED_PAGES,
                Fault.Bent.GROWING_PAGES,
                Fault.statusWord("compressing"));
    }

    @Test
    void an_unknown_status_word_is_kept() {
        provider.seedJob(JobSeed.in("running"));
        provider.faults().once(Endpoint.JOBS_LIST, Fault.statusWord("compressing"));

        assertThat(backend.listJobs(null, 10, null).data().getFirst().status())
                .isEqualTo("compressing");
    }

    @Test
    void the_azure_flavour_is_understood() {
        provider.script(JobScript.azure());
        var azure = of(ProviderKind.AZURE);

        var created = azure.create(request());
        assertThat(created).isInstanceOf(Accepted.class);
        var job = ((Accepted) created).job();
        assertThat(job.hyperparameters()).containsEntry("batch_size", "auto");
        assertThat(job.suffix()).isEqualTo("soporte");
        provider.finish(job.id().value());
        assertThat(azure.findJob(job.id()).orElseThrow().status()).isEqualTo("succeeded");
    }

    @Test
    void the_probe_tells_what_is_there() {
        provider.seedJob(JobSeed.in("running"));
        assertThat(backend.probe())
                .satisfies(r -> assertThat(r.usable()).isTrue())
                .satisfies(r -> assertThat(r.serverTime()).isNotNull())
                .satisfies(r ->
                        assertThat(r.parts())
                                .hasSize(6)
                                .allMatch(p -> p.presence() == Presence.PRESENT));

        provider.faults().always(Endpoint.JOBS_LIST, Fault.Bent.FILTER_IGNORED);
        assertThat(backend.probe().parts())
                .anyMatch(
                        p -> p.name().equals("metadata_filter") && p.presence() == Presence.ABSENT);

        provider.faults().clear();
        provider.faults().everywhere(Fault.Stranger.MISTRAL);
        assertThat(backend.probe().error().kind()).isEqualTo(Kind.NOT_THIS_PROTOCOL);
    }

    @Test
    void no_key_is_in_the_journal() {
        provider.faults().once(Endpoint.JOBS_LIST, Fault.keyRejected());
        catchThrowableOfType(ProviderException.class, () -> backend.listJobs(null, 1, null));
        backend.listJobs(null, 1, null);

        assertThat(journal.calls).hasSize(2).noneMatch(c -> c.toString().contains("sk-"));
    }
}
