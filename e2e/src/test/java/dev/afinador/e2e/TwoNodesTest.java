package dev.afinador.e2e;

import static dev.afinador.e2e.ApiClient.JOBS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.testkit.TrainingFiles;
import dev.afinador.testkit.provider.Endpoint;
import dev.afinador.testkit.provider.FakeProvider;
import dev.afinador.testkit.provider.Fault;
import dev.afinador.testkit.provider.JobScript;
import dev.afinador.testkit.provider.JobSnapshot;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Two processes side by side on one PostgreSQL: each thing is done once, whoever does it, and a dead one is missed by nobody.
class TwoNodesTest {

    private static final int JOB_COUNT = 30;

    /// Sealed keys must open on both.
    private static final String SECRET_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    private static EmbeddedPostgres postgres;
    private static int databases;

    private FakeProvider provider;
    private AfinadorProcess one;
    private AfinadorProcess two;
    private String account;
    private String dataset;

    @BeforeAll
    static void startPostgres() throws IOException {
        Files.createDirectories(AfinadorApp.work());
        postgres =
                EmbeddedPostgres.builder()
                        .setDataDirectory(
                                Files.createTempDirectory(AfinadorApp.work(), "postgres-"))
                        .setCleanDataDirectory(true)
                        .start();
    }

    @AfterAll
    static void stopPostgres() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void start() throws IOException, SQLException {
        String database = "afinador" + ++databases;
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database);
        }
        String url = "postgres://postgres@localhost:%d/%s".formatted(postgres.getPort(), database);
        provider = FakeProvider.builder().script(JobScript.staysQueued()).start();
        one = node(url);
        two = node(url);
        account = one.api().addProvider("Fake", provider);
        dataset = one.api().addDataset("ventas.jsonl", TrainingFiles.chat(12));
        shareDatasets();
    }

    private static AfinadorProcess node(String url) {
        return AfinadorProcess.builder()
                .environment("AFINADOR_DATABASE_URL", url)
                .environment("AFINADOR_SECRET_KEY", SECRET_KEY)
                .options(
                        "--afinador.submission.settle=4s",
                        "--afinador.work.heartbeat=1s",
                        "--afinador.sync.interval=1s",
                        "--afinador.sync.freshness=1s")
                .start();
    }

    /// Training files lie in the data folder of the node that took them in; operators of several nodes share that folder.
    private void shareDatasets() throws IOException {
        Path from = one.data().resolve("datasets");
        Path to = two.data().resolve("datasets");
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    @AfterEach
    void stop() {
        two.close();
        one.close();
        provider.close();
    }

    @Test
    void jobs_of_both_nodes_exist_once_and_both_tell_of_them() throws Exception {
        provider.faults().sometimes(Endpoint.JOBS_CREATE, 0.2, Fault.cutAfter());
        try (var heardByTwo = new JobStream(two.api());
                var heardByOne = new JobStream(one.api())) {
            Set<String> ids = createOnBoth();
            assertThat(eachOnce().keySet()).isEqualTo(ids);

            String id = ids.iterator().next();
            String remote = one.api().job(id).path("openai_job_id").asString();
            provider.progress(remote, 1);
            for (JobStream stream : List.of(heardByOne, heardByTwo)) {
                stream.await(id, "running", j -> j.path("status").asString().equals("running"));
            }
            two.api().post(JOBS + "/" + id + "/cancel", null).expect(202);
            for (JobStream stream : List.of(heardByOne, heardByTwo)) {
                stream.await(id, "cancelled", j -> j.path("status").asString().equals("cancelled"));
            }
        }
        long before = provider.requests().count(Endpoint.JOBS_LIST);
        inParallel(20, i -> (i % 2 == 0 ? one : two).api().get(JOBS).expect(200));
        assertThat(provider.requests().count(Endpoint.JOBS_LIST) - before)
                .as("viewers on two nodes cost no more than the regular syncs")
                .isLessThan(10);
    }

    @Test
    void the_other_node_finishes_what_a_killed_one_had_begun() throws Exception {
        // the answers of the first creates never come: their node dies while it waits
        provider.faults().times(Endpoint.JOBS_CREATE, 8, Fault.stalledAfterActing());
        Set<String> ids = createOnBoth();
        Awaitility.await("some creates are under way")
                .atMost(Duration.ofSeconds(60))
                .until(() -> provider.requests().count(Endpoint.JOBS_CREATE) >= 8);
        one.kill();
        // Those that wait on the other node would wait for a minute; theirs is another promise.
        provider.hangUpStalled();
        Map<String, JsonNode> rows = eachOnceAt(two);
        assertThat(rows.keySet()).isEqualTo(ids);
        String id = ids.iterator().next();
        provider.finish(rows.get(id).path("openai_job_id").asString());
        Awaitility.await("the sync goes on as well")
                .atMost(Duration.ofSeconds(60))
                .until(() -> two.api().job(id).path("status").asString().equals("succeeded"));
    }

    private Set<String> createOnBoth() throws Exception {
        Set<String> ids = ConcurrentHashMap.newKeySet();
        inParallel(
                JOB_COUNT,
                i ->
                        ids.add(
                                (i % 2 == 0 ? one : two)
                                        .api()
                                        .startWithKey(
                                                ApiClient.ask(
                                                        account,
                                                        dataset,
                                                        i < 10 ? "igual" : "distinto-" + i),
                                                "dos-" + i)
                                        .expect(202)
                                        .json()
                                        .path("id")
                                        .asString()));
        assertThat(ids).hasSize(JOB_COUNT);
        // the same keys on the other node give the same jobs
        Set<String> again = ConcurrentHashMap.newKeySet();
        inParallel(
                5,
                i ->
                        again.add(
                                (i % 2 == 0 ? two : one)
                                        .api()
                                        .startWithKey(
                                                ApiClient.ask(account, dataset, "igual"),
                                                "dos-" + i)
                                        .expect(202)
                                        .json()
                                        .path("id")
                                        .asString()));
        assertThat(ids).containsAll(again);
        return Set.copyOf(ids);
    }

    private Map<String, JsonNode> eachOnce() {
        Map<String, JsonNode> rows = eachOnceAt(one);
        assertThat(eachOnceAt(two).keySet()).isEqualTo(rows.keySet());
        return rows;
    }

    private Map<String, JsonNode> eachOnceAt(AfinadorProcess node) {
        Awaitility.await("every job is at the provider")
                .atMost(Duration.ofSeconds(150))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() ->
                        assertThat(node.api().allJobs().values())
                                .filteredOn(row -> row.path("openai_job_id").isNull())
                                .extracting(
                                        row -> row.path("id").asString(),
                                        row -> row.path("status").asString(),
                                        row -> row.path("phase").asString(),
                                        row -> row.path("trouble").path("code").asString())
                                .isEmpty());
        Map<String, JsonNode> rows = node.api().allJobs();
        assertThat(rows.values().stream().map(r -> r.path("openai_job_id").asString()))
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(
                        provider.jobs().stream().map(JobSnapshot::id).collect(Collectors.toSet()));
        return rows;
    }

    @FunctionalInterface
    private interface Call {
        void run(int number) throws Exception;
    }

    private static void inParallel(int times, Call call) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            IntStream.range(0, times)
                    .forEach(i ->
                            all.add(
                                    threads.submit(() -> {
                                        call.run(i);
                                        return null;
                                    })));
            for (Future<?> one : all) {
                one.get();
            }
        }
    }
}
