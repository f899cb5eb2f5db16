package dev.afinador.openai;

import dev.afinador.provider.Credential;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Keeps keys out of texts that people or logs may see.
final class Masking {

    /// A shorter key (`ollama`, `none`) is a common word: masking it everywhere would spoil names in good answers.
    private static final int LENGTH_OF_A_REAL_KEY = 16;

    private static final int LONGEST_MESSAGE = 500;
    private static final String MASK = "***";

    /// OpenAI's keys and what providers print of them (`sk-abc***xyz`), bearer tokens, and JSON web tokens.
    private static final Pattern KEY_LIKE =
            Pattern.compile(
                    "\\b(?:sk|rk|pk)-[A-Za-z0-9_*.\\-]{4,}"
                            + "|(?i:\\bbearer\\s+)[A-Za-z0-9_.~+/=\\-]{8,}"
                            + "|\\beyJ[A-Za-z0-9_\\-]{8,}(?:\\.[A-Za-z0-9_\\-]*)*");

    private Masking() {}

    /// A whole answer without the key that was sent, in case a provider repeats it.
    static String answer(String text, @Nullable Credential key) {
        return withoutKey(text, key, LENGTH_OF_A_REAL_KEY);
    }

    /// One line of at most 500 characters without anything that is or looks like a key.
    static String message(String text, @Nullable Credential key) {
        String line = withoutKey(text, key, 4).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        line = KEY_LIKE.matcher(line).replaceAll(MASK);
        if (line.length() <= LONGEST_MESSAGE) {
            return line;
        }
        int end = LONGEST_MESSAGE - 1;
        if (Character.isHighSurrogate(line.charAt(end - 1))) {
            end--;
        }
        return line.substring(0, end) + "…";
    }

    private static String withoutKey(String text, @Nullable Credential key, int shortest) {
        if (key == null) {
            return text;
        }
        String secret = key.reveal().strip();
        return secret.length() < shortest ? text : text.replace(secret, MASK);
    }
}
