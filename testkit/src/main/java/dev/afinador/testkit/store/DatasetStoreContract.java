package dev.afinador.testkit.store;

import static dev.afinador.testkit.store.Samples.OPENAI;
import static dev.afinador.testkit.store.Samples.START;
import static dev.afinador.testkit.store.Samples.report;
import static dev.afinador.testkit.store.Samples.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.dataset.CheckProgress;
import dev.afinador.dataset.CheckReport;
import dev.afinador.dataset.CheckState;
import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetFinding.Severity;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.DatasetQuery;
import dev.afinador.dataset.DatasetQuery.Verdict;
import dev.afinador.dataset.DatasetStore;
import dev.afinador.dataset.DatasetStore.Claim;
import dev.afinador.dataset.DatasetStore.Deletion;
import dev.afinador.dataset.FamilyId;
import dev.afinador.dataset.LineIndex;
import dev.afinador.dataset.Origin;
import dev.afinador.job.Job;
import dev.afinador.job.JobStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a [DatasetStore] must keep to.
public abstract class DatasetStoreContract {

    private static final Duration QUIET = Duration.ofMinutes(10);

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
                new DatasetFinding(
                        "role",
                        Severity.ERROR,
                        2,
                        41,
                        "$.messages[2].role",
                        new DatasetFinding.Excerpt("…\"role\": \"xxx\"}", 9),
                        List.of("x"));
        DatasetFinding last =
                new DatasetFinding("json_broken", Severity.ERROR, 3_000_000_000L, null, List.of());
        CheckReport report = report(second, secondToo, last, whole);

        assertThat(store().insert(dataset, report)).isEqualTo(dataset);

        assertThat(store().find(dataset.id())).contains(dataset);
        assertThat(store().findBySha256(dataset.sha256())).contains(dataset);
        assertThat(store().findings(dataset.id(), 10))
                .containsExactly(whole, second, secondToo, last);
        assertThat(store().findings(dataset.id(), 2)).containsExactly(whole, second);
        assertThat(store().findings(dataset.id(), "json_broken", 5)).containsExactly(second, last);
        assertThat(store().report(dataset.id())).contains(report(whole, second, secondToo, last));
        assertThat(store().progress(dataset.id())).isEmpty();
    }

    @Test
    void what_is_not_there_is_not_found() {
        DatasetId nobody = new DatasetId(UUID.randomUUID());
        FamilyId family = new FamilyId(UUID.randomUUID());

        assertThat(store().find(nobody)).isEmpty();
        assertThat(store().findBySha256(Samples.sha256())).isEmpty();
        assertThat(store().findBySha256(family, Samples.sha256())).isEmpty();
        assertThat(store().findings(nobody, 5)).isEmpty();
        assertThat(store().report(nobody)).isEmpty();
        assertThat(store().progress(nobody)).isEmpty();
        assertThat(store().family(family)).isEmpty();
        assertThat(store().versions(family)).isEmpty();
        assertThat(store().describe(family, "a", List.of(), "")).isFalse();
        assertThat(store().use(nobody)).isFalse();
        assertThat(store().delete(nobody, START)).isEqualTo(Deletion.UNKNOWN);
        assertThat(store().list(5)).isEmpty();
        assertThat(store().count(DatasetQuery.newest(1))).isZero();
    }

    @Test
    void lists_are_newest_first_and_bounded_and_go_on_where_they_ended() {
        List<Dataset> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.addFirst(
                    store().insert(Samples.dataset("d" + i, START.plusSeconds(i / 2)), report()));
        }

        List<Dataset> first = store().list(3);
        List<Dataset> rest =
                store().list(
                                new DatasetQuery(
                                        null, null, null, null, false, first.getLast().id(), 9));

        assertThat(first).extracting(Dataset::name).startsWith("d4").hasSize(3);
        assertThat(first)
                .extracting(Dataset::createdAt)
                .isSortedAccordingTo((a, b) -> b.compareTo(a));
        assertThat(first).doesNotContainAnyElementsOf(rest);
        assertThat(rest).hasSize(2);
        assertThat(all).containsAll(first).containsAll(rest);
    }

    @Test
    void versions_are_numbered_within_their_family_and_lists_show_the_latest() {
        Dataset first = store().insert(Samples.dataset("ventas", START), report());
        Dataset second = next(first, "otro nombre", Origin.Way.REPAIR, 1);
        Dataset third = next(first, "ventas", Origin.Way.CONVERSION, 2);

        assertThat(second.version()).isEqualTo(2);
        assertThat(second.name()).as("the family's").isEqualTo("ventas");
        assertThat(third.version()).isEqualTo(3);
        assertThat(store().versions(first.family())).containsExactly(first, second, third);
        assertThat(store().list(9)).containsExactly(third);
        assertThat(store().list(query(null, null, null, true)))
                .containsExactly(third, second, first);

        store().delete(third.id(), START);
        assertThat(store().list(9)).containsExactly(second);
        assertThat(next(first, "ventas", Origin.Way.REPAIR, 3).version())
                .as("a number is never given twice")
                .isEqualTo(4);
    }

    @Test
    void a_family_that_two_machines_add_to_at_once_gives_each_a_number_of_its_own()
            throws Exception {
        Dataset first = store().insert(Samples.dataset("ventas", START), report());

        List<Integer> numbers =
                Race.of(4, i -> next(first, "ventas", Origin.Way.REPAIR, i).version());

        assertThat(numbers).containsExactlyInAnyOrder(2, 3, 4, 5);
    }

    @Test
    void versions_of_other_families_that_are_connected_by_origin_are_relatives() {
        Dataset source = store().insert(Samples.dataset("fuente", START), report());
        Dataset middle =
                store().insert(
                                version(
                                        new FamilyId(UUID.randomUUID()),
                                        1,
                                        "medio",
                                        new Origin(
                                                Origin.Way.SPLIT, source.id(), Map.of("seed", "7")),
                                        START.plusSeconds(1)),
                                report());
        Dataset end =
                store().insert(
                                version(
                                        new FamilyId(UUID.randomUUID()),
                                        1,
                                        "fin",
                                        new Origin(Origin.Way.REPAIR, middle.id(), Map.of()),
                                        START.plusSeconds(2)),
                                report());
        store().insert(Samples.dataset("ajeno", START), report());

        assertThat(middle.origin().recipe()).containsEntry("seed", "7");
        assertThat(store().relatives(middle.family())).containsExactly(source, end);
        assertThat(store().relatives(source.family())).containsExactly(middle);
    }

    @Test
    void a_family_is_described_and_found_by_its_words() {
        Dataset ventas = store().insert(Samples.dataset("Ventas 100%", START), report());
        Dataset soporte =
                store().insert(Samples.dataset("Soporte_2", START.plusSeconds(1)), report());
        FamilyId id = ventas.family();

        assertThat(store().describe(id, "Ventas del año", List.of("b", "A"), "Revisado por Ana"))
                .isTrue();

        assertThat(store().family(id).orElseThrow().tags()).containsExactly("A", "b");
        assertThat(store().family(id).orElseThrow().notes()).isEqualTo("Revisado por Ana");
        assertThat(store().tags()).containsExactly("A", "b");
        assertThat(names(query("VENTAS DEL AÑO", null, null, false)))
                .containsExactly("Ventas del año");
        assertThat(names(query("por ana", null, null, false))).containsExactly("Ventas del año");
        assertThat(names(query("100%.JSONL", null, null, false))).containsExactly("Ventas del año");
        assertThat(names(query("_2", null, null, false))).containsExactly("Soporte_2");
        assertThat(names(query("%", null, null, false)))
                .as("a sign, not a pattern")
                .containsExactly("Ventas del año");
        assertThat(names(query(null, "A", null, false))).containsExactly("Ventas del año");
        assertThat(store().count(query("soporte", null, null, false))).isEqualTo(1);

        store().describe(id, "Ventas", List.of(), "");
        assertThat(store().tags()).isEmpty();
        assertThat(store().find(ventas.id()).orElseThrow().name()).isEqualTo("Ventas");
        assertThat(store().find(soporte.id())).contains(soporte);
    }

    @Test
    void lists_can_be_narrowed_by_kind_and_verdict() {
        Dataset ready = store().insert(Samples.dataset("bien", START), report());
        CheckReport broken =
                new CheckReport(
                        DatasetKind.PREFERENCE,
                        1,
                        1,
                        0,
                        false,
                        Map.of(),
                        List.of(),
                        LineIndex.NONE,
                        null);
        Dataset wrong = store().insert(Samples.dataset("mal", START.plusSeconds(1)), broken);
        Dataset waiting = store().insert(Samples.dataset("espera", START.plusSeconds(2)), null);

        assertThat(store().list(query(null, null, Verdict.READY, false))).containsExactly(ready);
        assertThat(store().list(query(null, null, Verdict.ERRORS, false))).containsExactly(wrong);
        assertThat(store().list(query(null, null, Verdict.UNCHECKED, false)))
                .containsExactly(waiting);
        assertThat(
                        store().list(
                                        new DatasetQuery(
                                                null,
                                                null,
                                                DatasetKind.PREFERENCE,
                                                null,
                                                false,
                                                null,
                                                9)))
                .containsExactly(wrong);
    }

    @Test
    void a_check_begins_tells_how_far_it_is_and_is_finished_once() {
        Dataset dataset = store().insert(Samples.dataset("a", START), null);
        DatasetId id = dataset.id();
        DatasetFinding finding =
                new DatasetFinding(
                        "blank_line",
                        Severity.WARNING,
                        7,
                        3,
                        "$.a",
                        new DatasetFinding.Excerpt("xx", 1),
                        List.of("x"));
        assertThat(dataset.check()).isEqualTo(CheckState.WAITING);
        assertThat(dataset.kind()).isEqualTo(DatasetKind.UNKNOWN);
        assertThat(store().progress(id))
                .contains(new CheckProgress(null, 0, 0, Map.of(), List.of(), false, 0));

        assertThat(store().beginCheck(id, START)).isTrue();
        CheckProgress halfway =
                new CheckProgress(
                        START, 500, 12, Map.of("blank_line", 3L), List.of(finding), false, 1);
        assertThat(store().noteCheck(id, halfway)).isTrue();
        assertThat(store().progress(id)).contains(halfway);

        assertThat(store().finishCheck(id, report(finding))).isTrue();
        assertThat(store().find(id).orElseThrow().check()).isEqualTo(CheckState.DONE);
        assertThat(store().find(id).orElseThrow().examples()).isEqualTo(120);
        assertThat(store().report(id)).contains(report(finding));
        assertThat(store().progress(id)).isEmpty();
        assertThat(store().finishCheck(id, report())).isFalse();
        assertThat(store().beginCheck(id, START)).isFalse();
        assertThat(store().noteCheck(id, halfway)).isFalse();
        assertThat(store().recheck(id)).as("it is done").isFalse();
    }

    @Test
    void a_check_that_began_again_has_nothing_of_the_last_attempt() {
        DatasetId id = store().insert(Samples.dataset("a", START), null).id();
        store().beginCheck(id, START);
        store().noteCheck(id, new CheckProgress(START, 5, 5, Map.of("x", 1L), List.of(), false, 1));

        store().beginCheck(id, START.plusSeconds(9));

        assertThat(store().progress(id))
                .contains(
                        new CheckProgress(
                                START.plusSeconds(9), 0, 0, Map.of(), List.of(), false, 2));
    }

    @Test
    void a_cancelled_check_hears_it_and_can_be_asked_for_again() {
        DatasetId id = store().insert(Samples.dataset("a", START), null).id();
        store().beginCheck(id, START);

        assertThat(store().cancelCheck(id)).isTrue();
        assertThat(
                        store().noteCheck(
                                        id,
                                        new CheckProgress(
                                                START, 5, 5, Map.of(), List.of(), false, 1)))
                .isFalse();
        assertThat(store().endCheck(id, CheckState.CANCELLED)).isTrue();

        assertThat(store().find(id).orElseThrow().check()).isEqualTo(CheckState.CANCELLED);
        assertThat(store().cancelCheck(id)).isFalse();
        assertThat(store().endCheck(id, CheckState.FAILED)).isFalse();
        assertThat(store().recheck(id)).isTrue();
        assertThat(store().recheck(id)).isFalse();
        assertThat(store().progress(id))
                .contains(new CheckProgress(null, 0, 0, Map.of(), List.of(), false, 0));
    }

    @Test
    void what_is_held_is_accepted_once_and_by_the_first() {
        CheckReport held =
                new CheckReport(
                        DatasetKind.CHAT,
                        10,
                        0,
                        1,
                        true,
                        Map.of(),
                        List.of(),
                        LineIndex.NONE,
                        null);
        Dataset dataset = store().insert(Samples.dataset("a", START), held);
        Dataset free = store().insert(Samples.dataset("b", START), report());
        assertThat(dataset.usable()).isFalse();

        assertThat(store().accept(dataset.id(), new Dataset.Acceptance("Ana", START))).isTrue();
        assertThat(store().accept(dataset.id(), new Dataset.Acceptance("Luis", START))).isTrue();

        assertThat(store().find(dataset.id()).orElseThrow().accepted())
                .isEqualTo(new Dataset.Acceptance("Ana", START));
        assertThat(store().find(dataset.id()).orElseThrow().usable()).isTrue();
        assertThat(store().accept(free.id(), new Dataset.Acceptance("Ana", START))).isFalse();
    }

    @Test
    void a_dataset_that_a_live_job_uses_stays() {
        Dataset training = store().insert(Samples.dataset("training", START), report());
        Dataset validation =
                store().insert(
                                Samples.dataset("validation", START),
                                report(
                                        new DatasetFinding(
                                                "x", Severity.WARNING, 1, null, List.of())));
        Job job = jobOn(training, validation);

        assertThat(store().delete(training.id(), START)).isEqualTo(Deletion.IN_USE);
        assertThat(store().delete(validation.id(), START)).isEqualTo(Deletion.IN_USE);
        assertThat(store().find(training.id())).isPresent();

        stores().jobs().delete(job.id());
        assertThat(store().delete(training.id(), START)).isEqualTo(Deletion.DELETED);
        assertThat(store().delete(validation.id(), START)).isEqualTo(Deletion.DELETED);
        assertThat(store().find(training.id())).as("nothing refers to it").isEmpty();
        assertThat(store().findings(validation.id(), 5)).isEmpty();
        assertThat(store().family(training.family())).isEmpty();
    }

    @Test
    void a_dataset_of_a_job_that_is_over_leaves_its_record_until_the_job_goes_too() {
        Dataset dataset =
                store().insert(
                                Samples.dataset("a", START),
                                report(
                                        new DatasetFinding(
                                                "x", Severity.WARNING, 1, null, List.of())));
        Job job = jobOn(dataset, null);
        finish(job);

        assertThat(store().delete(dataset.id(), START.plusSeconds(5))).isEqualTo(Deletion.DELETED);

        Dataset left = store().find(dataset.id()).orElseThrow();
        assertThat(left.deletedAt()).isEqualTo(START.plusSeconds(5));
        assertThat(left.sha256()).isEqualTo(dataset.sha256());
        assertThat(store().findings(dataset.id(), 5)).hasSize(1);
        assertThat(store().list(5)).isEmpty();
        assertThat(store().findBySha256(dataset.sha256())).isEmpty();
        assertThat(store().use(dataset.id())).isFalse();
        assertThat(store().delete(dataset.id(), START)).isEqualTo(Deletion.UNKNOWN);

        store().prune();
        assertThat(store().find(dataset.id())).isPresent();
        stores().jobs().delete(job.id());
        store().prune();
        assertThat(store().find(dataset.id())).isEmpty();
        assertThat(store().family(dataset.family())).isEmpty();
    }

    @Test
    void what_later_versions_were_made_from_leaves_its_record_as_long_as_they_live() {
        Dataset first = store().insert(Samples.dataset("a", START), report());
        Dataset second = next(first, "a", Origin.Way.REPAIR, 1);
        Dataset third = next(second, "a", Origin.Way.REPAIR, 2);
        store().delete(first.id(), START);
        store().delete(second.id(), START);
        store().prune();
        assertThat(store().versions(first.family())).hasSize(3);

        store().delete(third.id(), START);
        store().prune();

        assertThat(store().versions(first.family())).isEmpty();
    }

    @Test
    void a_job_and_the_deletion_of_its_dataset_at_one_moment_never_both_succeed() throws Exception {
        for (int round = 0; round < 10; round++) {
            Dataset dataset = store().insert(Samples.dataset("d" + round, START), report());
            if (round % 2 == 1) {
                finish(jobOn(dataset, null)); // then the record would stay
            }
            Job job = Samples.anyJob(new Random(round), OPENAI, dataset::id);
            Job using =
                    job.toBuilder().trainingDataset(dataset.id()).status(JobStatus.PENDING).build();

            List<Boolean> done =
                    Race.of(
                            2,
                            i -> {
                                if (i == 0) {
                                    return store().delete(dataset.id(), START) == Deletion.DELETED;
                                }
                                try {
                                    return stores().transactions()
                                            .inTransaction(() -> {
                                                if (!store().use(dataset.id())) {
                                                    return false;
                                                }
                                                stores().jobs().insert(using);
                                                return true;
                                            });
                                } catch (RuntimeException e) {
                                    return false;
                                }
                            });

            assertThat(done).as("round %d", round).containsOnlyOnce(true);
            assertThat(store().find(dataset.id()).filter(d -> d.deletedAt() == null).isPresent())
                    .isEqualTo(done.get(1));
        }
    }

    @Test
    void the_bytes_of_a_content_are_claimed_only_when_nobody_has_or_wants_it() {
        Dataset dataset = Samples.dataset("a", START);
        String sha256 = dataset.sha256();
        assertThat(store().claimContent(sha256, START, QUIET)).as("unknown").isEqualTo(Claim.KEPT);
        assertThat(store().wantContent(sha256, START)).isTrue();
        assertThat(store().confirmContent(sha256, START)).isTrue();
        store().insert(dataset, report());
        assertThat(store().claimContent(sha256, START.plus(QUIET), QUIET)).isEqualTo(Claim.KEPT);

        store().delete(dataset.id(), START);
        assertThat(store().claimContent(sha256, START.plusSeconds(1), QUIET))
                .isEqualTo(Claim.LATER);
        assertThat(store().claimContent(sha256, START.plus(QUIET), QUIET)).isEqualTo(Claim.CLAIMED);
        assertThat(store().claimContent(sha256, START.plus(QUIET), QUIET))
                .as("a claim survives whoever made it")
                .isEqualTo(Claim.CLAIMED);

        assertThat(store().wantContent(sha256, START.plus(QUIET))).isFalse();
        assertThat(store().confirmContent(sha256, START.plus(QUIET))).isFalse();
        store().contentDeleted(sha256);
        assertThat(store().confirmContent(sha256, START.plus(QUIET)))
                .as("the bytes went between the two")
                .isFalse();
        assertThat(store().wantContent(sha256, START.plus(QUIET))).isTrue();
        store().contentDeleted(sha256);
        assertThat(store().confirmContent(sha256, START.plus(QUIET)))
                .as("a late word about an older claim")
                .isTrue();
    }

    @Test
    void a_refused_version_leaves_nothing() {
        Dataset dataset = Samples.dataset("a", START);
        assertThatThrownBy(() ->
                        stores().transactions()
                                .inTransaction(() -> {
                                    store().insert(dataset, report());
                                    throw new IllegalStateException("the rest failed");
                                }))
                .hasMessage("the rest failed");

        assertThat(store().find(dataset.id())).isEmpty();
        assertThat(store().family(dataset.family())).isEmpty();
        assertThat(store().report(dataset.id())).isEmpty();
    }

    private Dataset next(Dataset before, String name, Origin.Way way, int seconds) {
        return store().insert(
                        version(
                                before.family(),
                                1,
                                name,
                                new Origin(way, before.id(), Map.of()),
                                START.plusSeconds(seconds)),
                        report());
    }

    private Job jobOn(Dataset training, @Nullable Dataset validation) {
        Job job =
                Samples.job("ventas").toBuilder()
                        .trainingDataset(training.id())
                        .validationDataset(validation == null ? null : validation.id())
                        .build();
        stores().jobs().insert(job);
        return job;
    }

    private void finish(Job job) {
        stores().jobs().update(job.toBuilder().status(JobStatus.SUCCEEDED).build());
    }

    private List<String> names(DatasetQuery query) {
        return store().list(query).stream().map(Dataset::name).toList();
    }

    private static DatasetQuery query(
            @Nullable String text,
            @Nullable String tag,
            @Nullable Verdict verdict,
            boolean versions) {
        return new DatasetQuery(text, tag, null, verdict, versions, null, 50);
    }
}
