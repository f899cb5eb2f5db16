package dev.afinador.storage;

import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;

/// The values of a statement's named parameters, each with its type, so that a NULL has one too.
final class Values {

    private final MapSqlParameterSource source = new MapSqlParameterSource();

    static Values none() {
        return new Values();
    }

    static Values of(String name, String value) {
        return new Values().text(name, value);
    }

    /// PostgreSQL takes no NUL and neither database takes half a surrogate pair. Providers' texts may hold either, and must
    /// not stop the storing of all the rest: both become U+FFFD.
    Values text(String name, @Nullable String value) {
        source.addValue(name, value == null ? null : storable(value), Types.VARCHAR);
        return this;
    }

    /// For `LIKE :name ESCAPE '!'` against lower-case text: the value as a part of it, in any case and word for word.
    Values part(String name, String value) {
        String literal =
                value.toLowerCase(Locale.ROOT)
                        .replace("!", "!!")
                        .replace("%", "!%")
                        .replace("_", "!_");
        return text(name, "%" + literal + "%");
    }

    /// For `IN (:name)`; at least one.
    Values texts(String name, List<String> values) {
        source.addValue(name, values.stream().map(Values::storable).toList(), Types.VARCHAR);
        return this;
    }

    Values word(String name, @Nullable Enum<?> value) {
        source.addValue(
                name, value == null ? null : value.name().toLowerCase(Locale.ROOT), Types.VARCHAR);
        return this;
    }

    Values number(String name, @Nullable Number value) {
        source.addValue(name, value == null ? null : value.longValue(), Types.BIGINT);
        return this;
    }

    Values real(String name, double value) {
        source.addValue(name, value, Types.DOUBLE);
        return this;
    }

    Values time(String name, @Nullable Instant value) {
        source.addValue(name, value == null ? null : value.toEpochMilli(), Types.BIGINT);
        return this;
    }

    Values flag(String name, boolean value) {
        source.addValue(name, value, Types.BOOLEAN);
        return this;
    }

    Values bytes(String name, byte[] value) {
        source.addValue(name, value, Types.VARBINARY);
        return this;
    }

    MapSqlParameterSource source() {
        return source;
    }

    private static String storable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                StringBuilder clean = new StringBuilder(text.length());
                text.codePoints()
                        .map(p -> p == 0 || isHalfPair(p) ? 0xFFFD : p)
                        .forEach(clean::appendCodePoint);
                return clean.toString();
            }
        }
        return text;
    }

    private static boolean isHalfPair(int codePoint) {
        return codePoint <= Character.MAX_VALUE && Character.isSurrogate((char) codePoint);
    }
}
