package dev.afinador.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.Dataset;
import dev.afinador.fake.FakeAccount.Create;
import dev.afinador.fake.FakeAccount.Remote;
import dev.afinador.fake.World;
import dev.afinador.provider.RemoteFile;
import dev.afinador.sync.SyncSettings;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Kills the process right before and right after everything that outlives it, one moment after the other and then every two
/// together, restarts it, and finds the same end each time: one job for one record, or none where none was wanted.
class ExactlyOnceTest {

    /// @param world what goes wrong, apart from the deaths
    /// @param deed  what people do; runs again when the process dies under it, as a client with an idempotency key does
    private record Flow(String name, Consumer<World> world, Function<World, List<JobId>> deed) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final Consumer<World> ALL_WELL = world -> {};

    /// Regular syncs are not what is tested here, and each has moments of its own.
    private static final SyncSettings SELDOM =
            new SyncSettings(
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(10),
                    Duration.ZERO,
                    20);

    static Stream<Flow> flows() {
        return Stream.of(
                new Flow("accepted", ALL_WELL, ExactlyOnceTest::startOne),
                new Flow(
                        "the answer is lost",
                        w -> w.account.onCreate(Create.ANSWER_LOST),
                        ExactlyOnceTest::startOne),
                new Flow(
                        "the answer is lost and the marker dropped",
                        w -> {
                            w.account.dropMetadata();
                            w.account.onCreate(Create.ANSWER_LOST);
                        },
                        ExactlyOnceTest::startOne),
                new Flow(
                        "the answer is lost and the filter ignored",
                        w -> {
                            w.account.ignoreFilter();
                            w.account.onCreate(Create.ANSWER_LOST);
                        },
                        ExactlyOnceTest::startOne),
                new Flow(
                        "the request is lost",
                        w -> w.account.onCreate(Create.REQUEST_LOST),
                        ExactlyOnceTest::startOne),
                new Flow(
                        "the request takes effect late",
                        w -> w.account.onCreate(Create.LATE),
                        ExactlyOnceTest::startOne),
                new Flow(
                        "the provider doubles the request",
                        w -> w.account.onCreate(Create.DOUBLED),
                        ExactlyOnceTest::startOne),
                new Flow(
                        "refused for now, then lost, then accepted",
                        w ->
                                w.account.onCreate(
                                        Create.TRY_LATER, Create.REQUEST_LOST, Create.ACCEPTED),
                        ExactlyOnceTest::startOne),
                new Flow(
                        "refused for good",
                        w -> w.account.onCreate(Create.REJECTED, Create.REJECTED, Create.REJECTED),
                        ExactlyOnceTest::startOne),
                new Flow(
                        "the answer of the upload is lost",
                        w -> w.account.loseUploadAnswers(),
                        ExactlyOnceTest::startOne),
                new Flow("three of one dataset", ALL_WELL, ExactlyOnceTest::startThreeOfOneDataset),
                new Flow("cancelled at the provider", ALL_WELL, ExactlyOnceTest::startAndCancel),
                new Flow(
                        "cancelled while nobody knows",
                        w -> w.account.onCreate(Create.ANSWER_LOST),
                        ExactlyOnceTest::startAndCancelAtOnce),
                new Flow(
                        "cancelled while nothing was created",
                        w -> w.account.onCreate(Create.REQUEST_LOST),
                        ExactlyOnceTest::startAndCancelAtOnce));
    }

    /// Whatever the person has been told, they ask again with the same key until they get an answer.
    private static JobId start(World world, Dataset dataset, String suffix) {
        return world.insist(() -> world.jobs.start(World.ask(dataset, suffix), "key-" + suffix))
                .id();
    }

    private static List<JobId> startOne(World world) {
        return List.of(start(world, dataset(world, "ventas"), "uno"));
    }

    private static List<JobId> startThreeOfOneDataset(World world) {
        Dataset dataset = dataset(world, "ventas");
        return Stream.of("uno", "dos", "tres").map(s -> start(world, dataset, s)).toList();
    }

    private static Dataset dataset(World world, String name) {
        return world.insist(() -> world.dataset(name));
    }

    private static List<JobId> startAndCancel(World world) {
        List<JobId> ids = startOne(world);
        world.live(Duration.ofMinutes(1));
        return cancel(world, ids);
    }

    /// The cancellation comes while the create request is under way or in doubt.
    private static List<JobId> startAndCancelAtOnce(World world) {
        List<JobId> ids = startOne(world);
        world.live(Duration.ofMillis(1));
        return cancel(world, ids);
    }

    private static List<JobId> cancel(World world, List<JobId> ids) {
        for (JobId id : ids) {
            Job unused =
                    world.insist(() -> {
                        Job job = world.job(id);
                        return job.status().isFinal() ? job : world.jobs.cancel(id);
                    });
        }
        return ids;
    }

    /// What of the end must be the same whatever happens on the way. (How many jobs were made at the provider before a
    /// cancellation is not: it may come before the first.)
    private record End(
            List<JobStatus> statuses,
            List<@Nullable String> errors,
            long liveAtProvider,
            int files,
            List<String> tasks) {}

    private static End end(Flow flow, int... deaths) {
        World world = new World(SELDOM);
        flow.world().accept(world);
        world.death.at(deaths);
        List<JobId> ids = flow.deed().apply(world);
        world.live(Duration.ofHours(2));
        List<Job> jobs = ids.stream().map(world::job).toList();
        checkRecords(world, jobs);
        return new End(
                jobs.stream().map(Job::status).toList(),
                jobs.stream().map(j -> j.error() == null ? null : j.error().code()).toList(),
                world.account.jobs().stream().filter(Remote::isLive).count(),
                world.account.files().size(),
                world.queue.tasks().stream().map(t -> t.split(" ")[0]).sorted().toList());
    }

    /// Nothing is left half done, and record and provider agree.
    private static void checkRecords(World world, List<Job> jobs) {
        assertThat(world.store.list(JobQuery.newest(50))).hasSameSizeAs(jobs);
        assertThat(jobs.stream().map(Job::remoteId).filter(Objects::nonNull))
                .doesNotHaveDuplicates();
        for (Job job : jobs) {
            assertThat(job.trouble()).isNull();
            assertThat(job.cancelRequestedAt()).isNull();
            assertThat(job.submission().outcome()).isNotEqualTo(Submission.Outcome.UNKNOWN);
            boolean ended = job.status().isFinal();
            assertThat(job.phase() == null).isEqualTo(ended);
            assertThat(job.finishedAt() != null).isEqualTo(ended);
            if (job.remoteId() != null) {
                Remote remote = world.account.job(job.remoteId());
                assertThat(job.providerStatus()).isEqualTo(remote.status);
                assertThat(world.store.raw(job.id())).isPresent();
            }
            assertThat(world.store.transitions(job.id()).getLast().to()).isEqualTo(job.status());
        }
        assertThat(world.account.jobs().stream().filter(Remote::isLive).map(Remote::id))
                .as("every live job at the provider is some record's")
                .allMatch(id -> jobs.stream().anyMatch(j -> id.equals(j.remoteId())));
        assertThat(world.account.files().stream().map(RemoteFile::filename))
                .as("nothing is uploaded twice")
                .doesNotHaveDuplicates();
    }

    private static int moments(Flow flow) {
        World world = new World(SELDOM);
        flow.world().accept(world);
        List<JobId> unused = flow.deed().apply(world);
        // The flow itself is over soon; what follows is one regular sync after the other.
        world.live(Duration.ofMinutes(4));
        return Math.min(world.death.moments().size(), 90);
    }

    @ParameterizedTest
    @MethodSource("flows")
    void a_death_at_any_moment_changes_nothing_of_the_end(Flow flow) {
        End undisturbed = end(flow);

        IntStream.rangeClosed(1, moments(flow))
                .forEach(moment ->
                        assertThat(end(flow, moment))
                                .as("killed at moment %d", moment)
                                .isEqualTo(undisturbed));
    }

    @ParameterizedTest
    @MethodSource("flows")
    void two_deaths_at_any_two_moments_change_nothing_of_the_end(Flow flow) {
        End undisturbed = end(flow);
        int moments = Math.min(moments(flow), 32);

        for (int first = 1; first <= moments; first++) {
            for (int second = first + 1; second <= moments; second++) {
                assertThat(end(flow, first, second))
                        .as("killed at moments %d and %d", first, second)
                        .isEqualTo(undisturbed);
            }
        }
    }
}
