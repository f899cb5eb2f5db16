package dev.afinador.trainer.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tokens that are found in text as they are, before it is cut into words: control tokens of the chat format and the like.
final class AddedTokens {

    /// @param special a control token: text of a person must never become one
    record Added(
            int id,
            String content,
            boolean singleWord,
            boolean eatsSpaceBefore,
            boolean eatsSpaceAfter,
            boolean normalized,
            boolean special) {}

    /// A place in a text; `start` and `end` include the space that the token eats.
    record Found(int start, int end, Added token) {}

    private final Map<Character, List<Added>> byFirstChar = new HashMap<>();
    private final Map<Character, List<Added>> specialByFirstChar = new HashMap<>();
    private final Map<Added, String> spelling = new HashMap<>();

    AddedTokens(List<Added> tokens, java.util.function.UnaryOperator<String> spell) {
        for (Added token : tokens) {
            String content = spell.apply(token.content());
            if (!content.isEmpty()) {
                spelling.put(token, content);
                byFirstChar.computeIfAbsent(content.charAt(0), c -> new ArrayList<>()).add(token);
            }
            if (token.special() && !token.content().isEmpty()) {
                specialByFirstChar
                        .computeIfAbsent(token.content().charAt(0), c -> new ArrayList<>())
                        .add(token);
            }
        }
        byFirstChar
                .values()
                .forEach(list ->
                        list.sort(
                                Comparator.comparingInt(
                                        (Added token) -> -spellingOf(token).length())));
    }

    private String spellingOf(Added token) {
        return java.util.Objects.requireNonNull(spelling.get(token));
    }

    boolean isEmpty() {
        return byFirstChar.isEmpty();
    }

    /// The leftmost, longest ones, without overlap.
    List<Found> find(String text, boolean special) {
        var found = new ArrayList<Found>();
        int free = 0;
        for (int at = 0; at < text.length(); at++) {
            Added token = at(text, at, special);
            if (token == null) {
                continue;
            }
            int start = at;
            int end = at + spellingOf(token).length();
            if (token.singleWord() && (wordBefore(text, start) || wordAfter(text, end))) {
                continue;
            }
            if (token.eatsSpaceBefore()) {
                while (start > free && Character.isWhitespace(text.charAt(start - 1))) {
                    start--;
                }
            }
            if (token.eatsSpaceAfter()) {
                while (end < text.length() && Character.isWhitespace(text.charAt(end))) {
                    end++;
                }
            }
            found.add(new Found(start, end, token));
            free = end;
            at = end - 1;
        }
        return found;
    }

    /// Every spelling of a control token, whatever stands around it; `start` is its first character. They may overlap.
    List<Found> findSpecial(String text) {
        var found = new ArrayList<Found>();
        for (int at = 0; at < text.length(); at++) {
            List<Added> candidates = specialByFirstChar.get(text.charAt(at));
            if (candidates == null) {
                continue;
            }
            for (Added token : candidates) {
                if (text.startsWith(token.content(), at)) {
                    found.add(new Found(at, at + token.content().length(), token));
                    break;
                }
            }
        }
        return found;
    }

    private @Nullable Added at(String text, int at, boolean special) {
        List<Added> candidates = byFirstChar.get(text.charAt(at));
        if (candidates != null) {
            for (Added token : candidates) {
                if ((special || !token.special()) && text.startsWith(spellingOf(token), at)) {
                    return token;
                }
            }
        }
        return null;
    }

    private static boolean wordBefore(String text, int at) {
        return at > 0 && isWordChar(text.codePointBefore(at));
    }

    private static boolean wordAfter(String text, int at) {
        return at < text.length() && isWordChar(text.codePointAt(at));
    }

    private static boolean isWordChar(int c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }
}
