package dev.afinador.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.afinador.dataset.check.NumbersJson;
import dev.afinador.work.Refusal;
import dev.afinador.work.TaskQueue;
import dev.afinador.work.Transactions;
import dev.afinador.work.Uuid7;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetsTest {

    private static final String TEN =
            "{\"prompt\": \"Hola\", \"completion\": \" mundo\"}\n".repeat(10);
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00.123456Z");

    @TempDir Path folder;
    private final FakeDatasetStore store = new FakeDatasetStore();
    private final List<String> scheduled = new ArrayList<>();
    private final InstantSource clock = InstantSource.fixed(NOW);
    private LocalDatasetFiles files;
    private Datasets datasets;

    @BeforeEach
    void open() throws IOException {
        files = new LocalDatasetFiles(folder.resolve("files"));
        datasets =
                new Datasets(
                        store,
                        files,
                        new Scratch(folder.resolve("scratch")),
                        new Transactions() {
                            @Override
                            public <T> T inTransaction(Supplier<T> work) {
                                return work.get();
                            }
                        },
                        (kind, instance, _) -> scheduled.add(kind + " " + instance),
                        new Uuid7(clock),
                        clock,
                        new Datasets.Limits(100_000, 50_000));
    }

    @Test
    void a_file_is_kept_checked_and_handed_out_as_it_came() throws IOException {
        Dataset dataset = datasets.add("Saludos", "saludos.jsonl", stream(TEN));

        assertThat(dataset.name()).isEqualTo("Saludos");
        assertThat(dataset.kind()).isEqualTo(DatasetKind.COMPLETION);
        assertThat(dataset.examples()).isEqualTo(10);
        assertThat(dataset.bytes()).isEqualTo(TEN.length());
        assertThat(dataset.createdAt()).isEqualTo(Instant.parse("2026-11-23T10:00:00.123Z"));
        assertThat(datasets.list(10)).containsExactly(dataset);
        assertThat(datasets.get(dataset.id())).isEqualTo(dataset);
        try (InputStream content = datasets.open(dataset.id())) {
            assertThat(content.readAllBytes()).isEqualTo(TEN.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void the_same_content_again_gives_the_dataset_that_is_there() throws IOException {
        Dataset first = datasets.add("uno", "a.jsonl", stream(TEN));
        assertThat(datasets.add("dos", "b.jsonl", stream(TEN))).isEqualTo(first);
        assertThat(datasets.list(10)).hasSize(1);
        assertThat(filesIn(folder)).hasSize(1);
    }

    @Test
    void another_machine_that_takes_in_the_same_content_first_wins() {
        Dataset theirs = datasets.add("uno", "a.jsonl", stream(TEN));
        store.hideOnce(theirs.sha256());
        assertThat(datasets.add("dos", "b.jsonl", stream(TEN))).isEqualTo(theirs);
        assertThat(datasets.list(10)).containsExactly(theirs);
    }

    @Test
    void a_large_file_is_checked_in_the_background() {
        Dataset dataset = datasets.add("", "grande.jsonl", stream(TEN.repeat(150)));
        assertThat(dataset.check()).isEqualTo(CheckState.WAITING);
        assertThat(dataset.usable()).isFalse();
        assertThat(scheduled).containsExactly("CHECK_DATASET " + dataset.id());

        var step = new CheckStep(store, files, clock);
        assertThat(step.run(dataset.id().toString())).isEqualTo(new TaskQueue.Next.Done());

        Dataset checked = datasets.get(dataset.id());
        assertThat(checked.check()).isEqualTo(CheckState.DONE);
        assertThat(checked.kind()).isEqualTo(DatasetKind.COMPLETION);
        assertThat(checked.examples()).isEqualTo(1_500);
        assertThat(datasets.report(dataset.id()).orElseThrow().lines().lines()).isEqualTo(1_500);
        assertThat(step.run(dataset.id().toString())).isEqualTo(new TaskQueue.Next.Done());
    }

    @Test
    void a_check_that_was_cancelled_ends_and_can_be_asked_for_again() {
        Dataset dataset = datasets.add("", "grande.jsonl", stream(TEN.repeat(150)));
        datasets.cancelCheck(dataset.id());
        var step = new CheckStep(store, files, clock);
        step.run(dataset.id().toString());

        assertThat(datasets.get(dataset.id()).check()).isEqualTo(CheckState.CANCELLED);
        assertThatThrownBy(() -> datasets.cancelCheck(dataset.id())).isInstanceOf(Refusal.class);

        datasets.recheck(dataset.id());
        step.run(dataset.id().toString());
        assertThat(datasets.get(dataset.id()).check()).isEqualTo(CheckState.DONE);
        assertThatThrownBy(() -> datasets.recheck(dataset.id())).isInstanceOf(Refusal.class);
    }

    @Test
    void what_was_found_so_far_is_written_down_while_a_file_is_read() {
        Dataset dataset =
                datasets.add("", "grande.jsonl", stream("nada\n".repeat(300) + TEN.repeat(150)));
        var ticking = new AtomicLong(NOW.toEpochMilli());
        var step =
                new CheckStep(store, files, () -> Instant.ofEpochMilli(ticking.addAndGet(1_000)));
        step.run(dataset.id().toString());

        CheckProgress last = store.noted.getLast();
        assertThat(last.read()).isEqualTo(dataset.bytes());
        assertThat(last.examples()).isEqualTo(1_500);
        assertThat(last.rules()).containsEntry("json_broken", 300L);
        assertThat(last.findings())
                .extracting(DatasetFinding::rule)
                .contains("json_broken", "duplicate_example")
                .hasSizeLessThan(100);
        assertThat(datasets.get(dataset.id()).errors()).isEqualTo(300);
    }

    @Test
    void a_file_with_secrets_waits_for_somebody_who_accepts_them() {
        Dataset dataset = datasets.add("", "claves.jsonl", stream(TEN + SECRET));
        assertThat(dataset.errors()).isZero();
        assertThat(dataset.held()).isTrue();
        assertThat(dataset.usable()).isFalse();
    }

    private static final String SECRET =
            "{\"prompt\": \"clave\", \"completion\": \"ghp_abcdefghijklmnopqrstuvwxyz0123456789\"}\n";

    @Test
    void a_check_whose_content_is_gone_says_so() throws IOException {
        Dataset dataset = datasets.add("", "grande.jsonl", stream(TEN.repeat(150)));
        files.delete(dataset.sha256());
        new CheckStep(store, files, clock).run(dataset.id().toString());
        assertThat(datasets.get(dataset.id()).check()).isEqualTo(CheckState.FAILED);
    }

    @Test
    void a_check_that_never_comes_to_its_end_is_given_up() {
        Dataset dataset = datasets.add("", "grande.jsonl", stream(TEN.repeat(150)));
        for (int i = 0; i < 5; i++) {
            store.beginCheck(dataset.id(), NOW); // and then the process is killed
        }
        new CheckStep(store, files, clock).run(dataset.id().toString());
        assertThat(datasets.get(dataset.id()).check()).isEqualTo(CheckState.FAILED);
    }

    @Test
    void a_file_in_another_format_says_that_it_wants_to_be_converted() {
        Dataset dataset =
                datasets.add("", "faq.csv", stream("pregunta;respuesta\n¿Hola?;Sí\n¿Y?;No\n"));
        assertThat(dataset.format()).isEqualTo(SourceFormat.CSV);
        assertThat(dataset.errors()).isEqualTo(1);
        assertThat(datasets.findings(dataset.id(), 10))
                .extracting(DatasetFinding::rule, DatasetFinding::args)
                .containsExactly(tuple("needs_conversion", List.of("csv")));
    }

    @Test
    void names_tags_and_notes_are_tidied_and_bounded() {
        Dataset dataset = datasets.add("uno", "a.jsonl", stream(TEN));

        DatasetFamily family =
                datasets.describe(
                        dataset.family(),
                        " Ventas \n2026 ",
                        List.of(" b", "A", "b", ""),
                        "Nota\nlarga\n");

        assertThat(family.name()).isEqualTo("Ventas 2026");
        assertThat(family.tags()).containsExactly("A", "b");
        assertThat(family.notes()).isEqualTo("Nota\nlarga");
        assertThatThrownBy(() ->
                        datasets.describe(
                                dataset.family(), " ", List.of("t".repeat(51)), "n".repeat(10_001)))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal ->
                                assertThat(refusal.violations())
                                        .extracting(Refusal.Violation::field)
                                        .containsExactly("name", "notes", "tags"));
    }

    @Test
    void a_file_with_errors_is_kept_with_its_findings() {
        Dataset dataset = datasets.add("", "malo.jsonl", stream(TEN + "nada\n"));
        assertThat(dataset.errors()).isEqualTo(1);
        assertThat(datasets.findings(dataset.id(), "json_broken", 10))
                .extracting(DatasetFinding::rule, DatasetFinding::line)
                .containsExactly(tuple("json_broken", 11L));
        CheckReport report = datasets.report(dataset.id()).orElseThrow();
        assertThat(report.rules()).isEqualTo(Map.of("json_broken", 1L, "duplicate_example", 9L));
        assertThat(NumbersJson.read(report.numbers()).totalTokens()).isPositive();
        assertThat(dataset.held()).isFalse();
    }

    @Test
    void an_empty_file_is_refused_and_leaves_nothing() throws IOException {
        assertThatThrownBy(() -> datasets.add("a", "vacio.jsonl", stream("")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("vacio.jsonl");
        assertThat(filesIn(folder)).isEmpty();
        assertThat(datasets.list(10)).isEmpty();
    }

    @Test
    void a_file_over_the_limit_is_refused_and_leaves_nothing() throws IOException {
        assertThatThrownBy(() -> datasets.add("a", "grande.jsonl", stream(TEN.repeat(1_000))))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("grande.jsonl")
                .hasMessageContaining("100000");
        assertThat(filesIn(folder)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "entreno.jsonl, entreno.jsonl, entreno",
                "C:\\Users\\Ana\\entreno.jsonl, entreno.jsonl, entreno",
                "../../etc/passwd, passwd, passwd",
                "'', dataset.jsonl, dataset",
                "-, dataset.jsonl, dataset",
                ".., dataset.jsonl, dataset",
                "a\u202Eb\u0007.jsonl, a b .jsonl, a b",
            })
    void names_of_files_are_made_fit_to_be_shown(String sent, String file, String name) {
        Dataset dataset = datasets.add(" ", sent, stream(TEN));
        assertThat(dataset.filename()).isEqualTo(file);
        assertThat(dataset.name().strip()).isEqualTo(name);
    }

    @Test
    void a_dataset_that_a_job_uses_cannot_be_deleted() throws IOException {
        Dataset dataset = datasets.add("a", "a.jsonl", stream(TEN));
        store.used.add(dataset.id());
        assertThatThrownBy(() -> datasets.delete(dataset.id())).isInstanceOf(Refusal.class);
        try (InputStream content = datasets.open(dataset.id())) {
            assertThat(content).isNotEmpty();
        }
    }

    @Test
    void deleting_forgets_the_record_at_once_and_the_bytes_when_nobody_brings_them_in()
            throws IOException {
        Dataset dataset = datasets.add("a", "a.jsonl", stream(TEN));
        datasets.delete(dataset.id());
        assertThat(datasets.find(dataset.id())).isEmpty();
        assertThatThrownBy(() -> datasets.delete(dataset.id())).isInstanceOf(Refusal.class);
        assertThat(scheduled).containsExactly("DELETE_CONTENT " + dataset.sha256());

        var early = new DeleteContent(store, files, clock);
        assertThat(early.run(dataset.sha256())).isInstanceOf(TaskQueue.Next.Again.class);
        assertThat(filesIn(folder)).hasSize(1);

        var later = new DeleteContent(store, files, InstantSource.fixed(NOW.plusSeconds(3_600)));
        assertThat(later.run(dataset.sha256())).isEqualTo(new TaskQueue.Next.Done());
        assertThat(filesIn(folder)).isEmpty();
    }

    @Test
    void bytes_that_another_dataset_has_stay() throws IOException {
        Dataset dataset = datasets.add("a", "a.jsonl", stream(TEN));
        datasets.delete(dataset.id());
        datasets.add("b", "b.jsonl", stream(TEN));
        var later = new DeleteContent(store, files, InstantSource.fixed(NOW.plusSeconds(3_600)));
        assertThat(later.run(dataset.sha256())).isEqualTo(new TaskQueue.Next.Done());
        assertThat(filesIn(folder)).hasSize(1);
    }

    @Test
    void a_content_whose_bytes_are_being_deleted_is_not_taken_in_halfway() throws IOException {
        Dataset dataset = datasets.add("a", "a.jsonl", stream(TEN));
        datasets.delete(dataset.id());
        store.claimContent(dataset.sha256(), NOW.plusSeconds(3_600), Duration.ofMinutes(1));
        assertThatThrownBy(() -> datasets.add("b", "b.jsonl", stream(TEN)))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("content_being_deleted"));
        assertThat(datasets.list(10)).isEmpty();
    }

    private static InputStream stream(String content) {
        return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
