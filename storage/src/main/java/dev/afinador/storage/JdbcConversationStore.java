package dev.afinador.storage;

import dev.afinador.conversation.Conversation;
import dev.afinador.conversation.ConversationFilter;
import dev.afinador.conversation.ConversationId;
import dev.afinador.conversation.ConversationRow;
import dev.afinador.conversation.ConversationStore;
import dev.afinador.conversation.Folding;
import dev.afinador.conversation.Turn;
import dev.afinador.conversation.Turns;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Conversations, each once by its sender's name for it or by what was said.
public final class JdbcConversationStore implements ConversationStore {

    private static final String FULL =
            """
            SELECT c.id, c.external_id, c.turns, c.tools, c.edits, c.stars, c.note, c.tags, c.model, c.judged_by,
                   c.judged_at, c.said_at, c.created_at, c.changed_at, c.version
              FROM conversation c
            """;

    private static final String ROW =
            """
            SELECT c.id, c.external_id, c.question, c.answer, c.turn_count, c.stars, c.edited, c.tags, c.model, c.said_at
              FROM conversation c
            """;

    private final Database database;

    public JdbcConversationStore(Database database) {
        this.database = database;
    }

    @Override
    public List<Taken> take(List<Conversation> conversations) {
        return database.inTransaction(() -> conversations.stream().map(this::take).toList());
    }

    private Taken take(Conversation conversation) {
        String identity = identity(conversation);
        if (insert(conversation, identity)) {
            replaceTags(conversation.id(), conversation.tags());
            return new Taken(Put.CREATED, conversation.id());
        }
        Conversation there =
                database.read(
                                FULL + "WHERE c.identity = :identity",
                                Values.of("identity", identity))
                        .query(JdbcConversationStore::conversation)
                        .single();
        if (says(there, conversation)) {
            return new Taken(Put.UNCHANGED, there.id());
        }
        if (there.isJudged()) {
            return new Taken(Put.KEPT, there.id());
        }
        update(there, conversation);
        return new Taken(Put.UPDATED, there.id());
    }

    /// Whether what comes in says nothing that is not there.
    private static boolean says(Conversation there, Conversation comes) {
        boolean sameStars = comes.stars() == null || comes.stars().equals(there.stars());
        boolean sameTools = Objects.equals(comes.tools(), there.tools());
        return sameStars
                && sameTools
                && Turns.write(comes.turns()).equals(Turns.write(there.turns()));
    }

    private boolean insert(Conversation c, String identity) {
        return database.write(
                                """
                                INSERT INTO conversation (id, identity, external_id, stars, edited, said_at, created_at,
                                                          changed_at, judged_by, judged_at, version, turn_count, model, tags,
                                                          question, answer, note, edits, tools, turns, search_text)
                                VALUES (:id, :identity, :external_id, :stars, :edited, :said_at, :created_at, :changed_at,
                                        :judged_by, :judged_at, :version, :turn_count, :model, :tags, :question, :answer,
                                        :note, :edits, :tools, :turns, :search_text)
                                ON CONFLICT (identity) DO NOTHING
                                """,
                                all(c).text("identity", identity))
                        .update()
                == 1;
    }

    private void update(Conversation there, Conversation comes) {
        var merged =
                new Conversation(
                        there.id(),
                        there.externalId(),
                        comes.turns(),
                        comes.tools(),
                        new TreeMap<>(),
                        comes.stars(),
                        comes.note().isEmpty() ? there.note() : comes.note(),
                        comes.tags().isEmpty() ? there.tags() : comes.tags(),
                        comes.model() == null ? there.model() : comes.model(),
                        comes.judged(),
                        comes.saidAt(),
                        there.createdAt(),
                        comes.changedAt(),
                        there.version() + 1);
        database.write(
                        """
                        UPDATE conversation
                           SET stars = :stars, edited = :edited, said_at = :said_at, changed_at = :changed_at,
                               judged_by = :judged_by, judged_at = :judged_at, version = :version,
                               turn_count = :turn_count, model = :model, tags = :tags, question = :question,
                               answer = :answer, note = :note, edits = :edits, tools = :tools, turns = :turns,
                               search_text = :search_text
                         WHERE id = :id
                        """,
                        all(merged))
                .update();
        replaceTags(merged.id(), merged.tags());
    }

    private void replaceTags(ConversationId id, List<String> tags) {
        database.write("DELETE FROM conversation_tag WHERE conversation_id = :id", key(id))
                .update();
        database.writeAll(
                "INSERT INTO conversation_tag (conversation_id, tag) VALUES (:id, :tag)",
                tags.stream().distinct().map(tag -> key(id).text("tag", tag)).toList());
    }

    private static Values all(Conversation c) {
        Conversation.Judgement judged = c.judged();
        return key(c.id())
                .text("external_id", c.externalId())
                .number("stars", c.stars())
                .flag("edited", !c.edits().isEmpty())
                .time("said_at", c.saidAt())
                .time("created_at", c.createdAt())
                .time("changed_at", c.changedAt())
                .text("judged_by", judged == null ? null : judged.by())
                .time("judged_at", judged == null ? null : judged.at())
                .number("version", c.version())
                .number("turn_count", c.turns().size())
                .text("model", c.model())
                .text("tags", JsonText.of(c.tags()))
                .text("question", excerpt(c.question()))
                .text("answer", excerpt(c.answer()))
                .text("note", c.note())
                .text("edits", JsonText.of(c.edits()))
                .text("tools", c.tools())
                .text("turns", Turns.write(c.turns()))
                .text("search_text", searchText(c));
    }

    private static String excerpt(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.codePointCount(0, line.length()) <= ConversationRow.EXCERPT
                ? line
                : line.substring(0, line.offsetByCodePoints(0, ConversationRow.EXCERPT)) + "…";
    }

    private static String searchText(Conversation c) {
        return Folding.fold(
                c.turns().stream().map(Turn::text).collect(Collectors.joining("\n"))
                        + "\n"
                        + String.join("\n", c.edits().values())
                        + "\n"
                        + String.join("\n", c.tags())
                        + "\n"
                        + c.note()
                        + "\n"
                        + (c.externalId() == null ? "" : c.externalId()));
    }

    private static String identity(Conversation c) {
        if (c.externalId() != null) {
            return "external:" + c.externalId();
        }
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(Turns.write(c.turns()).getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update((c.tools() == null ? "" : c.tools()).getBytes(StandardCharsets.UTF_8));
            return "content:" + HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Optional<Conversation> find(ConversationId id) {
        return database.read(FULL + "WHERE c.id = :id", key(id))
                .query(JdbcConversationStore::conversation)
                .optional();
    }

    @Override
    public Optional<Conversation> findExternal(String externalId) {
        return database.read(
                        FULL + "WHERE c.identity = :identity",
                        Values.of("identity", "external:" + externalId))
                .query(JdbcConversationStore::conversation)
                .optional();
    }

    @Override
    public List<ConversationRow> list(
            ConversationFilter filter, @Nullable ConversationId after, int limit) {
        Values values = Values.none().number("limit", limit);
        return database.read(
                        ROW
                                + where(filter, values)
                                + after(after, values)
                                + " ORDER BY c.said_at DESC, c.id LIMIT :limit",
                        values)
                .query(JdbcConversationStore::row)
                .list();
    }

    @Override
    public List<Conversation> read(
            ConversationFilter filter, @Nullable ConversationId after, int limit) {
        Values values = Values.none().number("limit", limit);
        return database.read(
                        FULL
                                + where(filter, values)
                                + after(after, values)
                                + " ORDER BY c.said_at DESC, c.id LIMIT :limit",
                        values)
                .query(JdbcConversationStore::conversation)
                .list();
    }

    @Override
    public long count(ConversationFilter filter) {
        Values values = Values.none();
        return database.read("SELECT COUNT(*) FROM conversation c " + where(filter, values), values)
                .query(Long.class)
                .single();
    }

    private static String where(ConversationFilter filter, Values values) {
        StringBuilder where = new StringBuilder("WHERE 1 = 1");
        List<String> words = words(filter.text());
        for (int i = 0; i < words.size(); i++) {
            where.append(" AND c.search_text LIKE :word").append(i).append(" ESCAPE '!'");
            values.part("word" + i, words.get(i));
        }
        if (filter.tag() != null) {
            where.append(
                    " AND EXISTS (SELECT 1 FROM conversation_tag t WHERE t.conversation_id = c.id AND t.tag = :tag)");
            values.text("tag", filter.tag());
        }
        List<String> stars = new ArrayList<>();
        if (filter.minStars() != null) {
            stars.add("c.stars >= :min_stars");
            values.number("min_stars", filter.minStars());
        }
        if (filter.maxStars() != null) {
            stars.add("c.stars <= :max_stars");
            values.number("max_stars", filter.maxStars());
        }
        if (!stars.isEmpty()) {
            String meant = String.join(" AND ", stars);
            where.append(" AND (")
                    .append(filter.orEdited() ? "c.edited OR (" + meant + ")" : meant)
                    .append(")");
        }
        where.append(
                switch (filter.state()) {
                    case ANY -> "";
                    case RATED -> " AND c.stars IS NOT NULL";
                    case UNRATED -> " AND c.stars IS NULL";
                    case EDITED -> " AND c.edited";
                });
        if (filter.from() != null) {
            where.append(" AND c.said_at >= :said_from");
            values.time("said_from", filter.from());
        }
        if (filter.to() != null) {
            where.append(" AND c.said_at < :said_to");
            values.time("said_to", filter.to());
        }
        return where.toString();
    }

    private static List<String> words(@Nullable String text) {
        return text == null || text.isBlank()
                ? List.of()
                : List.of(Folding.fold(text.strip()).split("\\s+")).stream().limit(10).toList();
    }

    private static String after(@Nullable ConversationId after, Values values) {
        if (after == null) {
            return "";
        }
        values.text("after", after.toString());
        return " "
                + """
                       AND (c.said_at < (SELECT a.said_at FROM conversation a WHERE a.id = :after)
                      OR (c.said_at = (SELECT a.said_at FROM conversation a WHERE a.id = :after) AND c.id > :after))\
                """;
    }

    @Override
    public Neighbours neighbours(ConversationId id, ConversationFilter filter) {
        Values next = Values.none();
        String onward =
                "SELECT c.id FROM conversation c "
                        + where(filter, next)
                        + after(id, next)
                        + " ORDER BY c.said_at DESC, c.id LIMIT 1";
        Values back = Values.none();
        String backward =
                "SELECT c.id FROM conversation c "
                        + where(filter, back)
                        + " "
                        + """
                        AND (c.said_at > (SELECT a.said_at FROM conversation a WHERE a.id = :here)
                                         OR (c.said_at = (SELECT a.said_at FROM conversation a WHERE a.id = :here) AND c.id < :here))
                                  ORDER BY c.said_at, c.id DESC LIMIT 1
                        """;
        back.text("here", id.toString());
        return new Neighbours(one(backward, back), one(onward, next));
    }

    private @Nullable ConversationId one(String sql, Values values) {
        return database.read(sql, values)
                .query(String.class)
                .optional()
                .map(ConversationId::parse)
                .orElse(null);
    }

    @Override
    public List<String> tags() {
        return database
                .read("SELECT DISTINCT tag FROM conversation_tag", Values.none())
                .query(String.class)
                .list()
                .stream()
                .sorted(String.CASE_INSENSITIVE_ORDER)
                .toList();
    }

    @Override
    public boolean rate(ConversationId id, @Nullable Integer stars, Conversation.Judgement by) {
        return database.write(
                                """
                                UPDATE conversation
                                   SET stars = :stars, judged_by = :by, judged_at = :at, changed_at = :at,
                                       version = version + 1
                                 WHERE id = :id
                                """,
                                key(id).number("stars", stars)
                                        .text("by", by.by())
                                        .time("at", by.at()))
                        .update()
                == 1;
    }

    @Override
    public boolean describe(ConversationId id, List<String> tags, String note, Instant now) {
        return database.inTransaction(() -> {
            Optional<Conversation> there = locked(id);
            there.ifPresent(c -> {
                var described =
                        new Conversation(
                                c.id(),
                                c.externalId(),
                                c.turns(),
                                c.tools(),
                                c.edits(),
                                c.stars(),
                                note,
                                tags,
                                c.model(),
                                c.judged(),
                                c.saidAt(),
                                c.createdAt(),
                                now,
                                c.version() + 1);
                database.write(
                                """
                                UPDATE conversation
                                   SET tags = :tags, note = :note, search_text = :search_text, changed_at = :changed_at,
                                       version = :version
                                 WHERE id = :id
                                """,
                                all(described))
                        .update();
                replaceTags(id, tags);
            });
            return there.isPresent();
        });
    }

    private Optional<Conversation> locked(ConversationId id) {
        return database.read(FULL + "WHERE c.id = :id " + database.dialect().forUpdate(), key(id))
                .query(JdbcConversationStore::conversation)
                .optional();
    }

    @Override
    public boolean edit(
            ConversationId id,
            SortedMap<Integer, String> edits,
            long version,
            Conversation.Judgement by) {
        return database.inTransaction(() -> {
            Optional<Conversation> there = locked(id).filter(c -> c.version() == version);
            there.ifPresent(c -> {
                var edited =
                        new Conversation(
                                c.id(),
                                c.externalId(),
                                c.turns(),
                                c.tools(),
                                edits,
                                c.stars(),
                                c.note(),
                                c.tags(),
                                c.model(),
                                by,
                                c.saidAt(),
                                c.createdAt(),
                                by.at(),
                                c.version() + 1);
                database.write(
                                """
                                UPDATE conversation
                                   SET edits = :edits, edited = :edited, answer = :answer, search_text = :search_text,
                                       judged_by = :judged_by, judged_at = :judged_at, changed_at = :changed_at,
                                       version = :version
                                 WHERE id = :id
                                """,
                                all(edited))
                        .update();
            });
            return there.isPresent();
        });
    }

    @Override
    public boolean delete(ConversationId id) {
        return database.write("DELETE FROM conversation WHERE id = :id", key(id)).update() == 1;
    }

    private static Values key(ConversationId id) {
        return Values.of("id", id.toString());
    }

    private static ConversationRow row(ResultSet row, int number) throws SQLException {
        return new ConversationRow(
                ConversationId.parse(row.getString("id")),
                Rows.textOrNull(row, "external_id"),
                row.getString("question"),
                row.getString("answer"),
                row.getInt("turn_count"),
                Rows.intOrNull(row, "stars"),
                row.getBoolean("edited"),
                JsonText.list(row.getString("tags")),
                Rows.textOrNull(row, "model"),
                Rows.instant(row, "said_at"));
    }

    private static Conversation conversation(ResultSet row, int number) throws SQLException {
        Instant judgedAt = Rows.instantOrNull(row, "judged_at");
        String judgedBy = Rows.textOrNull(row, "judged_by");
        SortedMap<Integer, String> edits = new TreeMap<>();
        for (Map.Entry<String, String> edit : JsonText.texts(row.getString("edits")).entrySet()) {
            edits.put(Integer.valueOf(edit.getKey()), edit.getValue());
        }
        return new Conversation(
                ConversationId.parse(row.getString("id")),
                Rows.textOrNull(row, "external_id"),
                Turns.read(row.getString("turns")),
                Rows.textOrNull(row, "tools"),
                edits,
                Rows.intOrNull(row, "stars"),
                row.getString("note"),
                JsonText.list(row.getString("tags")),
                Rows.textOrNull(row, "model"),
                judgedBy == null || judgedAt == null
                        ? null
                        : new Conversation.Judgement(judgedBy, judgedAt),
                Rows.instant(row, "said_at"),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "changed_at"),
                row.getLong("version"));
    }
}
