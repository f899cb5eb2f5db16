package dev.afinador.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.engine.EngineFile;
import dev.afinador.engine.EngineFileStore;
import dev.afinador.engine.Upload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What an [EngineFileStore] must keep to.
public abstract class EngineFileStoreContract {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00.123Z");

    protected abstract EngineStores stores();

    private EngineFileStore store() {
        return stores().files();
    }

    private static EngineFile file(String id, String purpose, @Nullable Instant expiresAt) {
        return new EngineFile(
                id, "datos ñ.jsonl", purpose, 3_000_000_000L, "ab".repeat(32), START, expiresAt);
    }

    private static Upload upload(String id) {
        return new Upload(
                id,
                "grande.jsonl",
                "fine-tune",
                "text/jsonl",
                5_000_000_000L,
                START,
                START.plusSeconds(3600),
                Duration.ofHours(2),
                Upload.Status.PENDING,
                null);
    }

    @Test
    void a_file_comes_back_as_it_was_stored_until_it_is_deleted() {
        EngineFile lasting = file("file-1", "fine-tune", null);
        EngineFile passing = file("file-2", "fine-tune", START.plusSeconds(60));
        store().insert(lasting);
        store().insert(passing);

        assertThat(store().find("file-1")).contains(lasting);
        assertThat(store().find("file-2")).contains(passing);
        assertThat(store().delete("file-1")).isTrue();
        assertThat(store().delete("file-1")).isFalse();
        assertThat(store().find("file-1")).isEmpty();
    }

    @Test
    void lists_follow_the_order_of_arrival_in_both_directions_and_go_on_after_an_element() {
        for (int i = 1; i <= 5; i++) {
            store().insert(file("file-" + i, i % 2 == 0 ? "vision" : "fine-tune", null));
        }

        assertThat(store().list(null, null, true, 2))
                .extracting(EngineFile::id)
                .containsExactly("file-5", "file-4");
        assertThat(store().list(null, "file-4", true, 10))
                .extracting(EngineFile::id)
                .containsExactly("file-3", "file-2", "file-1");
        assertThat(store().list("fine-tune", "file-1", false, 10))
                .extracting(EngineFile::id)
                .containsExactly("file-3", "file-5");
        assertThat(store().list("batch", null, true, 10)).isEmpty();
    }

    @Test
    void what_has_expired_is_found_and_nothing_else() {
        store().insert(file("file-1", "fine-tune", START.plusSeconds(10)));
        store().insert(file("file-2", "fine-tune", START.plusSeconds(20)));
        store().insert(file("file-3", "fine-tune", null));
        store().insertUpload(upload("upload_1"));

        assertThat(store().expired(START.plusSeconds(10), 5))
                .extracting(EngineFile::id)
                .containsExactly("file-1");
        assertThat(store().expiredUploads(START.plusSeconds(3599), 5)).isEmpty();
        assertThat(store().expiredUploads(START.plusSeconds(3600), 5))
                .extracting(Upload::id)
                .containsExactly("upload_1");
    }

    @Test
    void an_upload_changes_only_from_the_status_that_was_seen() {
        Upload upload = upload("upload_1");
        store().insertUpload(upload);
        Upload completed =
                new Upload(
                        upload.id(),
                        upload.filename(),
                        upload.purpose(),
                        upload.mimeType(),
                        upload.bytes(),
                        upload.createdAt(),
                        upload.expiresAt(),
                        upload.fileExpires(),
                        Upload.Status.COMPLETED,
                        "file-9");

        assertThat(store().findUpload("upload_1")).contains(upload);
        assertThat(store().updateUpload(completed, Upload.Status.PENDING)).isTrue();
        assertThat(store().updateUpload(completed, Upload.Status.PENDING)).isFalse();
        assertThat(store().findUpload("upload_1")).contains(completed);
    }

    @Test
    void parts_are_taken_only_while_the_upload_is_pending() {
        store().insertUpload(upload("upload_1"));
        Upload.Part part = new Upload.Part("part_1", "upload_1", 64L << 20, START);

        assertThat(store().addPart(part)).isTrue();
        assertThat(store().addPart(new Upload.Part("part_2", "upload_other", 1, START))).isFalse();
        store().updateUpload(
                        new Upload(
                                "upload_1",
                                "grande.jsonl",
                                "fine-tune",
                                "text/jsonl",
                                1,
                                START,
                                START,
                                null,
                                Upload.Status.CANCELLED,
                                null),
                        Upload.Status.PENDING);
        assertThat(store().addPart(new Upload.Part("part_3", "upload_1", 1, START))).isFalse();
        assertThat(store().parts("upload_1")).containsExactly(part);
    }

    @Test
    void a_part_that_comes_with_the_completion_is_either_seen_by_it_or_refused() throws Exception {
        for (int round = 0; round < 10; round++) {
            String id = "upload_" + round;
            store().insertUpload(upload(id));
            Upload.Part part = new Upload.Part("part_" + round, id, 7, START);
            Upload pending = store().findUpload(id).orElseThrow();

            List<Object> results =
                    Race.of(
                            2,
                            i ->
                                    i == 0
                                            ? store().addPart(part)
                                            : stores().transactions()
                                                    .inTransaction(() -> {
                                                        store().updateUpload(
                                                                        new Upload(
                                                                                id,
                                                                                pending.filename(),
                                                                                pending.purpose(),
                                                                                pending.mimeType(),
                                                                                pending.bytes(),
                                                                                START,
                                                                                START,
                                                                                null,
                                                                                Upload.Status
                                                                                        .COMPLETED,
                                                                                "file-x"),
                                                                        Upload.Status.PENDING);
                                                        return store().parts(id);
                                                    }));

            boolean taken = (Boolean) results.get(0);
            assertThat(results.get(1)).isEqualTo(taken ? List.of(part) : List.of());
        }
    }
}
