package dev.afinador.testkit.provider;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A provider of the fine-tuning protocol on a loopback port: files, jobs, events, checkpoints, models, chat.
///
/// Jobs follow a [JobScript]; they stand still until somebody advances them, the clock moves (scripts that last by the
/// clock) or the ticker ticks. What goes wrong is said by [#faults()]. State outlives [#stop()] and [#restart()], so a
/// provider can go away and come back. Safe for use by many threads.
///
/// ```java
/// try (var provider = FakeProvider.start()) {
///     provider.faults().once(Endpoint.JOBS_CREATE, Fault.cutAfter());
///     …                                  // talk to provider.baseUrl() with provider.key()
///     provider.advanceAll();             // validating_files → queued
/// }
/// ```
public final class FakeProvider implements AutoCloseable {
    /// Ends every built-in script that does not wait for a hand.
    private static final int MANY_TICKS = 1000;

    private final InstantSource clock;
    private final Set<String> keys;
    private final String organization;
    private final FileShelf files;
    private final ModelShelf models;
    private final JobBook jobs;
    private final FaultPlan faults;
    private final RequestLog requests = new RequestLog();
    private final Webhooks webhooks;
    private final Reception reception;
    private final WireServer server;
    private final @Nullable ScheduledExecutorService ticker;

    private FakeProvider(Builder wanted) {
        clock = wanted.clock;
        keys = Set.copyOf(wanted.keys);
        organization = wanted.organization;
        RandomGenerator random =
                wanted.idSeed == null
                        ? new SplittableRandom()
                        : new SplittableRandom(wanted.idSeed);
        var ids = new Ids(random);
        files = new FileShelf(ids, clock);
        models = new ModelShelf(wanted.organizationSlug);
        webhooks = new Webhooks(ids, clock);
        jobs =
                new JobBook(
                        ids,
                        clock,
                        files,
                        models,
                        organization,
                        wanted.organizationSlug,
                        wanted.script,
                        webhooks::jobEnded);
        faults = new FaultPlan(wanted.faultSeed);
        reception =
                new Reception(
                        new Protocol(files, models, jobs, ids, clock),
                        faults,
                        requests,
                        new ControlApi(this),
                        wanted.keys,
                        organization,
                        ids,
                        clock);
        server = new WireServer(wanted.port, reception);
        server.start();
        ticker = wanted.tick == null ? null : startTicker(wanted.tick);
    }

    /// Listens on a free port, with the key `sk-test-1` and the script `happy`.
    public static FakeProvider start() {
        return builder().start();
    }

    public static Builder builder() {
        return new Builder();
    }

    /// E.g. `http://127.0.0.1:41234/v1`.
    public String baseUrl() {
        return "http://127.0.0.1:" + port() + "/v1";
    }

    /// Root of the [ControlApi].
    public URI controlUrl() {
        return URI.create("http://127.0.0.1:" + port() + "/_control");
    }

    public int port() {
        return server.port();
    }

    /// One of the keys that open this provider; empty when none is needed.
    public String key() {
        return keys.stream().findFirst().orElse("");
    }

    public String organization() {
        return organization;
    }

    /// Goes away: connections break, new ones are refused. Jobs and files stay.
    public void stop() {
        server.stop();
    }

    /// Breaks the connections on which an answer was stalled; all others stay.
    public void hangUpStalled() {
        server.resetStalled();
    }

    /// Comes back on the same port.
    public void restart() {
        server.start();
    }

    @Override
    public void close() {
        if (ticker != null) {
            ticker.shutdownNow();
        }
        webhooks.close();
        server.close();
    }

    /// What goes wrong.
    public FaultPlan faults() {
        return faults;
    }

    /// What was asked of this provider.
    public RequestLog requests() {
        return requests;
    }

    /// Makes the `Date` header of every answer wrong by so much.
    public void skewDate(Duration by) {
        reception.skewDate(by);
    }

    /// Changes the script of jobs created from now on.
    public void script(JobScript script) {
        jobs.useScript(script);
    }

    /// Sets the script of the next job only; several calls queue up.
    public void scriptNext(JobScript script) {
        jobs.useScriptNext(script);
    }

    /// Sets the script of every job that is created with this suffix.
    public void scriptForSuffix(String suffix, JobScript script) {
        jobs.useScriptFor(suffix, script);
    }

    /// One tick for one job, by hand: stages that wait for a hand or for the clock are left.
    public void advance(String jobId) {
        jobs.change(jobId, job -> job.tick(clock.instant(), true), job -> job);
    }

    /// One tick for every job, by hand.
    public void advanceAll() {
        jobs.tick(true);
    }

    public void advanceAll(int times) {
        for (int i = 0; i < times; i++) {
            advanceAll();
        }
    }

    /// Advances a job by hand until it is over.
    public void finish(String jobId) {
        jobs.change(jobId, this::advanceToEnd, job -> job);
    }

    public void finishAll() {
        jobs.changeLive(this::advanceToEnd);
    }

    /// Moves a job's training to this step; a job that waits starts to train.
    public void progress(String jobId, int step) {
        jobs.change(jobId, job -> job.progress(step, clock.instant()), job -> job);
    }

    /// Puts a job into any status, known or not. A word that its script lacks holds until the job is advanced.
    public void setStatus(String jobId, String status) {
        jobs.change(jobId, job -> job.become(status, clock.instant()), job -> job);
    }

    public void fail(String jobId, Failure why) {
        jobs.change(jobId, job -> job.fail(why, clock.instant()), job -> job);
    }

    /// Newest first.
    public List<JobSnapshot> jobs() {
        return jobs.snapshots();
    }

    /// Throws when there is no such job.
    public JobSnapshot job(String jobId) {
        return jobs.read(jobId, ScriptedJob::snapshot);
    }

    /// Places a job that nobody created through the protocol; gives its id.
    public String seedJob(JobSeed seed) {
        return jobs.seed(seed);
    }

    /// Places many; index 0 is the oldest where they were created at the same time.
    public List<String> seedJobs(int count, IntFunction<JobSeed> seeds) {
        List<String> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(seedJob(seeds.apply(i)));
        }
        return ids;
    }

    /// Lets a job vanish; false when there was none.
    public boolean forgetJob(String jobId) {
        return jobs.forget(jobId);
    }

    /// Places a training file; gives its id.
    public String seedFile(String filename, byte[] content) {
        return files.put(filename, "fine-tune", content, jobs.usualScript().flavour()).id();
    }

    /// Lets a file vanish; false when there was none.
    public boolean forgetFile(String fileId) {
        return files.delete(fileId);
    }

    /// How many files stand here with the purpose `fine-tune`.
    public int trainingFiles() {
        return files.list("fine-tune").size();
    }

    /// Takes a model out of service: it neither trains nor answers any more.
    public void retireModel(String name) {
        models.retire(name);
    }

    /// Sends webhooks there from now on, whenever a job ends.
    ///
    /// @param secret `whsec_` and Base64
    public Webhooks webhooks(URI url, String secret) {
        webhooks.to(url, secret);
        return webhooks;
    }

    public Webhooks webhooks() {
        return webhooks;
    }

    /// Forgets jobs, files, tuned models, faults, scripts by suffix and the request log.
    public void reset() {
        jobs.clear();
        files.clear();
        models.clear();
        faults.clear();
        requests.clear();
        webhooks.off();
    }

    private void advanceToEnd(ScriptedJob job) {
        for (int i = 0; i < MANY_TICKS && !job.isOver(); i++) {
            job.tick(clock.instant(), true);
        }
    }

    private ScheduledExecutorService startTicker(Duration every) {
        ScheduledExecutorService executor =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("fake-provider-ticker").factory());
        var _ =
                executor.scheduleAtFixedRate(
                        () -> jobs.tick(false),
                        every.toMillis(),
                        every.toMillis(),
                        TimeUnit.MILLISECONDS);
        return executor;
    }

    /// Settings of a provider that is about to start.
    public static final class Builder {
        private final Set<String> keys = new LinkedHashSet<>(Set.of("sk-test-1"));
        private int port;
        private String organization = "org-afinadortests";
        private String organizationSlug = "afinador";
        private JobScript script = JobScript.happy();
        private InstantSource clock = InstantSource.system();
        private @Nullable Duration tick;
        private @Nullable Long idSeed;
        private long faultSeed = 42;

        private Builder() {}

        /// 0, the default, takes any free port.
        public Builder port(int value) {
            port = value;
            return this;
        }

        /// Only these keys open; none at all means that no key is needed.
        public Builder keys(String... values) {
            keys.clear();
            keys.addAll(List.of(values));
            return this;
        }

        /// Id of the organization, and the short form of it that stands in model names.
        public Builder organization(String id, String slug) {
            organization = id;
            organizationSlug = slug;
            return this;
        }

        public Builder script(JobScript value) {
            script = value;
            return this;
        }

        public Builder clock(InstantSource value) {
            clock = value;
            return this;
        }

        /// Ticks every job by itself in this rhythm.
        public Builder ticking(Duration every) {
            tick = every;
            return this;
        }

        /// Makes all ids reproducible.
        public Builder idSeed(long value) {
            idSeed = value;
            return this;
        }

        /// Chooses which calls faults by chance strike.
        public Builder faultSeed(long value) {
            faultSeed = value;
            return this;
        }

        public FakeProvider start() {
            return new FakeProvider(this);
        }
    }
}
