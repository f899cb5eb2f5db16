package dev.afinador.dataset.upload;

import dev.afinador.dataset.DatasetId;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A file on its way to us.
///
/// @param node     the machine that has its bytes
/// @param name     what the dataset is to be called; empty for the file's own name
/// @param length   bytes that are to come in all, at least 1
/// @param received bytes that are on the disk for certain
/// @param sha256   once everything is there and was read
/// @param dataset  what became of it, once that is so
/// @param trouble  code of what went wrong for good
/// @param movedAt  when bytes last came, or the state last changed
public record Upload(
        UploadId id,
        String node,
        String filename,
        String name,
        long length,
        long received,
        State state,
        @Nullable String sha256,
        @Nullable DatasetId dataset,
        @Nullable String trouble,
        Instant createdAt,
        Instant movedAt) {

    public enum State {
        /// Bytes are still to come.
        RECEIVING,
        /// All bytes are there; they are being taken in.
        RECEIVED,
        /// There is a dataset.
        DONE,
        /// Nothing will become of it.
        FAILED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// 0 to 100, and 100 only when all is there.
    public int percent() {
        return (int) (received * 100 / length);
    }
}
