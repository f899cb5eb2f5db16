package dev.afinador.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.engine.EngineCheckpoint;
import dev.afinador.engine.EngineEvent;
import dev.afinador.engine.EngineJob;
import dev.afinador.engine.EngineJobStatus;
import dev.afinador.engine.EngineJobStore;
import dev.afinador.engine.EngineJobStore.KeyUse;
import dev.afinador.engine.EngineJobStore.MetadataFilter;
import dev.afinador.engine.EngineMethod;
import dev.afinador.engine.EngineModel;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What an [EngineJobStore] must keep to.
public abstract class EngineJobStoreContract {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00.123Z");

    protected abstract EngineStores stores();

    private EngineJobStore store() {
        return stores().jobs();
    }

    private static EngineJob.State state(EngineJobStatus status) {
        return new EngineJob.State(
                status, null, 0, null, false, false, 0, 0, 0, 0, null, null, null, null, null, null,
                null);
    }

    private static EngineJob job(String id, @Nullable Map<String, String> metadata) {
        return new EngineJob(
                id,
                new EngineJob.Asked(
                        "nano",
                        "nano",
                        "file-1",
                        null,
                        "Soporte ñ",
                        2_147_483_647L,
                        EngineMethod.SUPERVISED,
                        Map.of("n_epochs", "auto", "batch_size", "4"),
                        metadata,
                        "ft:nano:local::abcdefgh"),
                state(EngineJobStatus.VALIDATING_FILES),
                START,
                0);
    }

    private static EngineEvent event(String id, @Nullable String mark) {
        return new EngineEvent(
                id,
                START,
                EngineEvent.Level.INFO,
                mark == null ? EngineEvent.Type.MESSAGE : EngineEvent.Type.METRICS,
                "Paso ñ",
                mark == null ? Map.of() : Map.of("step", 3.0, "train_loss", 1.25e-9),
                mark);
    }

    @Test
    void a_job_comes_back_as_it_was_stored_before_and_after_everything_about_it_has_changed() {
        EngineJob job = job("ftjob-1", Map.of("equipo", "ventas ñ", "leer", ""));
        store().insert(job);
        assertThat(store().find("ftjob-1")).contains(job);

        EngineJob.State changed =
                new EngineJob.State(
                        EngineJobStatus.FAILED,
                        Map.of("n_epochs", "3"),
                        12,
                        84L,
                        true,
                        true,
                        2,
                        1,
                        7,
                        5_000_000_000L,
                        START,
                        START.plusSeconds(1),
                        START.plusSeconds(2),
                        "ft:nano:local::abcdefgh",
                        9_000_000_000L,
                        "file-9",
                        new EngineJob.Failure("trainer_crashed", "Se murió", "model"));
        assertThat(store().update(new EngineJob("ftjob-1", job.asked(), changed, START, 0)))
                .isTrue();

        assertThat(store().find("ftjob-1"))
                .contains(new EngineJob("ftjob-1", job.asked(), changed, START, 1));
    }

    @Test
    void a_change_of_an_older_version_is_refused_and_of_many_at_once_one_wins() throws Exception {
        EngineJob job = job("ftjob-1", null);
        store().insert(job);

        List<Boolean> won =
                Race.of(
                        4,
                        i ->
                                store().update(
                                                new EngineJob(
                                                        job.id(),
                                                        job.asked(),
                                                        state(EngineJobStatus.QUEUED),
                                                        START,
                                                        0)));

        assertThat(won).containsOnlyOnce(true);
        assertThat(store().update(job)).isFalse();
        assertThat(store().find("ftjob-1").orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void lists_are_newest_first_and_go_on_after_a_job_that_others_were_added_before() {
        for (int i = 1; i <= 4; i++) {
            store().insert(job("ftjob-" + i, null));
        }
        List<EngineJob> first = store().list(null, 2, new MetadataFilter.Everything());
        store().insert(job("ftjob-5", null));

        assertThat(first).extracting(EngineJob::id).containsExactly("ftjob-4", "ftjob-3");
        assertThat(store().list("ftjob-3", 5, new MetadataFilter.Everything()))
                .extracting(EngineJob::id)
                .containsExactly("ftjob-2", "ftjob-1");
    }

    @Test
    void metadata_filters_jobs_by_all_pairs_by_empty_values_and_by_having_none() {
        store().insert(job("ftjob-1", Map.of("equipo", "a", "fase", "1")));
        store().insert(job("ftjob-2", Map.of("equipo", "a", "fase", "")));
        store().insert(job("ftjob-3", null));
        store().insert(job("ftjob-4", Map.of()));

        assertThat(ids(new MetadataFilter.Pairs(Map.of("equipo", "a"))))
                .containsExactly("ftjob-2", "ftjob-1");
        assertThat(ids(new MetadataFilter.Pairs(Map.of("equipo", "a", "fase", "1"))))
                .containsExactly("ftjob-1");
        assertThat(ids(new MetadataFilter.Pairs(Map.of("fase", "")))).containsExactly("ftjob-2");
        assertThat(ids(new MetadataFilter.None())).containsExactly("ftjob-3");
        assertThat(ids(new MetadataFilter.Pairs(Map.of("equipo", "b")))).isEmpty();
    }

    private List<String> ids(MetadataFilter filter) {
        return store().list(null, 10, filter).stream().map(EngineJob::id).toList();
    }

    @Test
    void an_event_with_a_mark_is_kept_once_and_others_as_often_as_they_come() {
        store().insert(job("ftjob-1", null));
        store().insert(job("ftjob-2", null));

        store().addEvents("ftjob-1", List.of(event("e1", null), event("e2", "metrics:3")));
        store().addEvents("ftjob-1", List.of(event("e3", "metrics:3"), event("e4", null)));
        store().addEvents("ftjob-2", List.of(event("e5", "metrics:3")));

        assertThat(store().events("ftjob-1", null, 10))
                .containsExactly(event("e4", null), event("e2", "metrics:3"), event("e1", null));
        assertThat(store().events("ftjob-1", "e2", 10)).containsExactly(event("e1", null));
        assertThat(store().events("ftjob-1", null, 1)).hasSize(1);
        assertThat(store().findEvent("ftjob-1", "e5")).isEmpty();
        assertThat(store().metrics("ftjob-1"))
                .containsExactly(Map.of("step", 3.0, "train_loss", 1.25e-9));
    }

    @Test
    void a_checkpoint_is_a_model_and_one_step_has_one() {
        store().insert(job("ftjob-1", null));
        for (long step : new long[] {10, 20, 30}) {
            store().addCheckpoint("ftjob-1", checkpoint(step, "first"), model(step, "first"));
            store().addCheckpoint("ftjob-1", checkpoint(step, "again"), model(step, "again"));
        }

        assertThat(store().checkpoints("ftjob-1", null, 2))
                .containsExactly(checkpoint(30, "first"), checkpoint(20, "first"));
        assertThat(store().checkpoints("ftjob-1", "ckpt-20-first", 5))
                .containsExactly(checkpoint(10, "first"));
        assertThat(store().findCheckpoint("ftjob-1", "ckpt-20-first"))
                .contains(checkpoint(20, "first"));
        assertThat(store().models(10))
                .extracting(EngineModel::name)
                .containsExactly("m-30-first", "m-20-first", "m-10-first");

        store().deleteCheckpoint("ftjob-1", checkpoint(10, "first"));
        assertThat(store().findModel("m-10-first")).isEmpty();
        assertThat(store().checkpoints("ftjob-1", null, 5)).hasSize(2);
    }

    private static EngineCheckpoint checkpoint(long step, String word) {
        return new EngineCheckpoint(
                "ckpt-" + step + "-" + word,
                step,
                "m-" + step + "-" + word,
                Map.of("step", (double) step),
                START);
    }

    private static EngineModel model(long step, String word) {
        return new EngineModel(
                "m-" + step + "-" + word, "ftjob-1", "nano", "jobs/ftjob-1/" + step, START);
    }

    @Test
    void a_models_name_can_get_another_folder_and_be_deleted_once() {
        store().putModel(model(1, "a"));
        EngineModel moved = new EngineModel("m-1-a", "ftjob-1", "nano", "jobs/elsewhere", START);
        store().putModel(moved);

        assertThat(store().findModel("m-1-a")).contains(moved);
        assertThat(store().modelsOf("ftjob-1")).containsExactly(moved);
        assertThat(store().deleteModel("m-1-a")).isTrue();
        assertThat(store().deleteModel("m-1-a")).isFalse();
    }

    @Test
    void a_model_is_in_use_while_a_job_that_goes_on_from_it_is_not_over() {
        EngineJob job = job("ftjob-1", null);
        store().insert(job);

        assertThat(store().usesModel("nano")).contains("ftjob-1");
        store().update(
                        new EngineJob(
                                job.id(), job.asked(), state(EngineJobStatus.SUCCEEDED), START, 0));
        assertThat(store().usesModel("nano")).isEmpty();
    }

    @Test
    void a_key_belongs_to_the_first_who_used_it_whoever_else_comes_at_the_same_moment()
            throws Exception {
        List<KeyUse> uses = Race.of(4, i -> store().useKey("k", "hash-" + i, "ftjob-" + i, START));

        assertThat(Set.copyOf(uses)).hasSize(1);
        assertThat(store().findKey("k")).contains(uses.getFirst());
        store().pruneKeys(START);
        assertThat(store().findKey("k")).isPresent();
        store().pruneKeys(START.plusMillis(1));
        assertThat(store().findKey("k")).isEmpty();
    }

    @Test
    void nothing_of_a_change_is_kept_when_its_transaction_fails() {
        EngineJob job = job("ftjob-1", new HashMap<>());
        store().insert(job);

        assertThatThrownBy(() ->
                        stores().transactions()
                                .runInTransaction(() -> {
                                    store().update(
                                                    new EngineJob(
                                                            job.id(),
                                                            job.asked(),
                                                            state(EngineJobStatus.QUEUED),
                                                            START,
                                                            0));
                                    store().addEvents("ftjob-1", List.of(event("e1", null)));
                                    store().addCheckpoint(
                                                    "ftjob-1", checkpoint(1, "x"), model(1, "x"));
                                    throw new IllegalStateException("killed here");
                                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(store().find("ftjob-1")).contains(job);
        assertThat(store().events("ftjob-1", null, 5)).isEmpty();
        assertThat(store().models(5)).isEmpty();
    }
}
