package dev.afinador.dataset.repair;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What a repair can do. None of these changes what an example means, but the last one, which has to be asked for.
public enum Fix {
    /// Writes UTF-16 and Windows-1252 as UTF-8.
    ENCODING,
    /// Takes the mark away that some editors put before the text.
    BYTE_ORDER_MARK,
    /// Ends lines with a line feed alone, as everywhere but on Windows.
    LINE_ENDINGS,
    /// Takes lines away that have nothing on them.
    BLANK_LINES,
    /// Spells keys and roles as the protocol does, the old names of preference files included.
    KEYS,
    /// Takes blanks and line breaks away before and after the text of a message.
    TRIM,
    /// Keeps the first of examples that are the same.
    DUPLICATES,
    /// Takes lines away that are no JSON objects. Not safe in the sense of the others: something is lost.
    UNREADABLE;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether nothing is lost by it, so that it can be proposed to everybody.
    public boolean safe() {
        return this != UNREADABLE;
    }

    public static Optional<Fix> of(String word) {
        return Arrays.stream(values()).filter(fix -> fix.word().equals(word)).findFirst();
    }
}
