package dev.afinador.testkit.provider;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The files of the account. Safe for use by many threads.
final class FileShelf {
    private static final Set<String> PURPOSES =
            Set.of("fine-tune", "assistants", "batch", "user_data", "vision", "evals");

    private final Map<String, StoredFile> files = new LinkedHashMap<>();
    private final Ids ids;
    private final InstantSource clock;

    FileShelf(Ids ids, InstantSource clock) {
        this.ids = ids;
        this.clock = clock;
    }

    /// Takes an upload, or refuses it as the vendor does.
    StoredFile upload(Multipart form, Flavour flavour) {
        Multipart.Part file = form.part("file");
        if (file == null) {
            throw Refusal.badRequest(null, "file", "'file' is a required property");
        }
        Multipart.Part purpose = form.part("purpose");
        if (purpose == null) {
            throw Refusal.badRequest(null, "purpose", "'purpose' is a required property");
        }
        if (!PURPOSES.contains(purpose.text())) {
            throw Refusal.badRequest(
                    null,
                    "purpose",
                    "'"
                            + purpose.text()
                            + "' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals']"
                            + " - 'purpose'");
        }
        // official clients may leave the filename out
        String filename = file.filename() == null ? "upload" : file.filename();
        return put(filename, purpose.text(), file.content(), flavour);
    }

    synchronized StoredFile put(String filename, String purpose, byte[] content, Flavour flavour) {
        String status =
                switch (flavour) {
                    case OPENAI -> "processed";
                    case AZURE -> "pending";
                };
        var file =
                new StoredFile(
                        ids.file(flavour), filename, purpose, clock.instant(), content, status);
        files.put(file.id(), file);
        return file;
    }

    synchronized Optional<StoredFile> find(String id) {
        return Optional.ofNullable(files.get(id));
    }

    StoredFile get(String id) {
        return find(id).orElseThrow(() -> Refusal.unknownFile(id));
    }

    synchronized boolean delete(String id) {
        return files.remove(id) != null;
    }

    /// Newest first.
    synchronized List<StoredFile> list(@Nullable String purpose) {
        return new ArrayList<>(files.values())
                .reversed().stream()
                        .filter(file -> purpose == null || file.purpose().equals(purpose))
                        .toList();
    }

    synchronized void clear() {
        files.clear();
    }
}
