package dev.afinador.server.boot;

import dev.afinador.text.Messages;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What the person at the terminal reads: Spanish when the terminal's locale says so, else English. The same rule as in the
/// launcher script.
final class Terminal {

    private Terminal() {}

    static String text(String key, Object... args) {
        return Messages.of(Terminal.class, language(System::getenv)).text(key, args);
    }

    /// `LC_ALL` wins over `LC_MESSAGES`, that over `LANG`; an empty one counts as absent.
    static Locale language(UnaryOperator<@Nullable String> environment) {
        for (String name : new String[] {"LC_ALL", "LC_MESSAGES", "LANG"}) {
            String value = environment.apply(name);
            if (value != null && !value.isEmpty()) {
                return value.startsWith("es") ? Locale.of("es") : Locale.ENGLISH;
            }
        }
        return Locale.ENGLISH;
    }
}
