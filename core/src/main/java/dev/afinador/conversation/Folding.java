package dev.afinador.conversation;

import java.text.Normalizer;
import java.util.Locale;

/// Texts as they are searched: without case and accents, so that "que" finds "¿Qué…".
public final class Folding {

    private Folding() {}

    public static String fold(String text) {
        String plain = text;
        if (!Normalizer.isNormalized(text, Normalizer.Form.NFD)) {
            plain = Normalizer.normalize(text, Normalizer.Form.NFD);
        }
        StringBuilder folded = new StringBuilder(plain.length());
        plain.codePoints()
                .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
                .forEach(folded::appendCodePoint);
        return folded.toString().toLowerCase(Locale.ROOT);
    }
}
