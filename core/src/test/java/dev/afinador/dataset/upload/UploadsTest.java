package dev.afinador.dataset.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afinador.dataset.CheckState;
import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.Datasets;
import dev.afinador.dataset.FakeDatasetStore;
import dev.afinador.dataset.LocalDatasetFiles;
import dev.afinador.dataset.Scratch;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadsTest {

    private static final byte[] CONTENT =
            "{\"prompt\": \"Hola\", \"completion\": \" mundo\"}\n"
                    .repeat(30)
                    .getBytes(StandardCharsets.UTF_8);
    private static final Duration KEEP = Duration.ofDays(7);

    @TempDir Path folder;
    private final FakeUploadStore store = new FakeUploadStore();
    private final FakeDatasetStore datasetStore = new FakeDatasetStore();
    private final List<String> scheduled = new ArrayList<>();
    private long free = 1L << 40;
    private Instant now = Instant.parse("2026-11-23T10:00:00Z");
    private LocalDatasetFiles files;
    private Datasets datasets;
    private Uploads uploads;

    @BeforeEach
    void start() throws IOException {
        files = new LocalDatasetFiles(folder.resolve("files"));
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
                        new Scratch(folder.resolve("scratch")),
                        transactions,
                        queue,
                        ids,
                        () -> now,
                        new Datasets.Limits(10_000, 10_000));
        uploads =
                new Uploads(
                        store,
                        parts(),
                        datasets,
                        transactions,
                        queue,
                        ids,
                        () -> now,
                        "here",
                        KEEP);
    }

    private Parts parts() throws IOException {
        return new Parts(folder.resolve("parts"), () -> free);
    }

    private TakeIn takeIn(String node) throws IOException {
        return new TakeIn(store, parts(), datasets, () -> now, node);
    }

    @Test
    void a_file_in_three_pieces_becomes_a_dataset() throws IOException {
        Upload upload = uploads.create("C:\\datos\\ventas.jsonl", "Ventas", CONTENT.length);
        assertThat(upload.filename()).isEqualTo("ventas.jsonl");

        assertThat(append(upload, 0, 100).received()).isEqualTo(100);
        assertThat(append(upload, 100, 700).received()).isEqualTo(700);
        assertThat(scheduled).isEmpty();
        Upload whole = append(upload, 700, CONTENT.length);

        assertThat(whole.state()).isEqualTo(Upload.State.RECEIVED);
        assertThat(scheduled).containsExactly("TAKE_IN_UPLOAD " + upload.id());
        takeIn("here").run(upload.id().toString());
        Upload done = uploads.get(upload.id().toString());
        assertThat(done.state()).isEqualTo(Upload.State.DONE);
        Dataset dataset = datasets.get(done.dataset());
        assertThat(dataset.name()).isEqualTo("Ventas");
        assertThat(dataset.check()).isEqualTo(CheckState.DONE);
        assertThat(dataset.examples()).isEqualTo(30);
        try (InputStream content = datasets.open(dataset.id())) {
            assertThat(content.readAllBytes()).isEqualTo(CONTENT);
        }
        assertThat(parts().all()).isEmpty();
    }

    @Test
    void what_came_before_the_sender_broke_off_is_kept_and_the_rest_goes_on_there()
            throws IOException {
        Upload upload = uploads.create("a.jsonl", "", CONTENT.length);
        assertThatThrownBy(() -> uploads.append(upload.id(), 0, breakingAfter(500)))
                .hasMessage("the browser went away");

        Upload broken = uploads.get(upload.id().toString());
        assertThat(broken.received()).isEqualTo(500);
        assertThat(broken.percent()).isEqualTo(500 * 100 / CONTENT.length);

        append(upload, 500, CONTENT.length);
        takeIn("here").run(upload.id().toString());
        assertThat(uploads.get(upload.id().toString()).dataset()).isNotNull();
    }

    @Test
    void a_tail_that_was_not_written_down_before_the_process_was_killed_is_sent_again()
            throws IOException {
        Upload upload = uploads.create("a.jsonl", "", CONTENT.length);
        append(upload, 0, 300);
        Path part = parts().of(upload.id());
        Files.write(part, "garbage".getBytes(), java.nio.file.StandardOpenOption.APPEND);

        append(upload, 300, CONTENT.length);

        assertThat(Files.readAllBytes(part)).isEqualTo(CONTENT);
    }

    @Test
    void a_sender_who_is_elsewhere_in_the_file_is_told_where_we_are() throws IOException {
        Upload upload = uploads.create("a.jsonl", "", CONTENT.length);
        append(upload, 0, 300);
        assertThatThrownBy(() -> append(upload, 0, 300))
                .isInstanceOfSatisfying(
                        Uploads.OffsetException.class,
                        e -> assertThat(e.received()).isEqualTo(300));
        assertThat(uploads.get(upload.id().toString()).received()).isEqualTo(300);
    }

    @Test
    void more_bytes_than_announced_are_refused_and_the_announced_ones_kept() {
        Upload upload = uploads.create("a.jsonl", "", 100);
        assertThatThrownBy(() -> append(upload, 0, 101))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("upload_too_long"));
        assertThat(uploads.get(upload.id().toString()))
                .extracting(Upload::received, Upload::state)
                .containsExactly(100L, Upload.State.RECEIVED);
    }

    @Test
    void bytes_that_are_gone_from_the_disk_end_the_upload() throws IOException {
        Upload upload = uploads.create("a.jsonl", "", CONTENT.length);
        append(upload, 0, 300);
        parts().delete(upload.id());
        assertThatThrownBy(() -> append(upload, 300, 400))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("upload_lost"));
        assertThat(uploads.get(upload.id().toString()))
                .extracting(Upload::state, Upload::trouble)
                .containsExactly(Upload.State.FAILED, "upload_lost");
    }

    @Test
    void one_upload_is_sent_by_one_connection_at_a_time() throws Exception {
        Upload upload = uploads.create("a.jsonl", "", CONTENT.length);
        var reading = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        InputStream slow =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        return -1;
                    }

                    @Override
                    public int read(byte[] b, int off, int len) throws IOException {
                        reading.countDown();
                        try {
                            assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                        return -1;
                    }
                };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Upload> first = threads.submit(() -> uploads.append(upload.id(), 0, slow));
            assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
            for (String code :
                    List.of(
                            codeOf(() -> append(upload, 0, 10)),
                            codeOf(() -> uploads.cancel(upload.id())))) {
                assertThat(code).isEqualTo("upload_busy");
            }
            goOn.countDown();
            assertThat(first.get(30, TimeUnit.SECONDS).received()).isZero();
        }
        assertThat(append(upload, 0, 10).received()).isEqualTo(10);
    }

    @Test
    void what_was_killed_after_the_file_had_been_given_away_ends_well() throws IOException {
        Upload upload = uploads.create("a.jsonl", "", CONTENT.length);
        append(upload, 0, CONTENT.length);
        store.failNextDone = true; // the transaction with the dataset never became durable
        assertThatThrownBy(() -> takeIn("here").run(upload.id().toString())).hasMessage("killed");
        assertThat(parts().all()).isEmpty();
        datasetStore.delete(datasets.list(1).getFirst().id(), now);

        takeIn("here").run(upload.id().toString());

        assertThat(datasets.list(9)).hasSize(1);
        assertThat(uploads.get(upload.id().toString()).state()).isEqualTo(Upload.State.DONE);
    }

    @Test
    void another_machine_leaves_the_bytes_to_the_one_that_has_them() throws IOException {
        Upload upload = uploads.create("a.jsonl", "", CONTENT.length);
        append(upload, 0, CONTENT.length);
        assertThat(takeIn("there").run(upload.id().toString()))
                .isInstanceOf(TaskQueue.Next.Again.class);
        assertThat(uploads.get(upload.id().toString()).state()).isEqualTo(Upload.State.RECEIVED);
    }

    @Test
    void sizes_are_bounded_before_a_byte_is_sent() {
        assertThat(codeOf(() -> uploads.create("a.jsonl", "", 0))).isEqualTo("file_empty");
        assertThat(codeOf(() -> uploads.create("a.jsonl", "", 10_001))).isEqualTo("file_too_large");
        assertThat(codeOf(() -> uploads.get("nadie"))).isEqualTo("upload_unknown");
    }

    @Test
    void uploads_that_nobody_finished_are_forgotten_with_their_bytes() throws IOException {
        Upload old = uploads.create("vieja.jsonl", "", CONTENT.length);
        append(old, 0, 300);
        now = now.plus(KEEP).minusSeconds(60);
        Upload young = uploads.create("joven.jsonl", "", CONTENT.length);
        var tidying =
                new Tidying(
                        store,
                        parts(),
                        new dev.afinador.dataset.make.FakeMakingStore(),
                        datasetStore,
                        () -> now,
                        KEEP);
        tidying.run("all");
        assertThat(parts().all()).containsExactlyInAnyOrder(old.id(), young.id());

        now = now.plusSeconds(61);
        assertThat(tidying.run("all")).isInstanceOf(TaskQueue.Next.Again.class);

        assertThat(parts().all()).containsExactly(young.id());
        assertThat(uploads.open(9)).extracting(Upload::id).containsExactly(young.id());
        uploads.cancel(young.id());
        assertThat(parts().all()).isEmpty();
    }

    @Test
    void a_file_that_would_fill_the_disk_is_refused_before_it_is_sent() {
        free = Parts.RESERVE + 99;
        assertThatThrownBy(() -> uploads.create("a.jsonl", "", 100))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> {
                            assertThat(refusal.code()).isEqualTo("upload_no_room");
                            assertThat(refusal.kind()).isEqualTo(Refusal.Kind.NO_ROOM);
                            assertThat(refusal.args()).containsExactly("a.jsonl", 100L, 99L);
                        });
        free = 5;
        assertThat(codeOf(() -> uploads.create("a.jsonl", "", 1))).isEqualTo("upload_no_room");
        assertThat(uploads.open(10)).isEmpty();
    }

    @Test
    void on_a_full_disk_an_upload_gives_back_what_was_not_written_down() throws IOException {
        Upload upload = uploads.create("a.jsonl", "", CONTENT.length);
        append(upload, 0, 100);
        store.full = true;
        assertThatThrownBy(() -> append(upload, 100, 700)).hasMessage("disk full");
        assertThat(parts().of(upload.id())).hasSize(100);
        store.full = false;
        assertThat(append(upload, 100, CONTENT.length).state()).isEqualTo(Upload.State.RECEIVED);
    }

    @Test
    void an_upload_that_filled_the_disk_can_be_cancelled() throws IOException {
        Upload upload = uploads.create("a.jsonl", "", CONTENT.length);
        append(upload, 0, 700);
        // as a database does whose disk has no room until something goes
        store.fullWhile = () -> Files.exists(partOf(upload));
        uploads.cancel(upload.id());
        assertThat(uploads.open(10)).isEmpty();
    }

    private Path partOf(Upload upload) {
        return folder.resolve("parts").resolve(upload.id() + ".part");
    }

    private Upload append(Upload upload, int from, int to) throws IOException {
        byte[] bytes = Arrays.copyOfRange(CONTENT, from, to);
        return uploads.append(upload.id(), from, new ByteArrayInputStream(bytes));
    }

    private interface Call {
        void run() throws IOException;
    }

    private static String codeOf(Call call) {
        try {
            call.run();
        } catch (Refusal refusal) {
            return refusal.code();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("nothing was refused");
    }

    private static InputStream breakingAfter(int bytes) {
        return new InputStream() {
            private int at;

            @Override
            public int read() throws IOException {
                if (at == bytes) {
                    throw new IOException("the browser went away");
                }
                return CONTENT[at++];
            }

            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                int count = Math.min(len, bytes - at);
                if (count == 0) {
                    throw new IOException("the browser went away");
                }
                System.arraycopy(CONTENT, at, b, off, count);
                at += count;
                return count;
            }
        };
    }

    private static final class FakeUploadStore implements UploadStore {
        private final Map<UploadId, Upload> rows = new LinkedHashMap<>();
        boolean failNextDone;
        boolean full;
        BooleanSupplier fullWhile = () -> full;

        private void write() {
            if (fullWhile.getAsBoolean()) {
                throw new IllegalStateException("disk full");
            }
        }

        @Override
        public void insert(Upload upload) {
            rows.put(upload.id(), upload);
        }

        @Override
        public Optional<Upload> find(UploadId id) {
            return Optional.ofNullable(rows.get(id));
        }

        @Override
        public List<Upload> open(int limit) {
            return rows.values().stream()
                    .filter(u -> u.state() != Upload.State.DONE)
                    .limit(limit)
                    .toList();
        }

        @Override
        public boolean advance(UploadId id, long from, long to, Instant now) {
            write();
            Upload u = rows.get(id);
            if (u.state() != Upload.State.RECEIVING || u.received() != from || to > u.length()) {
                return false;
            }
            put(u, to, u.state(), u.sha256(), u.dataset(), u.trouble(), now);
            return true;
        }

        @Override
        public boolean complete(UploadId id, Instant now) {
            Upload u = rows.get(id);
            if (u.state() != Upload.State.RECEIVING || u.received() != u.length()) {
                return false;
            }
            put(u, u.received(), Upload.State.RECEIVED, null, null, null, now);
            return true;
        }

        @Override
        public void hashed(UploadId id, String sha256) {
            Upload u = rows.get(id);
            put(u, u.received(), u.state(), sha256, null, null, u.movedAt());
        }

        @Override
        public void done(UploadId id, DatasetId dataset, Instant now) {
            if (failNextDone) {
                failNextDone = false;
                throw new IllegalStateException("killed");
            }
            Upload u = rows.get(id);
            put(u, u.received(), Upload.State.DONE, u.sha256(), dataset, null, now);
        }

        @Override
        public void fail(UploadId id, String trouble, Instant now) {
            Upload u = rows.get(id);
            put(u, u.received(), Upload.State.FAILED, u.sha256(), null, trouble, now);
        }

        @Override
        public boolean delete(UploadId id) {
            write();
            return rows.remove(id) != null;
        }

        @Override
        public List<Upload> still(Upload.State state, Instant since, int limit) {
            return rows.values().stream()
                    .filter(u -> u.state() == state && !u.movedAt().isAfter(since))
                    .toList();
        }

        private void put(
                Upload u,
                long received,
                Upload.State state,
                String sha256,
                DatasetId dataset,
                String trouble,
                Instant moved) {
            rows.put(
                    u.id(),
                    new Upload(
                            u.id(),
                            u.node(),
                            u.filename(),
                            u.name(),
                            u.length(),
                            received,
                            state,
                            sha256,
                            dataset,
                            trouble,
                            u.createdAt(),
                            moved));
        }
    }
}
