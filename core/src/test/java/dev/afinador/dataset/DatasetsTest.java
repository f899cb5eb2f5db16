package dev.afinador.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.afinador.work.Refusal;
import dev.afinador.work.Uuid7;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final InstantSource clock = InstantSource.fixed(NOW);
    private Datasets datasets;

    @BeforeEach
    void open() throws IOException {
        datasets =
                new Datasets(
                        store, new LocalDatasetFiles(folder), new Uuid7(clock), clock, 100_000);
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
    }

    @Test
    void a_file_with_errors_is_kept_with_its_findings() {
        Dataset dataset = datasets.add("", "malo.jsonl", stream(TEN + "nada\n"));
        assertThat(dataset.errors()).isEqualTo(1);
        assertThat(datasets.findings(dataset.id(), 10))
                .extracting(DatasetFinding::rule, DatasetFinding::line)
                .containsExactly(tuple("json_broken", 11L));
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
    void deleting_forgets_record_and_bytes() throws IOException {
        Dataset dataset = datasets.add("a", "a.jsonl", stream(TEN));
        datasets.delete(dataset.id());
        assertThat(datasets.find(dataset.id())).isEmpty();
        assertThat(filesIn(folder)).isEmpty();
        assertThatThrownBy(() -> datasets.delete(dataset.id())).isInstanceOf(Refusal.class);
    }

    private static InputStream stream(String content) {
        return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    /// Behaves as the port says; content is unique, as in the database.
    private static final class FakeDatasetStore implements DatasetStore {
        final Set<DatasetId> used = new HashSet<>();
        private final List<Dataset> rows = new ArrayList<>();
        private final Map<DatasetId, List<DatasetFinding>> findings = new HashMap<>();
        private String hidden = "";

        /// The next look for this content comes too early to see it.
        void hideOnce(String sha256) {
            hidden = sha256;
        }

        @Override
        public void insert(Dataset dataset, List<DatasetFinding> found) {
            if (rows.stream().anyMatch(row -> row.sha256().equals(dataset.sha256()))) {
                throw new IllegalStateException("unique constraint");
            }
            rows.addFirst(dataset);
            findings.put(dataset.id(), found);
        }

        @Override
        public Optional<Dataset> find(DatasetId id) {
            return rows.stream().filter(row -> row.id().equals(id)).findFirst();
        }

        @Override
        public Optional<Dataset> findBySha256(String sha256) {
            if (hidden.equals(sha256)) {
                hidden = "";
                return Optional.empty();
            }
            return rows.stream().filter(row -> row.sha256().equals(sha256)).findFirst();
        }

        @Override
        public List<Dataset> list(int limit) {
            return rows.stream().limit(limit).toList();
        }

        @Override
        public List<DatasetFinding> findings(DatasetId id, int limit) {
            return findings.getOrDefault(id, List.of()).stream().limit(limit).toList();
        }

        @Override
        public boolean delete(DatasetId id) {
            return !used.contains(id) && rows.removeIf(row -> row.id().equals(id));
        }
    }
}
