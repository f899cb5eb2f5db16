package dev.afinador.testkit.store;

import static dev.afinador.testkit.store.Samples.OPENAI;
import static dev.afinador.testkit.store.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetFinding.Severity;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.DatasetStore;
import dev.afinador.job.Job;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a [DatasetStore] must keep to.
public abstract class DatasetStoreContract {

    protected abstract Stores stores();

    @BeforeEach
    void makeProvider() {
        stores().providers().insert(Samples.provider(OPENAI.value(), "OpenAI"));
    }

    private DatasetStore store() {
        return stores().datasets();
    }

    @Test
    void a_dataset_comes_back_with_its_findings_in_file_order() {
        Dataset dataset = Samples.dataset("año 🙂", START);
        DatasetFinding whole =
                new DatasetFinding("few_examples", Severity.WARNING, 0, null, List.of("10", "ñ"));
        DatasetFinding second =
                new DatasetFinding("json_broken", Severity.ERROR, 2, null, List.of());
        DatasetFinding secondToo =
                new DatasetFinding("role", Severity.ERROR, 2, "$.messages[2].role", List.of("x"));
        DatasetFinding last =
                new DatasetFinding("json_broken", Severity.ERROR, 3_000_000_000L, null, List.of());

        store().insert(dataset, List.of(second, secondToo, last, whole));

        assertThat(store().find(dataset.id())).contains(dataset);
        assertThat(store().findBySha256(dataset.sha256())).contains(dataset);
        assertThat(store().findings(dataset.id(), 10))
                .containsExactly(whole, second, secondToo, last);
        assertThat(store().findings(dataset.id(), 2)).containsExactly(whole, second);
    }

    @Test
    void what_is_not_there_is_not_found() {
        DatasetId nobody = new DatasetId(UUID.randomUUID());

        assertThat(store().find(nobody)).isEmpty();
        assertThat(store().findBySha256(Samples.sha256())).isEmpty();
        assertThat(store().findings(nobody, 5)).isEmpty();
        assertThat(store().delete(nobody)).isFalse();
        assertThat(store().list(5)).isEmpty();
    }

    @Test
    void lists_are_newest_first_and_bounded() {
        for (int i = 0; i < 5; i++) {
            store().insert(Samples.dataset("d" + i, START.plusSeconds(i)), List.of());
        }

        assertThat(store().list(3)).extracting(Dataset::name).containsExactly("d4", "d3", "d2");
    }

    @Test
    void one_content_is_one_dataset_and_a_refused_one_leaves_nothing() {
        Dataset first = Samples.dataset("first", START);
        store().insert(first, List.of());
        Dataset second =
                new Dataset(
                        new DatasetId(UUID.randomUUID()),
                        "second",
                        "second.jsonl",
                        first.sha256(),
                        first.bytes(),
                        first.kind(),
                        1,
                        0,
                        0,
                        START);

        assertThatThrownBy(() ->
                        store().insert(
                                        second,
                                        List.of(
                                                new DatasetFinding(
                                                        "x", Severity.ERROR, 1, null, List.of()))))
                .isInstanceOf(RuntimeException.class);

        assertThat(store().list(5)).containsExactly(first);
        assertThat(store().findings(second.id(), 5)).isEmpty();
    }

    @Test
    void a_dataset_that_a_job_uses_stays() {
        Dataset training = Samples.dataset("training", START);
        Dataset validation = Samples.dataset("validation", START);
        store().insert(training, List.of());
        store().insert(
                        validation,
                        List.of(new DatasetFinding("x", Severity.WARNING, 1, null, List.of())));
        Job job =
                Samples.job("ventas").toBuilder()
                        .trainingDataset(training.id())
                        .validationDataset(validation.id())
                        .build();
        stores().jobs().insert(job);

        assertThat(store().delete(training.id())).isFalse();
        assertThat(store().delete(validation.id())).isFalse();
        assertThat(store().find(training.id())).isPresent();

        stores().jobs().delete(job.id());
        assertThat(store().delete(training.id())).isTrue();
        assertThat(store().delete(validation.id())).isTrue();
        assertThat(store().findings(validation.id(), 5)).isEmpty();
    }

    @Test
    void a_job_and_the_deletion_of_its_dataset_at_one_moment_never_both_succeed() throws Exception {
        for (int round = 0; round < 10; round++) {
            Dataset dataset = Samples.dataset("d" + round, START);
            store().insert(dataset, List.of());
            Job job = Samples.anyJob(new Random(round), OPENAI, dataset::id);
            Job using = job.toBuilder().trainingDataset(dataset.id()).build();

            List<Boolean> done =
                    Race.of(
                            2,
                            i -> {
                                if (i == 0) {
                                    return store().delete(dataset.id());
                                }
                                try {
                                    stores().jobs().insert(using);
                                    return true;
                                } catch (RuntimeException e) {
                                    return false;
                                }
                            });

            assertThat(done).as("round %d", round).containsOnlyOnce(true);
            assertThat(store().find(dataset.id()).isPresent()).isEqualTo(done.get(1));
        }
    }
}
