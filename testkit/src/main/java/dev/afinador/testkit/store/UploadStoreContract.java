package dev.afinador.testkit.store;

import static dev.afinador.testkit.store.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.DatasetId;
import dev.afinador.dataset.upload.Upload;
import dev.afinador.dataset.upload.Upload.State;
import dev.afinador.dataset.upload.UploadId;
import dev.afinador.dataset.upload.UploadStore;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What an [UploadStore] must keep to.
public abstract class UploadStoreContract {

    protected abstract Stores stores();

    private UploadStore store() {
        return stores().uploads();
    }

    @Test
    void an_upload_goes_from_its_first_byte_to_a_dataset() {
        Upload upload = upload(100, START);
        UploadId id = upload.id();
        store().insert(upload);
        assertThat(store().find(id)).contains(upload);

        assertThat(store().advance(id, 0, 60, START.plusSeconds(1))).isTrue();
        assertThat(store().complete(id, START)).as("bytes are missing").isFalse();
        assertThat(store().advance(id, 60, 100, START.plusSeconds(2))).isTrue();
        assertThat(store().complete(id, START.plusSeconds(3))).isTrue();
        assertThat(store().complete(id, START.plusSeconds(4))).as("once").isFalse();
        store().hashed(id, "ab");
        assertThat(store().find(id).orElseThrow())
                .extracting(Upload::received, Upload::state, Upload::sha256, Upload::movedAt)
                .containsExactly(100L, State.RECEIVED, "ab", START.plusSeconds(3));

        DatasetId dataset = new DatasetId(UUID.randomUUID());
        store().done(id, dataset, START.plusSeconds(5));
        assertThat(store().find(id).orElseThrow())
                .extracting(Upload::state, Upload::dataset)
                .containsExactly(State.DONE, dataset);
        assertThat(store().open(9)).isEmpty();
        assertThat(store().delete(id)).isTrue();
        assertThat(store().delete(id)).isFalse();
        assertThat(store().find(id)).isEmpty();
    }

    @Test
    void bytes_are_added_only_where_the_last_ones_ended() {
        Upload upload = upload(100, START);
        store().insert(upload);
        store().advance(upload.id(), 0, 60, START);

        assertThat(store().advance(upload.id(), 0, 60, START)).isFalse();
        assertThat(store().advance(upload.id(), 50, 70, START)).isFalse();
        assertThat(store().advance(upload.id(), 60, 101, START)).as("beyond the end").isFalse();
        assertThat(store().find(upload.id()).orElseThrow().received()).isEqualTo(60);
    }

    @Test
    void two_that_send_the_same_bytes_at_once_are_told_apart() throws Exception {
        Upload upload = upload(100, START);
        store().insert(upload);

        List<Boolean> moved = Race.of(4, i -> store().advance(upload.id(), 0, 10 + i, START));

        assertThat(moved).containsOnlyOnce(true);
    }

    @Test
    void a_failed_upload_stays_failed() {
        Upload upload = upload(10, START);
        store().insert(upload);
        store().fail(upload.id(), "upload_lost", START.plusSeconds(1));

        assertThat(store().advance(upload.id(), 0, 10, START)).isFalse();
        store().done(upload.id(), new DatasetId(UUID.randomUUID()), START);
        assertThat(store().find(upload.id()).orElseThrow())
                .extracting(Upload::state, Upload::trouble, Upload::dataset)
                .containsExactly(State.FAILED, "upload_lost", null);
    }

    @Test
    void open_ones_are_listed_newest_first_and_still_ones_oldest_first() {
        Upload old = upload(10, START);
        Upload young = upload(10, START.plusSeconds(60));
        store().insert(old);
        store().insert(young);

        assertThat(store().open(9)).containsExactly(young, old);
        assertThat(store().open(1)).containsExactly(young);
        assertThat(store().still(State.RECEIVING, START.plusSeconds(59), 9)).containsExactly(old);
        assertThat(store().still(State.RECEIVING, START.plusSeconds(60), 9))
                .containsExactly(old, young);
        assertThat(store().still(State.DONE, START.plusSeconds(60), 9)).isEmpty();
    }

    private static Upload upload(long length, Instant at) {
        return new Upload(
                new UploadId(UUID.randomUUID()),
                "node-1",
                "año.jsonl",
                "",
                length,
                0,
                State.RECEIVING,
                null,
                null,
                null,
                at,
                at);
    }
}
