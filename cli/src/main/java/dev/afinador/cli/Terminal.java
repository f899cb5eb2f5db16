package dev.afinador.cli;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Where the program writes to.
///
/// @param colours     whether standard output is a terminal that shows colours, and nobody has asked for none
/// @param progress    whether somebody watches standard error
/// @param environment variables by name
record Terminal(boolean colours, boolean progress, UnaryOperator<@Nullable String> environment) {

    /// The launcher script knows which streams are terminals and says it; the JDK only knows about both together.
    static Terminal ofThisProcess() {
        boolean both = System.console() != null && System.console().isTerminal();
        boolean out = said("afinador.out.terminal", both);
        boolean err = said("afinador.err.terminal", both);
        String noColour = System.getenv("NO_COLOR"); // https://no-color.org
        boolean dumb = "dumb".equals(System.getenv("TERM"));
        return new Terminal(
                out && !dumb && (noColour == null || noColour.isEmpty()),
                err && !dumb,
                System::getenv);
    }

    private static boolean said(String property, boolean otherwise) {
        String value = System.getProperty(property);
        return value == null ? otherwise : Boolean.parseBoolean(value);
    }
}
