package dev.afinador.dataset.make;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetFiles;
import dev.afinador.dataset.Datasets;
import dev.afinador.dataset.FakeDatasetStore;
import dev.afinador.dataset.LocalDatasetFiles;
import dev.afinador.dataset.Origin;
import dev.afinador.dataset.Scratch;
import dev.afinador.dataset.SourceFormat;
import dev.afinador.dataset.convert.ConversionMaker;
import dev.afinador.dataset.convert.Layout;
import dev.afinador.dataset.convert.Mapping;
import dev.afinador.dataset.repair.Fix;
import dev.afinador.dataset.repair.RepairMaker;
import dev.afinador.dataset.repair.RepairPlan;
import dev.afinador.dataset.repair.Repairs;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MakeStepTest {

    @TempDir Path folder;
    private final FakeMakingStore store = new FakeMakingStore();
    private final FakeDatasetStore datasetStore = new FakeDatasetStore();
    private final List<String> scheduled = new ArrayList<>();
    private final Instant now = Instant.parse("2026-11-23T10:00:00Z");
    private final Map<Making.Kind, Maker> makers = new EnumMap<>(Making.Kind.class);
    private Datasets datasets;
    private Scratch scratch;
    private DatasetFiles files;
    private Makings makings;

    @BeforeEach
    void start() throws IOException {
        files = new LocalDatasetFiles(folder.resolve("files"));
        scratch = new Scratch(folder.resolve("scratch"));
        var ids = new Uuid7(() -> now);
        Transactions transactions =
                new Transactions() {
                    @Override
                    public <T> T inTransaction(Supplier<T> work) {
                        return work.get();
                    }
                };
        TaskQueue queue = (kind, instance, _) -> scheduled.add(kind + " " + instance);
        datasets =
                new Datasets(
                        datasetStore,
                        files,
                        scratch,
                        transactions,
                        queue,
                        ids,
                        () -> now,
                        new Datasets.Limits(1 << 20, 1 << 20));
        makings = new Makings(store, transactions, queue, ids, () -> now);
        makers.put(Making.Kind.REPAIR, new RepairMaker(datasetStore, files));
        makers.put(Making.Kind.CONVERSION, new ConversionMaker(datasetStore, files));
    }

    private TaskQueue.Next run(Making making) {
        return new MakeStep(store, makers, datasets, scratch, () -> now)
                .run(making.id().toString());
    }

    @Test
    void a_repair_becomes_the_next_version_and_the_old_one_stays() throws IOException {
        Dataset source = add("ventas.jsonl", lines(20) + "\n\n" + lines(3));
        var plan = new RepairPlan(Set.of(Fix.BLANK_LINES, Fix.DUPLICATES), 0, 0);
        Making making = new Repairs(files, scratch, makings).order(source, plan, "x");
        assertThat(scheduled).contains("MAKE_DATASET " + making.id());

        assertThat(run(making)).isEqualTo(new TaskQueue.Next.Done());

        Making done = makings.get(making.id().toString());
        assertThat(done.state()).isEqualTo(Making.State.DONE);
        Dataset made = datasets.get(done.results().getFirst());
        assertThat(made.family()).isEqualTo(source.family());
        assertThat(made.version()).isEqualTo(2);
        assertThat(made.examples()).isEqualTo(20);
        assertThat(made.origin())
                .isEqualTo(
                        new Origin(
                                Origin.Way.REPAIR,
                                source.id(),
                                Map.of("blank_lines", "2", "duplicates", "3")));
        assertThat(content(made)).isEqualTo(lines(20));
        assertThat(content(source)).endsWith(lines(3));
        assertThat(leftInScratch()).isZero();
    }

    @Test
    void examples_set_aside_become_a_dataset_of_their_own() throws IOException {
        Dataset source = add("ventas.jsonl", lines(50));
        Making making =
                new Repairs(files, scratch, makings)
                        .order(source, new RepairPlan(Set.of(), 20, 7), "Ventas, validación");
        run(making);

        List<Dataset> made =
                makings.get(making.id().toString()).results().stream().map(datasets::get).toList();
        assertThat(made).extracting(Dataset::examples).containsExactly(40L, 10L);
        assertThat(made.getLast().name()).isEqualTo("Ventas, validación");
        assertThat(made.getLast().family()).isNotEqualTo(source.family());
        assertThat(made.getLast().filename()).isEqualTo("ventas.validation.jsonl");
        assertThat(made.getLast().origin().way()).isEqualTo(Origin.Way.SPLIT);
        assertThat(made.getLast().origin().from()).isEqualTo(source.id());
    }

    @Test
    void a_table_becomes_examples_and_tells_which_rows_were_left_out() throws IOException {
        Dataset source =
                add("faq.csv", "pregunta,respuesta\n" + "¿Hola?,Sí\n".repeat(12) + "¿Y?,\n");
        assertThat(source.format()).isEqualTo(SourceFormat.CSV);
        var maker = new ConversionMaker(datasetStore, files);
        Layout layout = maker.layout(source, Layout.Settings.GUESS);
        Making making =
                makings.order(
                        Making.Kind.CONVERSION,
                        source.id(),
                        ConversionMaker.recipe(
                                layout,
                                new Mapping(
                                        Mapping.guess(layout.columns()).columns(), "Sé breve.")),
                        source.name());
        run(making);

        Dataset made = datasets.get(makings.get(making.id().toString()).results().getFirst());
        assertThat(made.format()).isEqualTo(SourceFormat.JSON_LINES);
        assertThat(made.filename()).isEqualTo("faq.jsonl");
        assertThat(made.examples()).isEqualTo(12);
        assertThat(made.errors()).isZero();
        assertThat(content(made))
                .startsWith("{\"messages\":[{\"role\":\"system\",\"content\":\"Sé breve.\"}");
        assertThat(made.origin().recipe())
                .containsEntry("rows", "13")
                .containsEntry("row_without_answer", "1")
                .containsEntry("left_out", "14");
    }

    @Test
    void what_can_never_work_is_told_and_not_tried_again() throws IOException {
        Dataset fine = add("a.jsonl", lines(10));
        Dataset empty = add("b.csv", "pregunta,respuesta\n,\n,\n");
        Making nothing =
                new Repairs(files, scratch, makings)
                        .order(fine, new RepairPlan(EnumSet.of(Fix.TRIM), 0, 0), "x");
        Layout layout =
                new ConversionMaker(datasetStore, files).layout(empty, Layout.Settings.GUESS);
        Making convert =
                makings.order(
                        Making.Kind.CONVERSION,
                        empty.id(),
                        ConversionMaker.recipe(layout, Mapping.guess(layout.columns())),
                        "b");
        Making orphan =
                new Repairs(files, scratch, makings)
                        .order(fine, new RepairPlan(EnumSet.of(Fix.TRIM), 0, 0), "x");
        run(nothing);
        run(convert);
        datasetStore.delete(fine.id(), now);
        run(orphan);

        assertThat(makings.get(nothing.id().toString()))
                .extracting(Making::trouble, Making::troubleArgs)
                .containsExactly("repair_changes_nothing", List.of("a"));
        assertThat(makings.get(convert.id().toString()))
                .extracting(Making::trouble, Making::troubleArgs)
                .containsExactly("convert_nothing_came_out", List.of("b", "2"));
        assertThat(makings.get(orphan.id().toString()).trouble()).isEqualTo("source_gone");
        assertThat(leftInScratch()).isZero();
    }

    @Test
    void a_making_that_was_killed_halfway_makes_the_same_once_more_and_keeps_it_once() {
        Dataset source = add("ventas.jsonl", lines(50));
        Making making =
                new Repairs(files, scratch, makings)
                        .order(source, new RepairPlan(Set.of(), 20, 7), "validación");
        run(making);
        List<Dataset> first = datasets.list(9);
        store.insert(making); // the last word never became durable

        run(making);

        assertThat(datasets.list(9)).isEqualTo(first);
        assertThat(makings.get(making.id().toString()).results()).hasSize(2);
    }

    @Test
    void a_cancelled_making_stops_where_it_is_and_leaves_nothing() throws IOException {
        Making making = makings.order(Making.Kind.CONVERSATIONS, null, Map.of(), "x");
        makers.put(
                Making.Kind.CONVERSATIONS,
                (_, work, progress) -> {
                    try (var out = work.write()) {
                        out.write('x');
                        makings.cancel(making.id());
                        progress.reached(1, 2);
                        throw new AssertionError("it went on");
                    }
                });

        assertThat(run(making)).isEqualTo(new TaskQueue.Next.Done());

        assertThat(makings.get(making.id().toString()).state()).isEqualTo(Making.State.CANCELLED);
        assertThat(leftInScratch()).isZero();
        assertThat(datasets.list(9)).isEmpty();
        assertThatThrownBy(() -> makings.cancel(making.id()))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.code()).isEqualTo("making_over"));
    }

    @Test
    void nothing_chosen_is_nothing_ordered() {
        Dataset source = add("ventas.jsonl", lines(10));
        assertThatThrownBy(() ->
                        new Repairs(files, scratch, makings)
                                .order(source, new RepairPlan(Set.of(), 0, 0), "x"))
                .isInstanceOf(Refusal.class);
        assertThat(store.working(9)).isEmpty();
    }

    private static String lines(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("{\"prompt\":\"p").append(i).append("\",\"completion\":\" c\"}\n");
        }
        return text.toString();
    }

    private Dataset add(String filename, String content) {
        return datasets.add(
                "", filename, new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
    }

    private String content(Dataset dataset) throws IOException {
        try (InputStream content = datasets.open(dataset.id())) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private long leftInScratch() throws IOException {
        try (Stream<Path> left = Files.list(folder.resolve("scratch"))) {
            return left.count();
        }
    }
}
