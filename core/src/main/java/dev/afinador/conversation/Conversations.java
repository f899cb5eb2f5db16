package dev.afinador.conversation;

import dev.afinador.conversation.ConversationStore.Put;
import dev.afinador.conversation.ConversationStore.Taken;
import dev.afinador.dataset.Datasets;
import dev.afinador.dataset.Scratch;
import dev.afinador.dataset.SourceFormat;
import dev.afinador.dataset.SourceSniffer;
import dev.afinador.dataset.TextEncoding;
import dev.afinador.dataset.convert.ConversionException;
import dev.afinador.dataset.convert.Layout;
import dev.afinador.dataset.convert.Source;
import dev.afinador.work.Refusal;
import dev.afinador.work.Uuid7;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The conversations of the house: brought in, listed, read, rated, corrected and deleted.
public final class Conversations {

    /// How many are stored in one transaction, so that nobody else waits long.
    private static final int AT_ONCE = 200;

    private static final int TROUBLES = 100;
    private static final int LONGEST_NOTE = 10_000;
    private static final int LONGEST_ANSWER = 200_000;

    private final ConversationStore store;
    private final Scratch scratch;
    private final Uuid7 ids;
    private final InstantSource clock;
    private final long maxBytes;

    /// @param maxBytes the largest file that is taken
    public Conversations(
            ConversationStore store,
            Scratch scratch,
            Uuid7 ids,
            InstantSource clock,
            long maxBytes) {
        this.store = store;
        this.scratch = scratch;
        this.ids = ids;
        this.clock = clock;
        this.maxBytes = maxBytes;
    }

    /// A row that was left out.
    ///
    /// @param line 1-based in the file
    /// @param code of the trouble; its text lies under `conversation.<code>` or `making.<code>`
    public record RowTrouble(long line, String code, String arg) {}

    /// What became of a file.
    ///
    /// @param puts     how many conversations were created, updated, unchanged and kept
    /// @param troubles how many rows were left out, by code
    /// @param first    the first of those
    /// @param ended    why it could not be read to its end, or null; what came before that is there
    public record Imported(
            long rows,
            Map<Put, Long> puts,
            Map<String, Long> troubles,
            List<RowTrouble> first,
            @Nullable ConversionException ended) {
        public Imported {
            puts = Map.copyOf(puts);
            troubles = Map.copyOf(troubles);
            first = List.copyOf(first);
        }

        public long count(Put put) {
            return puts.getOrDefault(put, 0L);
        }

        public long leftOut() {
            return troubles.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /// Brings the conversations of a file in: JSON lines, a JSON list, or a table. The same file again changes nothing, so a
    /// sender that was cut off sends it once more.
    ///
    /// @param by who brings them, for those that come with stars
    /// @throws Refusal `file_empty`, `file_too_large`, `conversations_no_columns`
    public Imported importFile(String filename, InputStream content, String by) throws IOException {
        String file = Datasets.fileName(filename);
        try (Scratch.Received received = scratch.receive(content, maxBytes)) {
            if (received.bytes() == 0) {
                throw Refusal.invalid("file_empty", file);
            }
            return importFile(file, received.file().path(), received.bytes(), by);
        } catch (Scratch.TooLargeException e) {
            throw Refusal.tooLarge("file_too_large", file, maxBytes);
        }
    }

    private Imported importFile(String filename, Path file, long bytes, String by)
            throws IOException {
        Layout layout = layout(filename, file, bytes);
        var importing = new Importing(new Arrivals(layout.columns()), by);
        ConversionException ended = null;
        try (InputStream in = Files.newInputStream(file)) {
            Source source = Source.open(new java.io.BufferedInputStream(in, 256 << 10), layout);
            for (Source.Row row = source.next(); row != null; row = source.next()) {
                importing.row(row);
            }
        } catch (ConversionException e) {
            ended = e;
        }
        return importing.end(ended);
    }

    private static Layout layout(String filename, Path file, long bytes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(SourceSniffer.HEAD);
            boolean whole = head.length == bytes;
            SourceFormat format = SourceSniffer.formatOf(head, whole, filename);
            Layout.Settings set = Layout.Settings.GUESS;
            if (!whole
                    && TextEncoding.of(head, false) == TextEncoding.UTF_8
                    && !TextEncoding.isUtf8(in)) {
                set = new Layout.Settings(TextEncoding.WINDOWS_1252, (char) 0, (char) 0, null);
            }
            Layout layout = Layout.of(head, whole, format, set);
            if (format == SourceFormat.OTHER && layout.columns().size() < 2) {
                throw Refusal.invalid("conversations_no_columns", filename);
            }
            return layout;
        }
    }

    private final class Importing {
        private final Arrivals arrivals;
        private final String by;
        private final List<Conversation> waiting = new ArrayList<>();
        private final Map<Put, Long> puts = new EnumMap<>(Put.class);
        private final Map<String, Long> troubles = new TreeMap<>();
        private final List<RowTrouble> first = new ArrayList<>();
        private long rows;

        Importing(Arrivals arrivals, String by) {
            this.arrivals = arrivals;
            this.by = by;
        }

        void row(Source.Row row) {
            rows++;
            if (row.trouble() != null) {
                trouble(row.line(), row.trouble(), "");
                return;
            }
            switch (arrivals.read(row.values())) {
                case Arrivals.Read.Good(var arrival) -> {
                    waiting.add(conversation(arrival, by));
                    if (waiting.size() == AT_ONCE) {
                        store();
                    }
                }
                case Arrivals.Read.Bad(var trouble) ->
                        trouble(row.line(), trouble.code(), trouble.arg());
            }
        }

        private void trouble(long line, String code, String arg) {
            troubles.merge(code, 1L, Long::sum);
            if (first.size() < TROUBLES) {
                first.add(new RowTrouble(line, code, arg));
            }
        }

        private void store() {
            store.take(waiting).forEach(taken -> puts.merge(taken.put(), 1L, Long::sum));
            waiting.clear();
        }

        Imported end(@Nullable ConversionException ended) {
            if (!waiting.isEmpty()) {
                store();
            }
            return new Imported(rows, puts, troubles, first, ended);
        }
    }

    /// Takes one in that a program sends. Can be repeated.
    ///
    /// @param values by name of the field: texts as they are, everything else as compact JSON
    /// @throws Refusal with what is wrong with it
    public Taken take(Map<String, String> values, String by) {
        return switch (new Arrivals(List.copyOf(values.keySet())).read(values)) {
            case Arrivals.Read.Good(var arrival) ->
                    store.take(List.of(conversation(arrival, by))).getFirst();
            case Arrivals.Read.Bad(var trouble) ->
                    throw Refusal.invalid(
                            List.of(
                                    Refusal.Violation.of(
                                            trouble.field(), trouble.code(), trouble.arg())));
        };
    }

    private Conversation conversation(Arrival arrival, String by) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return new Conversation(
                new ConversationId(ids.next()),
                arrival.externalId(),
                arrival.turns(),
                arrival.tools(),
                new TreeMap<>(),
                arrival.stars(),
                arrival.note(),
                arrival.tags(),
                arrival.model(),
                arrival.stars() == null ? null : new Conversation.Judgement(by, now),
                arrival.saidAt() == null ? now : arrival.saidAt().truncatedTo(ChronoUnit.MILLIS),
                now,
                now,
                1);
    }

    /// @param id ours, or the sender's after `external:`
    /// @throws Refusal `conversation_unknown`
    public Conversation get(String id) {
        if (id.startsWith("external:")) {
            return store.findExternal(id.substring("external:".length()))
                    .orElseThrow(() -> unknown(id));
        }
        try {
            return get(ConversationId.parse(id));
        } catch (IllegalArgumentException e) {
            throw unknown(id);
        }
    }

    /// @throws Refusal `conversation_unknown`
    public Conversation get(ConversationId id) {
        return store.find(id).orElseThrow(() -> unknown(id.toString()));
    }

    private static Refusal unknown(String id) {
        return Refusal.notFound(
                "conversation_unknown", id.length() <= 80 ? id : id.substring(0, 80) + "…");
    }

    public Optional<Conversation> find(ConversationId id) {
        return store.find(id);
    }

    public List<ConversationRow> list(
            ConversationFilter filter, @Nullable ConversationId after, int limit) {
        return store.list(filter, after, limit);
    }

    public long count(ConversationFilter filter) {
        return store.count(filter);
    }

    public ConversationStore.Neighbours neighbours(ConversationId id, ConversationFilter filter) {
        return store.neighbours(id, filter);
    }

    public List<String> tags() {
        return store.tags();
    }

    /// @param stars 1 to 5, or null to take the rating back
    /// @throws Refusal `conversation_unknown`, or with what is wrong with the stars
    public void rate(ConversationId id, @Nullable Integer stars, String by) {
        if (stars != null && (stars < 1 || stars > 5)) {
            throw Refusal.invalid(
                    List.of(Refusal.Violation.of("stars", "out_of_range", 1, 5, stars)));
        }
        if (!store.rate(id, stars, judgement(by))) {
            throw unknown(id.toString());
        }
    }

    private Conversation.Judgement judgement(String by) {
        return new Conversation.Judgement(by, clock.instant());
    }

    /// Stores a better answer, or takes it back.
    ///
    /// @param turn    place of the answer, from 0
    /// @param better  blank, or the same as the original, to go back to that
    /// @param version that the person saw
    /// @throws Refusal `conversation_changed` when somebody else has changed it since, `conversation_no_such_answer`
    public void edit(ConversationId id, int turn, String better, long version, String by) {
        Conversation conversation = get(id);
        if (turn < 0
                || turn >= conversation.turns().size()
                || !conversation.turns().get(turn).isAnswer()) {
            throw Refusal.invalid("conversation_no_such_answer", turn);
        }
        if (better.length() > LONGEST_ANSWER) {
            throw Refusal.invalid(
                    List.of(
                            Refusal.Violation.of(
                                    "text", "too_long", LONGEST_ANSWER, better.length())));
        }
        String text = better.replace("\r\n", "\n").strip(); // as forms send line ends
        SortedMap<Integer, String> edits = new TreeMap<>(conversation.edits());
        if (text.isEmpty() || text.equals(conversation.turns().get(turn).text().strip())) {
            edits.remove(turn);
        } else {
            edits.put(turn, text);
        }
        if (edits.equals(conversation.edits())) {
            return;
        }
        if (!store.edit(id, edits, version, judgement(by))) {
            throw Refusal.conflict("conversation_changed", id.toString());
        }
    }

    /// @throws Refusal `conversation_unknown`, or with what is wrong with them
    public void describe(ConversationId id, List<String> tags, String note) {
        if (note.length() > LONGEST_NOTE) {
            throw Refusal.invalid(
                    List.of(Refusal.Violation.of("note", "too_long", LONGEST_NOTE, note.length())));
        }
        List<String> each = Arrivals.clean(tags);
        if (!store.describe(id, each, note.replace("\r\n", "\n").strip(), clock.instant())) {
            throw unknown(id.toString());
        }
    }

    /// Deletes it with everything that was thought of it. Datasets that were prepared from it stay as they are.
    ///
    /// @throws Refusal `conversation_unknown`
    public void delete(ConversationId id) {
        if (!store.delete(id)) {
            throw unknown(id.toString());
        }
    }
}
