package dev.afinador.testkit.store;

import static dev.afinador.testkit.store.Samples.OPENAI;
import static dev.afinador.testkit.store.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.afinador.dataset.Dataset;
import dev.afinador.job.Checkpoint;
import dev.afinador.job.Job;
import dev.afinador.job.JobEvent;
import dev.afinador.job.JobId;
import dev.afinador.job.JobPhase;
import dev.afinador.job.JobQuery;
import dev.afinador.job.JobStatus;
import dev.afinador.job.JobStore;
import dev.afinador.job.JobTransition;
import dev.afinador.job.Metric;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.RemoteJobId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a [JobStore] must keep to.
public abstract class JobStoreContract {

    private static final ProviderId AZURE = new ProviderId("azure");
    private static final ProviderId THIRD = new ProviderId("third");

    protected abstract Stores stores();

    @BeforeEach
    void makeProviders() {
        for (ProviderId id : List.of(OPENAI, AZURE, THIRD)) {
            stores().providers().insert(Samples.provider(id.value(), id.value()));
        }
    }

    private JobStore store() {
        return stores().jobs();
    }

    @Test
    void any_job_comes_back_as_it_was_stored() {
        Dataset dataset = Samples.dataset("ventas", START);
        stores().datasets().insert(dataset, Samples.report());
        for (long seed = 0; seed < 60; seed++) {
            Job job = Samples.anyJob(new Random(seed), OPENAI, dataset::id);

            store().insert(job);

            assertThat(store().find(job.id())).as("seed %d", seed).contains(job);
        }
    }

    @Test
    void any_job_comes_back_as_it_was_changed() {
        Dataset dataset = Samples.dataset("ventas", START);
        stores().datasets().insert(dataset, Samples.report());
        for (long seed = 0; seed < 60; seed++) {
            Job before = Samples.job("before");
            store().insert(before);
            Job other = Samples.anyJob(new Random(seed), OPENAI, dataset::id);
            Job after = withIdAndVersion(other, before.id(), before.version());

            assertThat(store().update(after)).isTrue();

            assertThat(store().find(before.id()))
                    .as("seed %d", seed)
                    .contains(withIdAndVersion(other, before.id(), before.version() + 1));
        }
    }

    private static Job withIdAndVersion(Job job, JobId id, long version) {
        return new Job(
                id,
                job.name(),
                job.providerId(),
                job.origin(),
                job.remoteId(),
                job.status(),
                job.providerStatus(),
                job.phase(),
                job.progress(),
                job.eta(),
                job.baseModel(),
                job.resolvedModel(),
                job.suffix(),
                job.seed(),
                job.method(),
                job.hyperparameters(),
                job.trainingDataset(),
                job.validationDataset(),
                job.trainingFile(),
                job.validationFile(),
                job.fineTunedModel(),
                job.error(),
                job.trouble(),
                job.trainedTokens(),
                job.resultFiles(),
                job.submission(),
                job.missingSince(),
                job.cancelRequestedAt(),
                job.createdAt(),
                job.submittedAt(),
                job.startedAt(),
                job.finishedAt(),
                job.syncedAt(),
                version);
    }

    @Test
    void what_no_database_can_hold_in_a_text_is_replaced_and_stops_nothing() {
        Job job = Samples.job("a\u0000b\uD800c🙂");

        store().insert(job);

        assertThat(store().find(job.id()).orElseThrow().name()).isEqualTo("a\uFFFDb\uFFFDc🙂");
    }

    @Test
    void a_change_made_from_an_old_version_is_refused() {
        Job job = Samples.job("ventas");
        store().insert(job);
        assertThat(store().update(job.toBuilder().name("first").build())).isTrue();

        assertThat(store().update(job.toBuilder().name("second").build())).isFalse();

        Job stored = store().find(job.id()).orElseThrow();
        assertThat(stored.name()).isEqualTo("first");
        assertThat(stored.version()).isEqualTo(job.version() + 1);
    }

    @Test
    void of_many_changes_made_from_one_version_one_wins() throws Exception {
        Job job = Samples.job("ventas");
        store().insert(job);

        List<Boolean> won =
                Race.of(8, i -> store().update(job.toBuilder().name("writer " + i).build()));

        assertThat(won).containsOnlyOnce(true);
        assertThat(store().find(job.id()).orElseThrow().name())
                .isEqualTo("writer " + won.indexOf(true));
    }

    @Test
    void a_job_that_is_gone_cannot_be_changed() {
        assertThat(store().update(Samples.job("nobody"))).isFalse();
        assertThat(store().find(Samples.jobId())).isEmpty();
    }

    @Test
    void a_remote_id_belongs_to_one_job_of_a_provider() {
        store().insert(Samples.job("one", OPENAI, "ftjob-1", JobStatus.RUNNING, START));

        assertThatThrownBy(() ->
                        store().insert(
                                        Samples.job(
                                                "two",
                                                OPENAI,
                                                "ftjob-1",
                                                JobStatus.RUNNING,
                                                START)))
                .isInstanceOf(JobStore.RemoteIdTakenException.class);
        Job third = Samples.job("three");
        store().insert(third);
        assertThatThrownBy(() ->
                        store().update(
                                        third.toBuilder()
                                                .remoteId(new RemoteJobId("ftjob-1"))
                                                .build()))
                .isInstanceOf(JobStore.RemoteIdTakenException.class);
        assertThat(store().find(third.id())).contains(third);
        store().insert(Samples.job("elsewhere", AZURE, "ftjob-1", JobStatus.RUNNING, START));
        assertThat(store().list(JobQuery.newest(10))).hasSize(3);
    }

    @Test
    void of_many_jobs_with_one_remote_id_one_is_stored() throws Exception {
        List<Boolean> stored =
                Race.of(
                        8,
                        i -> {
                            try {
                                store().insert(
                                                Samples.job(
                                                        "import " + i,
                                                        OPENAI,
                                                        "ftjob-1",
                                                        JobStatus.RUNNING,
                                                        START));
                                return true;
                            } catch (JobStore.RemoteIdTakenException e) {
                                return false;
                            }
                        });

        assertThat(stored).containsOnlyOnce(true);
        assertThat(store().list(JobQuery.newest(10))).hasSize(1);
    }

    @Test
    void two_jobs_of_one_id_are_a_fault_of_ours_and_not_a_taken_remote_id() {
        Job job = Samples.job("one", OPENAI, "ftjob-1", JobStatus.RUNNING, START);
        store().insert(job);

        assertThatThrownBy(() ->
                        store().insert(
                                        job.toBuilder()
                                                .remoteId(new RemoteJobId("ftjob-2"))
                                                .build()))
                .isNotInstanceOf(JobStore.RemoteIdTakenException.class);
    }

    @Test
    void a_job_is_found_by_its_remote_id() {
        Job old = Samples.job("old", AZURE, "ftjob-1", JobStatus.FAILED, START.minusSeconds(9));
        Job job = Samples.job("new", OPENAI, "ftjob-1", JobStatus.RUNNING, START);
        store().insert(job);
        store().insert(old);

        assertThat(store().findByRemoteId(AZURE, new RemoteJobId("ftjob-1"))).contains(old);
        assertThat(store().findByRemoteId(new RemoteJobId("ftjob-1"))).contains(job);
        assertThat(store().findByRemoteId(new RemoteJobId("ftjob-2"))).isEmpty();
    }

    @Test
    void pages_go_from_newest_to_oldest_and_miss_nothing_even_within_one_millisecond() {
        Set<JobId> all = new HashSet<>();
        for (int i = 0; i < 53; i++) {
            Job job =
                    Samples.job(
                            "job " + i,
                            OPENAI,
                            null,
                            JobStatus.PENDING,
                            START.plusMillis(i / 10)); // ten in each millisecond
            store().insert(job);
            all.add(job.id());
        }

        List<Job> read = new ArrayList<>();
        JobId after = null;
        while (true) {
            List<Job> page = store().list(new JobQuery(null, null, null, after, 7));
            if (page.isEmpty()) {
                break;
            }
            read.addAll(page);
            after = page.getLast().id();
        }

        assertThat(read).extracting(Job::id).doesNotHaveDuplicates().containsAll(all);
        assertThat(read).extracting(Job::createdAt).isSortedAccordingTo((a, b) -> b.compareTo(a));
    }

    @Test
    void a_page_after_a_job_that_is_gone_is_empty() {
        store().insert(Samples.job("ventas"));

        assertThat(store().list(new JobQuery(null, null, null, Samples.jobId(), 10))).isEmpty();
    }

    @Test
    void lists_and_counts_take_the_same_filters() {
        store().insert(Samples.job("uno", OPENAI, "r-1", JobStatus.RUNNING, START));
        store().insert(Samples.job("dos", OPENAI, "r-2", JobStatus.FAILED, START));
        store().insert(Samples.job("tres", AZURE, "r-3", JobStatus.RUNNING, START));

        assertThat(names(JobStatus.RUNNING, null, null)).containsExactlyInAnyOrder("uno", "tres");
        assertThat(names(null, OPENAI, null)).containsExactlyInAnyOrder("uno", "dos");
        assertThat(names(JobStatus.RUNNING, AZURE, null)).containsExactly("tres");
        assertThat(names(JobStatus.FAILED, AZURE, null)).isEmpty();
        assertThat(names(JobStatus.RUNNING, OPENAI, "UN")).containsExactly("uno");
        assertThat(store().countByStatus(null, null))
                .isEqualTo(Map.of(JobStatus.RUNNING, 2L, JobStatus.FAILED, 1L));
        assertThat(store().countByStatus(OPENAI, null))
                .isEqualTo(Map.of(JobStatus.RUNNING, 1L, JobStatus.FAILED, 1L));
        assertThat(store().countByStatus(null, "tres")).isEqualTo(Map.of(JobStatus.RUNNING, 1L));
        assertThat(store().countByStatus(AZURE, "uno")).isEmpty();
    }

    private List<String> names(
            @Nullable JobStatus status, @Nullable ProviderId provider, @Nullable String text) {
        return store().list(new JobQuery(status, provider, text, null, 50)).stream()
                .map(Job::name)
                .toList();
    }

    @Test
    void text_is_looked_for_in_every_name_a_job_has_without_case() {
        Job job =
                Samples.job("Atención al CLIENTE", OPENAI, "ftjob-ABC", JobStatus.RUNNING, START)
                        .toBuilder()
                        .suffix("ÑANDÚ")
                        .baseModel("gpt-4.1-mini")
                        .fineTunedModel("ft:gpt-4.1-mini:acme::X9")
                        .build();
        store().insert(job);

        for (String text : List.of("atención", "cliente", "JOB-abc", "ñandú", "4.1-M", "acme::x")) {
            assertThat(names(null, null, text)).as(text).containsExactly("Atención al CLIENTE");
        }
        assertThat(names(null, null, "supervised")).isEmpty();
        store().update(job.toBuilder().name("otro").build());
        assertThat(names(null, null, "cliente")).isEmpty();
        assertThat(names(null, null, "otro")).containsExactly("otro");
    }

    @Test
    void signs_of_patterns_stand_for_themselves() {
        store().insert(Samples.job("100%"));
        store().insert(Samples.job("a_b"));
        store().insert(Samples.job("axb!"));
        store().insert(Samples.job("back\\slash"));

        assertThat(names(null, null, "%")).containsExactly("100%");
        assertThat(names(null, null, "a_b")).containsExactly("a_b");
        assertThat(names(null, null, "b!")).containsExactly("axb!");
        assertThat(names(null, null, "k\\s")).containsExactly("back\\slash");
        assertThat(names(null, null, "' OR 1=1 --")).isEmpty();
    }

    @Test
    void a_confirmed_job_is_synced_later_and_otherwise_the_same() {
        Job job = Samples.job("job", OPENAI, "r-1", JobStatus.RUNNING, START);
        store().insert(job);
        store().markSynced(java.util.List.of(job.id()), START.plusSeconds(60));
        store().markSynced(java.util.List.of(job.id()), START.plusSeconds(30));
        store().markSynced(java.util.List.of(), START.plusSeconds(90));

        assertThat(store().find(job.id()))
                .contains(job.toBuilder().syncedAt(START.plusSeconds(60)).build());
    }

    @Test
    void live_jobs_are_at_the_provider_and_not_over() {
        Job older = Samples.job("older", OPENAI, "r-1", JobStatus.PENDING, START.minusSeconds(1));
        Job newer = Samples.job("newer", OPENAI, "r-2", JobStatus.PAUSED, START);
        Job unsent = Samples.job("unsent", OPENAI, null, JobStatus.PENDING, START);
        store().insert(older);
        store().insert(newer);
        store().insert(unsent);
        store().insert(Samples.job("over", OPENAI, "r-3", JobStatus.SUCCEEDED, START));
        store().insert(Samples.job("failed", OPENAI, null, JobStatus.FAILED, START));
        store().insert(Samples.job("other", AZURE, "r-1", JobStatus.RUNNING, START));
        store().insert(Samples.job("unsent only", THIRD, null, JobStatus.PENDING, START));

        assertThat(store().live(OPENAI)).containsExactly(newer, older);
        assertThat(store().unsubmitted(OPENAI)).containsExactly(unsent.id());
        assertThat(store().providersWithLiveJobs()).containsExactlyInAnyOrder(OPENAI, AZURE);
        assertThat(store().usesProvider(AZURE)).isTrue();
        assertThat(store().usesProvider(new ProviderId("nobody"))).isFalse();
    }

    @Test
    void known_remote_ids_are_told_from_many() {
        store().insert(Samples.job("one", OPENAI, "r-7", JobStatus.RUNNING, START));
        store().insert(Samples.job("two", AZURE, "r-8", JobStatus.RUNNING, START));
        List<RemoteJobId> asked =
                IntStream.range(0, 1_700).mapToObj(i -> new RemoteJobId("r-" + i)).toList();

        assertThat(store().known(OPENAI, asked)).containsExactly(new RemoteJobId("r-7"));
        assertThat(store().known(OPENAI, List.of())).isEmpty();
    }

    @Test
    void the_feed_of_changes_goes_by_the_time_of_storing() {
        Job first = Samples.job("first");
        Job second = Samples.job("second");
        store().insert(first);
        Instant later = stores().clock().advance(Duration.ofMillis(5));
        store().insert(second);
        Instant last = stores().clock().advance(Duration.ofMillis(5));
        store().update(first.toBuilder().name("changed").build());
        store().putRaw(Map.of(second.id(), "{}")); // no change of the job

        List<JobStore.Changed> changes = store().changedSince(later, 10);

        assertThat(changes)
                .extracting(c -> c.job().name(), JobStore.Changed::changedAt)
                .containsExactly(tuple("second", later), tuple("changed", last));
        assertThat(store().changedSince(later, 1)).hasSize(1);
        assertThat(store().changedSince(last.plusMillis(1), 10)).isEmpty();
    }

    @Test
    void events_are_stored_once_and_come_newest_first() {
        Job job = stored("ventas");
        assertThat(store().addEvents(job.id(), List.of(event("e2", 0), event("e1", 0))))
                .isEqualTo(2);
        assertThat(
                        store().addEvents(
                                        job.id(),
                                        List.of(
                                                event("e4", 9),
                                                event("e3", 9),
                                                event("e2", 0),
                                                event("e3", 9))))
                .isEqualTo(2);

        List<JobEvent> all = store().events(job.id(), null, 10);
        assertThat(all).extracting(JobEvent::id).containsExactly("e4", "e3", "e2", "e1");
        assertThat(all.getFirst()).isEqualTo(event("e4", 9));
        assertThat(store().events(job.id(), "e3", 1))
                .extracting(JobEvent::id)
                .containsExactly("e2");
        assertThat(store().events(job.id(), "e1", 5)).isEmpty();
        assertThat(store().events(stored("other").id(), null, 5)).isEmpty();
    }

    private static JobEvent event(String id, int second) {
        return new JobEvent(
                id,
                START.plusSeconds(second),
                "info",
                "message",
                "Step " + id + " 日本",
                id.equals("e4") ? "{\"step\": 4}" : null);
    }

    private Job stored(String name) {
        Job job = Samples.job(name);
        store().insert(job);
        return job;
    }

    @Test
    void a_later_metric_of_one_step_replaces_the_earlier() {
        Job job = stored("ventas");
        Metric loss1 = new Metric("train_loss", 1, 2.5, START);
        Metric loss10 = new Metric("train_loss", 10, 0.125, START);
        Metric accuracy = new Metric("train_accuracy", 10, 1e-300, START);
        store().putMetrics(job.id(), List.of(loss10, loss1, accuracy));
        Metric better = new Metric("train_loss", 1, 2.25, START.plusSeconds(1));

        store().putMetrics(job.id(), List.of(better));
        store().putMetrics(job.id(), List.of());

        assertThat(store().metrics(job.id())).containsExactly(accuracy, better, loss10);
    }

    @Test
    void a_metric_that_is_no_number_stays_none() {
        Job job = stored("ventas");
        Metric nan = new Metric("train_loss", 1, Double.NaN, START);

        store().putMetrics(job.id(), List.of(nan));

        assertThat(store().metrics(job.id())).containsExactly(nan);
    }

    @Test
    void checkpoints_that_the_provider_no_longer_has_are_forgotten() {
        Job job = stored("ventas");
        Job other = stored("soporte");
        Checkpoint gone = new Checkpoint("c1", 10, "ft:m:ckpt-step-10", Map.of(), null);
        Checkpoint kept = new Checkpoint("c2", 20, "ft:m", Map.of(), null);
        store().putCheckpoints(job.id(), List.of(gone, kept));
        store().putCheckpoints(other.id(), List.of(gone));

        store().keepCheckpoints(job.id(), List.of(kept));
        assertThat(store().checkpoints(job.id())).containsExactly(kept);

        store().keepCheckpoints(job.id(), List.of());
        assertThat(store().checkpoints(job.id())).isEmpty();
        assertThat(store().checkpoints(other.id())).containsExactly(gone);
    }

    @Test
    void checkpoints_come_newest_step_first() {
        Job job = stored("ventas");
        Checkpoint early = new Checkpoint("c1", 10, "ft:m:ckpt-step-10", Map.of(), null);
        Checkpoint late =
                new Checkpoint("c2", 20, "ft:m", Map.of("valid_loss", 0.25, "step", 20.0), START);
        store().putCheckpoints(job.id(), List.of(early, late));
        store().putCheckpoints(job.id(), List.of(late));

        assertThat(store().checkpoints(job.id())).containsExactly(late, early);
    }

    @Test
    void transitions_come_oldest_first_and_in_their_order_within_a_millisecond() {
        Job job = stored("ventas");
        JobTransition born =
                new JobTransition(START, null, JobStatus.PENDING, JobPhase.PREPARING, null);
        JobTransition queued =
                new JobTransition(
                        START, JobStatus.PENDING, JobStatus.PENDING, JobPhase.QUEUED, "queued");
        JobTransition over =
                new JobTransition(
                        START.plusSeconds(5), JobStatus.PENDING, JobStatus.FAILED, null, "failed");
        store().addTransition(job.id(), born);
        store().addTransition(job.id(), queued);
        store().addTransition(job.id(), over);

        assertThat(store().transitions(job.id())).containsExactly(born, queued, over);
    }

    @Test
    void a_deleted_job_takes_all_that_belongs_to_it_along_and_nothing_else() {
        Job job = stored("ventas");
        Job other = stored("otro");
        for (Job j : List.of(job, other)) {
            store().addEvents(j.id(), List.of(event("e1", 0)));
            store().putMetrics(j.id(), List.of(new Metric("train_loss", 1, 1, START)));
            store().putCheckpoints(j.id(), List.of(new Checkpoint("c1", 1, "m", Map.of(), START)));
            store().addTransition(
                            j.id(), new JobTransition(START, null, JobStatus.PENDING, null, null));
            stores().calls()
                    .record(
                            new CallJournal.Call(
                                    START,
                                    OPENAI,
                                    j.id().toString(),
                                    "GET /x",
                                    200,
                                    5,
                                    null,
                                    null));
        }

        assertThat(store().delete(job.id())).isTrue();
        assertThat(store().delete(job.id())).isFalse();

        assertThat(store().find(job.id())).isEmpty();
        assertThat(store().events(job.id(), null, 9)).isEmpty();
        assertThat(store().metrics(job.id())).isEmpty();
        assertThat(store().checkpoints(job.id())).isEmpty();
        assertThat(store().transitions(job.id())).isEmpty();
        assertThat(stores().calls().ofJob(job.id().toString(), OPENAI, 9)).isEmpty();
        assertThat(store().find(other.id())).contains(other);
        assertThat(store().events(other.id(), null, 9)).hasSize(1);
        assertThat(store().metrics(other.id())).hasSize(1);
        assertThat(store().checkpoints(other.id())).hasSize(1);
        assertThat(store().transitions(other.id())).hasSize(1);
        assertThat(stores().calls().ofJob(other.id().toString(), OPENAI, 9)).hasSize(1);
    }

    @Test
    void past_waits_and_runs_are_of_the_latest_jobs_that_had_them() {
        for (int i = 0; i < 4; i++) {
            Instant created = START.plusSeconds(i);
            store().insert(
                            Samples.job("j" + i, OPENAI, "r-" + i, JobStatus.SUCCEEDED, created)
                                    .toBuilder()
                                    .submittedAt(created)
                                    .startedAt(created.plusSeconds(10 + i))
                                    .finishedAt(created.plusSeconds(100 + 2 * i))
                                    .build());
        }
        store().insert(
                        Samples.job("failed", OPENAI, "r-8", JobStatus.FAILED, START.plusSeconds(8))
                                .toBuilder()
                                .startedAt(START)
                                .finishedAt(START.plusSeconds(1))
                                .build());
        store().insert(
                        Samples.job("other", AZURE, "r-9", JobStatus.SUCCEEDED, START).toBuilder()
                                .submittedAt(START)
                                .startedAt(START.minusSeconds(5)) // clocks disagree
                                .finishedAt(START)
                                .build());

        assertThat(store().pastWaits(OPENAI, 2))
                .containsExactly(Duration.ofSeconds(13), Duration.ofSeconds(12));
        assertThat(store().pastRuns(OPENAI, 3))
                .containsExactly(
                        Duration.ofSeconds(93), Duration.ofSeconds(92), Duration.ofSeconds(91));
        assertThat(store().pastWaits(AZURE, 5)).isEmpty();
        assertThat(store().pastRuns(AZURE, 5)).containsExactly(Duration.ofSeconds(5));
    }

    @Test
    void an_idempotency_key_is_used_once() throws Exception {
        List<JobStore.UsedKey> uses =
                IntStream.range(0, 8)
                        .mapToObj(i -> new JobStore.UsedKey("hash " + i, Samples.jobId()))
                        .toList();

        List<Boolean> won =
                Race.of(
                        8,
                        i ->
                                stores().transactions()
                                        .inTransaction(() ->
                                                store().insertUsedKey(
                                                                "key 'ñ'", uses.get(i), START)));

        assertThat(won).containsOnlyOnce(true);
        assertThat(store().findUsedKey("key 'ñ'")).contains(uses.get(won.indexOf(true)));
        assertThat(store().findUsedKey("another")).isEmpty();
    }

    @Test
    void a_taken_idempotency_key_leaves_the_transaction_usable() {
        Job job = Samples.job("ventas");
        JobStore.UsedKey use = new JobStore.UsedKey("hash", job.id());
        store().insertUsedKey("key", use, START);

        boolean won =
                stores().transactions()
                        .inTransaction(() -> {
                            boolean mine = store().insertUsedKey("key", use, START);
                            store().insert(job);
                            return mine;
                        });

        assertThat(won).isFalse();
        assertThat(store().find(job.id())).contains(job);
    }

    @Test
    void old_idempotency_keys_are_forgotten() {
        JobStore.UsedKey use = new JobStore.UsedKey("hash", Samples.jobId());
        store().insertUsedKey("old", use, START);
        store().insertUsedKey("new", use, START.plusSeconds(1));

        store().pruneUsedKeys(START.plusSeconds(1));

        assertThat(store().findUsedKey("old")).isEmpty();
        assertThat(store().findUsedKey("new")).contains(use);
    }

    @Test
    void an_uploaded_file_is_remembered_by_provider_and_content() {
        store().putUploadedFile(OPENAI, "abc", "file-1", START);
        store().putUploadedFile(OPENAI, "abc", "file-2", START);

        assertThat(store().findUploadedFile(OPENAI, "abc")).contains("file-2");
        assertThat(store().findUploadedFile(AZURE, "abc")).isEmpty();
        store().forgetUploadedFile(OPENAI, "abc", "file-1"); // replaced since
        assertThat(store().findUploadedFile(OPENAI, "abc")).contains("file-2");
        store().forgetUploadedFile(OPENAI, "abc", "file-2");
        assertThat(store().findUploadedFile(OPENAI, "abc")).isEmpty();
    }

    @Test
    void of_many_jobs_that_need_one_upload_one_claims_it() throws Exception {
        List<JobId> jobs = IntStream.range(0, 8).mapToObj(i -> stored("job " + i).id()).toList();

        List<Boolean> won =
                Race.of(8, i -> store().claimUpload(OPENAI, "abc", jobs.get(i), START, 5));

        assertThat(won).containsOnlyOnce(true);
        JobId winner = jobs.get(won.indexOf(true));
        JobId other = jobs.get(won.indexOf(false));
        assertThat(store().claimUpload(OPENAI, "abc", winner, START, 5))
                .as("its own again")
                .isTrue();
        assertThat(store().claimUpload(OPENAI, "abc", other, START.plusSeconds(3600), 5)).isFalse();
        assertThat(store().claimUpload(AZURE, "abc", other, START, 5)).isTrue();
        store().releaseUploads(winner);
        assertThat(store().claimUpload(OPENAI, "abc", other, START, 5)).isTrue();
        assertThat(store().claimUpload(OPENAI, "abc", winner, START, 5)).isFalse();
    }

    @Test
    void uploads_to_one_provider_are_claimed_by_few_jobs_at_a_time() {
        JobId first = stored("first").id();
        JobId second = stored("second").id();
        JobId third = stored("third").id();
        assertThat(store().claimUpload(OPENAI, "a", first, START, 2)).isTrue();
        assertThat(store().claimUpload(OPENAI, "b", second, START, 2)).isTrue();

        assertThat(store().claimUpload(OPENAI, "c", third, START, 2)).isFalse();
        assertThat(store().claimUpload(OPENAI, "a2", first, START, 2))
                .as("its second file")
                .isTrue();
        assertThat(store().claimUpload(AZURE, "c", third, START, 2)).isTrue();
        store().releaseUploads(first);
        assertThat(store().claimUpload(OPENAI, "c", third, START, 2)).isTrue();
    }

    @Test
    void a_claim_ends_with_its_job() {
        JobId job = stored("gone").id();
        JobId other = stored("other").id();
        store().claimUpload(OPENAI, "abc", job, START, 5);

        store().delete(job);

        assertThat(store().claimUpload(OPENAI, "abc", other, START, 5)).isTrue();
    }

    @Test
    void the_providers_json_is_kept_beside_the_job_and_goes_with_it() {
        Job job = stored("ventas");
        assertThat(store().raw(job.id())).isEmpty();

        store().putRaw(Map.of(job.id(), "{\"a\": 1}", Samples.jobId(), "{}"));
        store().putRaw(Map.of(job.id(), "{\"a\": \"ñ 🙂\"}"));
        store().putRaw(Map.of());

        assertThat(store().raw(job.id())).contains("{\"a\": \"ñ 🙂\"}");
        assertThat(store().find(job.id())).contains(job);
        store().delete(job.id());
        assertThat(store().raw(job.id())).isEmpty();
    }
}
