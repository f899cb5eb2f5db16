package dev.afinador.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// How values are kept in columns: times as milliseconds, words in lower case, maps and lists as JSON text.
final class Columns {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, String>> TEXTS_BY_NAME =
            new TypeReference<>() {};
    private static final TypeReference<Map<String, Double>> NUMBERS_BY_NAME =
            new TypeReference<>() {};
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

    private Columns() {}

    static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(value);
    }

    static Instant instantNotNull(ResultSet row, String column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(column));
    }

    static @Nullable Long number(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    static @Nullable Integer smallNumber(ResultSet row, String column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? null : value;
    }

    static @Nullable String word(@Nullable Enum<?> value) {
        return value == null ? null : value.name().toLowerCase(Locale.ROOT);
    }

    static <E extends Enum<E>> E value(Class<E> type, ResultSet row, String column)
            throws SQLException {
        return Enum.valueOf(type, row.getString(column).toUpperCase(Locale.ROOT));
    }

    static <E extends Enum<E>> @Nullable E valueOrNull(Class<E> type, ResultSet row, String column)
            throws SQLException {
        String word = row.getString(column);
        return word == null ? null : Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
    }

    static String json(Object value) {
        return JSON.writeValueAsString(value);
    }

    static Map<String, String> texts(String json) {
        return JSON.readValue(json, TEXTS_BY_NAME);
    }

    static Map<String, Double> numbers(String json) {
        return JSON.readValue(json, NUMBERS_BY_NAME);
    }

    static List<String> list(String json) {
        return JSON.readValue(json, TEXTS);
    }
}
