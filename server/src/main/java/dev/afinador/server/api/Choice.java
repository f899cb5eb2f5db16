package dev.afinador.server.api;

import dev.afinador.work.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A parameter that is one of a few words, which are the constants of an enum in lower case.
final class Choice {

    private Choice() {}

    /// @return null when nothing was sent
    /// @throws Refusal `not_one_of`, naming the words that are possible
    static <E extends Enum<E>> @Nullable E of(String field, @Nullable String word, Class<E> type) {
        if (word == null) {
            return null;
        }
        E[] all = type.getEnumConstants();
        return Arrays.stream(all)
                .filter(constant -> spelled(constant).equals(word))
                .findFirst()
                .orElseThrow(() ->
                        Refusal.invalid(
                                List.of(
                                        Refusal.Violation.of(
                                                field,
                                                "not_one_of",
                                                Arrays.stream(all)
                                                        .map(Choice::spelled)
                                                        .collect(Collectors.joining(", "))))));
    }

    static <E extends Enum<E>> E of(
            String field, @Nullable String word, Class<E> type, E otherwise) {
        E chosen = of(field, word, type);
        return chosen == null ? otherwise : chosen;
    }

    private static String spelled(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
