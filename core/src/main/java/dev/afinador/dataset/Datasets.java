package dev.afinador.dataset;

import dev.afinador.work.Refusal;
import dev.afinador.work.TaskQueue;
import dev.afinador.work.Transactions;
import dev.afinador.work.Uuid7;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The training files of the house: taken in, checked, described, listed, handed out and deleted.
///
/// Trouble with the disk is an [UncheckedIOException]; what the caller did wrong has a type of its own.
public final class Datasets {

    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_NOTES = 10_000;
    private static final int MOST_TAGS = 20;
    private static final int LONGEST_TAG = 50;

    private final DatasetStore store;
    private final DatasetFiles files;
    private final Scratch scratch;
    private final Transactions transactions;
    private final TaskQueue tasks;
    private final Uuid7 ids;
    private final InstantSource clock;
    private final Limits limits;

    /// @param maxBytes    the largest file that is taken
    /// @param checkAtOnce files up to this size are checked before [#add] returns; larger ones in the background
    public record Limits(long maxBytes, long checkAtOnce) {}

    public Datasets(
            DatasetStore store,
            DatasetFiles files,
            Scratch scratch,
            Transactions transactions,
            TaskQueue tasks,
            Uuid7 ids,
            InstantSource clock,
            Limits limits) {
        this.store = store;
        this.files = files;
        this.scratch = scratch;
        this.transactions = transactions;
        this.tasks = tasks;
        this.ids = ids;
        this.clock = clock;
        this.limits = limits;
    }

    public long maxBytes() {
        return limits.maxBytes();
    }

    /// Takes a file in as the first version of a dataset of its own and checks it. A file with errors is kept too, so that its
    /// findings can be looked at. The same content again gives the dataset that is there already, under the name it has.
    ///
    /// @param name     what people call it; blank means the file's own name
    /// @param filename as the sender calls it, with a path or not
    /// @throws Refusal `file_empty` when there is not a single byte
    /// @throws Refusal `file_too_large` when there are more than [#maxBytes]
    public Dataset add(String name, String filename, InputStream content) {
        String file = fileName(filename);
        try (Scratch.Received received = scratch.receive(content, limits.maxBytes())) {
            if (received.bytes() == 0) {
                throw Refusal.invalid("file_empty", file);
            }
            return keep(
                    new Arrival(
                            name, file, received.sha256(), received.bytes(), null, Origin.UPLOADED),
                    received.file().path(),
                    _ -> {});
        } catch (Scratch.TooLargeException e) {
            throw Refusal.tooLarge("file_too_large", file, limits.maxBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be stored", e);
        }
    }

    /// A content that is about to become a version.
    ///
    /// @param name   of the family if one is made; blank means the file's name
    /// @param family to add a version to, or null for a family of its own
    public record Arrival(
            String name,
            String filename,
            String sha256,
            long bytes,
            @Nullable FamilyId family,
            Origin origin) {}

    /// Takes a finished file of the scratch folder over and makes its record, or finds the one that is there: in the family
    /// where one is named, else anywhere. Can be repeated after it failed or was killed; the file may be gone by then.
    ///
    /// @param also what belongs to the same transaction as the record, whether it is new or was there before
    /// @throws Refusal `content_being_deleted` when the same content is being deleted at this moment: come again
    public Dataset keep(Arrival arrival, Path file, Consumer<Dataset> also) throws IOException {
        Optional<Dataset> there = existing(arrival);
        if (there.isPresent()) {
            also.accept(there.get());
            return there.get();
        }
        if (!store.wantContent(arrival.sha256(), clock.instant())) {
            throw Refusal.conflict("content_being_deleted", arrival.filename());
        }
        if (Files.exists(file)) {
            files.adopt(file, arrival.sha256());
        } else if (!files.has(arrival.sha256())) {
            throw new NoSuchFileException(arrival.filename());
        }
        Dataset draft = draft(arrival);
        CheckReport report = arrival.bytes() <= limits.checkAtOnce() ? check(draft) : null;
        return transactions.inTransaction(() -> {
            Instant now = clock.instant();
            if (!store.confirmContent(arrival.sha256(), now)) {
                throw Refusal.conflict("content_being_deleted", arrival.filename());
            }
            Optional<Dataset> meanwhile = existing(arrival); // another machine may have been first
            if (meanwhile.isPresent()) {
                also.accept(meanwhile.get());
                return meanwhile.get();
            }
            Dataset kept = store.insert(draft, report);
            if (report == null) {
                tasks.schedule(TaskQueue.Kind.CHECK_DATASET, kept.id().toString(), now);
            }
            also.accept(kept);
            return kept;
        });
    }

    private Optional<Dataset> existing(Arrival arrival) {
        return arrival.family() == null
                ? store.findBySha256(arrival.sha256())
                : store.findBySha256(arrival.family(), arrival.sha256());
    }

    private Dataset draft(Arrival arrival) {
        String name = arrival.name().isBlank() ? withoutEnding(arrival.filename()) : arrival.name();
        var id = new DatasetId(ids.next());
        return new Dataset(
                id,
                arrival.family() == null ? new FamilyId(id.value()) : arrival.family(),
                cut(oneLine(name), LONGEST_NAME),
                1,
                arrival.filename(),
                formatOf(arrival),
                arrival.sha256(),
                arrival.bytes(),
                DatasetKind.UNKNOWN,
                0,
                0,
                0,
                CheckState.WAITING,
                false,
                null,
                arrival.origin(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                null);
    }

    private SourceFormat formatOf(Arrival arrival) {
        try (InputStream content = files.open(arrival.sha256())) {
            byte[] head = content.readNBytes(SourceSniffer.HEAD);
            return SourceSniffer.formatOf(head, head.length == arrival.bytes(), arrival.filename());
        } catch (IOException e) {
            throw unreadable(arrival.filename(), e);
        }
    }

    private CheckReport check(Dataset draft) {
        try (InputStream content = files.open(draft.sha256())) {
            return FileCheck.check(content, draft.format(), FileCheck.Watcher.NONE);
        } catch (IOException e) {
            throw unreadable(draft.filename(), e);
        }
    }

    private static UncheckedIOException unreadable(String file, IOException cause) {
        return new UncheckedIOException("the file " + file + " could not be read", cause);
    }

    /// Also finds deleted ones.
    public Optional<Dataset> find(DatasetId id) {
        return store.find(id);
    }

    /// @throws Refusal `dataset_unknown` when there is none or it is deleted
    public Dataset get(DatasetId id) {
        return store.find(id)
                .filter(dataset -> dataset.deletedAt() == null)
                .orElseThrow(() -> unknown(id.toString()));
    }

    /// @throws Refusal `dataset_unknown` when it is no id of a dataset
    public Dataset get(String id) {
        try {
            return get(DatasetId.parse(id));
        } catch (IllegalArgumentException e) {
            throw unknown(id);
        }
    }

    private static Refusal unknown(String id) {
        return Refusal.notFound(
                "dataset_unknown", id.length() <= 80 ? id : id.substring(0, 80) + "…");
    }

    /// Newest first, of each family the latest version.
    public List<Dataset> list(int limit) {
        return store.list(limit);
    }

    public List<Dataset> list(DatasetQuery query) {
        return store.list(query);
    }

    public long count(DatasetQuery query) {
        return store.count(query);
    }

    public DatasetFamily family(Dataset dataset) {
        return store.family(dataset.family()).orElseThrow(() -> unknown(dataset.id().toString()));
    }

    /// All versions of a family, deleted ones too, oldest first.
    public List<Dataset> versions(FamilyId family) {
        return store.versions(family);
    }

    public List<Dataset> relatives(FamilyId family) {
        return store.relatives(family);
    }

    public List<String> tags() {
        return store.tags();
    }

    /// Gives a dataset with all its versions another name, other tags and notes.
    ///
    /// @throws Refusal with what is wrong with them
    public DatasetFamily describe(FamilyId id, String name, List<String> tags, String notes) {
        String shown = oneLine(name);
        List<String> each =
                tags.stream()
                        .map(Datasets::oneLine)
                        .filter(tag -> !tag.isEmpty())
                        .distinct()
                        .sorted(String.CASE_INSENSITIVE_ORDER)
                        .toList();
        var wrong = new java.util.ArrayList<Refusal.Violation>();
        if (shown.isEmpty()) {
            wrong.add(Refusal.Violation.of("name", "required"));
        }
        tooLong("name", shown, LONGEST_NAME, wrong);
        tooLong("notes", notes, LONGEST_NOTES, wrong);
        if (each.size() > MOST_TAGS) {
            wrong.add(Refusal.Violation.of("tags", "too_many", MOST_TAGS, each.size()));
        }
        for (String tag : each) {
            tooLong("tags", tag, LONGEST_TAG, wrong);
        }
        if (!wrong.isEmpty()) {
            throw Refusal.invalid(wrong);
        }
        if (!store.describe(id, shown, each, notes.strip())) {
            throw unknown(id.toString());
        }
        return store.family(id).orElseThrow(() -> unknown(id.toString()));
    }

    private static void tooLong(
            String field, String text, int most, List<Refusal.Violation> wrong) {
        int length = text.codePointCount(0, text.length());
        if (length > most) {
            wrong.add(Refusal.Violation.of(field, "too_long", most, length));
        }
    }

    /// In file order.
    public List<DatasetFinding> findings(DatasetId id, int limit) {
        return store.findings(id, limit);
    }

    /// Those of one rule, in file order.
    public List<DatasetFinding> findings(DatasetId id, String rule, int limit) {
        return store.findings(id, rule, limit);
    }

    /// What the check came to; empty while it is not done.
    public Optional<CheckReport> report(DatasetId id) {
        return store.report(id);
    }

    /// How far the check has come; empty when there is none to wait for.
    public Optional<CheckProgress> progress(DatasetId id) {
        return store.progress(id);
    }

    /// Asks a check that is not over to end. It may come to its end all the same.
    ///
    /// @throws Refusal `dataset_not_being_checked`
    public void cancelCheck(DatasetId id) {
        Dataset dataset = get(id);
        if (!store.cancelCheck(id)) {
            throw Refusal.conflict("dataset_not_being_checked", dataset.name());
        }
        tasks.schedule(TaskQueue.Kind.CHECK_DATASET, id.toString(), clock.instant());
    }

    /// Checks again what was cancelled or could not be read.
    ///
    /// @throws Refusal `dataset_checked` when it was checked to its end or is being checked
    public void recheck(DatasetId id) {
        Dataset dataset = get(id);
        transactions.runInTransaction(() -> {
            if (!store.recheck(id)) {
                throw Refusal.conflict("dataset_checked", dataset.name());
            }
            tasks.schedule(TaskQueue.Kind.CHECK_DATASET, id.toString(), clock.instant());
        });
    }

    /// Lets jobs start although the check found secrets or personal data.
    ///
    /// @param by the administrator who says so
    /// @throws Refusal `nothing_to_accept`
    public Dataset accept(DatasetId id, String by) {
        Dataset dataset = get(id);
        if (!store.accept(id, new Dataset.Acceptance(by, clock.instant()))) {
            throw Refusal.conflict("nothing_to_accept", dataset.name());
        }
        return get(id);
    }

    /// The content, for whoever closes the stream.
    ///
    /// @throws Refusal `dataset_unknown` when there is none
    public InputStream open(DatasetId id) {
        return open(id, 0);
    }

    /// The content from a byte on, for whoever closes the stream.
    ///
    /// @throws Refusal `dataset_unknown` when there is none
    public InputStream open(DatasetId id, long from) {
        Dataset dataset = get(id);
        try {
            return from == 0 ? files.open(dataset.sha256()) : files.open(dataset.sha256(), from);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the content of dataset " + id + " could not be read", e);
        }
    }

    /// Deletes a version that no live job uses. Its bytes go shortly afterwards, unless another dataset has the same content.
    /// Jobs that are over, and versions made from it, still show its name, counts and findings.
    ///
    /// @throws Refusal `dataset_unknown` when there is none
    /// @throws Refusal `dataset_in_use` when a job uses it that is not over
    public void delete(DatasetId id) {
        Dataset dataset = get(id);
        transactions.runInTransaction(() -> {
            Instant now = clock.instant();
            switch (store.delete(id, now)) {
                case DELETED ->
                        tasks.schedule(TaskQueue.Kind.DELETE_CONTENT, dataset.sha256(), now);
                case IN_USE -> throw Refusal.conflict("dataset_in_use", dataset.name());
                case UNKNOWN -> throw unknown(id.toString());
            }
        });
    }

    /// The last part of a path in either notation, fit to be shown and sent on.
    public static String fileName(@Nullable String sent) {
        String name = sent == null ? "" : sent;
        name = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        name = oneLine(name);
        return name.isEmpty() || name.equals(".") || name.equals("..")
                ? "dataset.jsonl"
                : cut(name, LONGEST_NAME);
    }

    private static String withoutEnding(String file) {
        int dot = file.lastIndexOf('.');
        return dot > 0 ? file.substring(0, dot) : file;
    }

    private static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
    }

    private static String cut(String text, int most) {
        if (text.codePointCount(0, text.length()) <= most) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, most));
    }
}
