package dev.afinador.conversation;

import dev.afinador.dataset.convert.Mapping;
import dev.afinador.dataset.convert.Part;
import java.math.BigDecimal;
import java.text.Normalizer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes conversations of rows: of columns that are called question and answer, or of objects that hold a list of messages.
public final class Arrivals {

    static final int MOST_TURNS = 1_000;
    static final int LONGEST = 1 << 20;
    private static final int LONGEST_ID = 200;
    private static final int LONGEST_NOTE = 10_000;
    private static final int MOST_TAGS = 20;
    private static final int LONGEST_TAG = 50;

    /// What a column that is no part of the conversation itself can be called, in plain lower-case letters.
    private enum About {
        ID("externalid", "id", "conversationid", "uuid", "idconversacion"),
        SAID_AT(
                "saidat",
                "createdat",
                "created",
                "timestamp",
                "date",
                "time",
                "datetime",
                "fecha",
                "fechahora"),
        STARS("stars", "rating", "estrellas", "valoracion", "puntuacion", "calificacion"),
        TAGS("tags", "etiquetas", "labels"),
        MODEL("model", "modelo"),
        NOTE("note", "notes", "nota", "notas", "comment", "comentario"),
        TOOLS("tools");

        private final List<String> names;

        About(String... names) {
            this.names = List.of(names);
        }

        static @Nullable About of(String column) {
            String plain = plain(column);
            return Arrays.stream(values())
                    .filter(about -> about.names.contains(plain))
                    .findFirst()
                    .orElse(null);
        }

        /// Of two columns that both could be it, the one that is called by an earlier name is.
        int rank(String column) {
            return names.indexOf(plain(column));
        }
    }

    private static final List<String> LISTS =
            List.of("messages", "conversations", "conversation", "turns", "mensajes");

    private final List<String> columns;
    private final Mapping mapping;

    /// What is wrong with a conversation.
    ///
    /// @param field of the row
    /// @param code  its text lies under `conversation.<code>`
    public record Trouble(String field, String code, String arg) {}

    /// @param columns of the source, in order
    public Arrivals(List<String> columns) {
        this.columns = columns.stream().filter(column -> About.of(column) == null).toList();
        this.mapping = Mapping.guess(this.columns);
    }

    /// Either of the two.
    sealed interface Read {
        record Good(Arrival arrival) implements Read {}

        record Bad(Trouble trouble) implements Read {}
    }

    private static final class TroubleException extends RuntimeException {
        private final Trouble trouble;

        TroubleException(String field, String code, String arg) {
            super(code);
            this.trouble = new Trouble(field, code, cut(arg, 60));
        }
    }

    /// @param values by column; texts as they are, everything else as compact JSON
    Read read(Map<String, String> values) {
        try {
            return new Read.Good(arrival(values));
        } catch (TroubleException e) {
            return new Read.Bad(e.trouble);
        }
    }

    private Arrival arrival(Map<String, String> values) {
        String list = null;
        String listField = "";
        for (String name : LISTS) {
            String value = values.get(name);
            if (list == null && value != null && value.startsWith("[")) {
                list = value;
                listField = name;
            }
        }
        List<Turn> turns =
                list == null ? mapped(values) : turns(listField, list, values.get("system"));
        requireUseful(list == null ? "question" : listField, turns);
        Map<About, String> told = about(values);
        String id = told.get(About.ID);
        if (id != null && id.length() > LONGEST_ID) {
            throw new TroubleException("external_id", "conversation_id_too_long", id);
        }
        String tools = told.get(About.TOOLS);
        return new Arrival(
                id,
                turns,
                tools != null && tools.startsWith("[") ? tools : null,
                stars(told.get(About.STARS)),
                cut(told.getOrDefault(About.NOTE, ""), LONGEST_NOTE),
                tags(told.get(About.TAGS)),
                told.containsKey(About.MODEL) ? cut(told.get(About.MODEL), LONGEST_ID) : null,
                time(told.get(About.SAID_AT)));
    }

    private static Map<About, String> about(Map<String, String> values) {
        Map<About, String> told = new EnumMap<>(About.class);
        Map<About, Integer> ranks = new EnumMap<>(About.class);
        values.forEach((column, value) -> {
            About what = value.isBlank() ? null : About.of(column);
            if (what != null && what.rank(column) < ranks.getOrDefault(what, Integer.MAX_VALUE)) {
                told.put(what, value.strip());
                ranks.put(what, what.rank(column));
            }
        });
        return told;
    }

    private static List<Turn> turns(String field, String list, @Nullable String system) {
        if (list.length() > LONGEST) {
            throw new TroubleException(field, "conversation_too_long", "");
        }
        List<Turn> turns;
        try {
            turns = Turns.read(list);
        } catch (Turns.UnreadableException e) {
            throw new TroubleException(field, e.code(), e.arg());
        }
        boolean has = !turns.isEmpty() && turns.getFirst().role().equals("system");
        if (system == null || system.isBlank() || has) {
            return turns;
        }
        List<Turn> all = new ArrayList<>();
        all.add(new Turn("system", system, null));
        all.addAll(turns);
        return all;
    }

    private List<Turn> mapped(Map<String, String> values) {
        List<Turn> turns = new ArrayList<>();
        String system = value(values, Part.SYSTEM);
        if (!system.isBlank()) {
            turns.add(new Turn("system", system.strip(), null));
        }
        String history = value(values, Part.HISTORY);
        if (!history.isBlank()) {
            turns.addAll(turns("history", history.strip(), null));
        }
        String question = value(values, Part.QUESTION).strip();
        String context = value(values, Part.CONTEXT).strip();
        String answer = value(values, Part.ANSWER).strip();
        if (question.isEmpty()) {
            throw new TroubleException("question", "conversation_no_question", "");
        }
        if (answer.isEmpty()) {
            throw new TroubleException("answer", "conversation_no_answer", "");
        }
        turns.add(
                new Turn("user", context.isEmpty() ? question : question + "\n\n" + context, null));
        turns.add(new Turn("assistant", answer, null));
        return turns;
    }

    private String value(Map<String, String> values, Part part) {
        Integer column = mapping.columns().get(part);
        return column == null ? "" : values.getOrDefault(columns.get(column), "");
    }

    private static void requireUseful(String field, List<Turn> turns) {
        if (turns.size() > MOST_TURNS) {
            throw new TroubleException(
                    field, "conversation_too_many_turns", Integer.toString(turns.size()));
        }
        if (turns.stream().mapToLong(turn -> turn.text().length()).sum() > LONGEST) {
            throw new TroubleException(field, "conversation_too_long", "");
        }
        if (turns.stream().noneMatch(turn -> turn.role().equals("user"))) {
            throw new TroubleException(field, "conversation_no_question", "");
        }
        if (turns.stream().noneMatch(turn -> turn.role().equals("assistant"))) {
            throw new TroubleException(field, "conversation_no_answer", "");
        }
    }

    private static @Nullable Integer stars(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            int stars = new BigDecimal(text.replace(',', '.')).intValueExact();
            if (stars >= 1 && stars <= 5) {
                return stars;
            }
            if (stars == 0) {
                return null;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // told below
        }
        throw new TroubleException("stars", "conversation_stars", text);
    }

    /// A JSON list of texts, or texts between commas, semicolons or bars.
    private static List<String> tags(@Nullable String text) {
        if (text == null) {
            return List.of();
        }
        String bare = text.startsWith("[") ? text.replaceAll("^\\[|]$|\"", "") : text;
        return clean(List.of(bare.split("[,;|]")));
    }

    /// Tags as they are kept: on one line, each once, in alphabetical order, not too many and not too long.
    static List<String> clean(List<String> tags) {
        List<String> sorted = new ArrayList<>();
        for (String tag : tags) {
            String shown = tag.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
            if (!shown.isEmpty()) {
                sorted.add(cut(shown, LONGEST_TAG));
            }
        }
        sorted.sort(String.CASE_INSENSITIVE_ORDER);
        return new LinkedHashSet<>(sorted).stream().limit(MOST_TAGS).toList();
    }

    /// ISO 8601 with a zone or without (then UTC), a day, or seconds or milliseconds since 1970.
    private static @Nullable Instant time(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            if (text.matches("[0-9]{9,11}(\\.[0-9]+)?")) {
                return Instant.ofEpochMilli(new BigDecimal(text).movePointRight(3).longValue());
            }
            if (text.matches("[0-9]{12,14}")) {
                return Instant.ofEpochMilli(Long.parseLong(text));
            }
            String iso = text.replaceFirst("^(\\d{4}-\\d\\d-\\d\\d) ", "$1T");
            if (iso.length() == 10) {
                return LocalDate.parse(iso).atStartOfDay(ZoneOffset.UTC).toInstant();
            }
            TemporalAccessor time =
                    DateTimeFormatter.ISO_DATE_TIME.parseBest(
                            iso, OffsetDateTime::from, LocalDateTime::from);
            return time instanceof OffsetDateTime zoned
                    ? zoned.toInstant()
                    : LocalDateTime.from(time).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException | ArithmeticException e) {
            throw new TroubleException("said_at", "conversation_time", text);
        }
    }

    private static String plain(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]", "");
    }

    private static String cut(String text, int most) {
        return text.codePointCount(0, text.length()) <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, most));
    }
}
