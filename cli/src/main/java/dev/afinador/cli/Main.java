package dev.afinador.cli;

import dev.afinador.text.Messages;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// `afinador check FILE…`
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        var out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, false, StandardCharsets.UTF_8);
        Terminal terminal = Terminal.ofThisProcess();
        int code;
        try {
            code = run(args, System.in, out, err, terminal);
        } catch (OutOfMemoryError e) {
            code = CheckCommand.DEFECT;
            err.println(
                    Messages.of(Main.class, language(args, terminal.environment()))
                            .text("memory", Runtime.getRuntime().maxMemory() >> 20));
        }
        out.flush();
        err.flush();
        System.exit(code);
    }

    static int run(
            String[] args, InputStream in, PrintWriter out, PrintWriter err, Terminal terminal) {
        Locale locale = language(args, terminal.environment());
        var command = new CheckCommand(in, out, err, terminal, locale);
        var line = new CommandLine(command);
        line.setResourceBundle(
                ResourceBundle.getBundle("dev.afinador.cli.usage", locale, NO_FALLBACK));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setOut(out);
        line.setErr(err);
        line.setColorScheme(
                CommandLine.Help.defaultColorScheme(
                        terminal.colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        line.setParameterExceptionHandler(new BadUsage(locale));
        line.setExecutionExceptionHandler((e, _, _) -> {
            throw e; // a defect: the JVM prints it and ends with 1
        });
        return line.execute(args);
    }

    private static String place(Exception e) {
        StackTraceElement[] trace = e.getStackTrace();
        return trace.length == 0 ? "?" : trace[0].getFileName() + ":" + trace[0].getLineNumber();
    }

    private static final ResourceBundle.Control NO_FALLBACK =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    /// `--lang` counts for what is told about other options, too, so it is looked for before they are read. Without it, the
    /// rule of the launcher script: `LC_ALL` wins over `LC_MESSAGES`, that over `LANG`; an empty one counts as absent.
    static Locale language(String[] args, UnaryOperator<@Nullable String> environment) {
        for (int i = 0; i < args.length; i++) {
            if (args[i].startsWith("--lang=")) {
                return locale(args[i].substring("--lang=".length()));
            }
            if (args[i].equals("--lang") && i + 1 < args.length) {
                return locale(args[i + 1]);
            }
        }
        for (String name : new String[] {"LC_ALL", "LC_MESSAGES", "LANG"}) {
            String value = environment.apply(name);
            if (value != null && !value.isEmpty()) {
                return locale(value);
            }
        }
        return Locale.ENGLISH;
    }

    private static Locale locale(String value) {
        return value.startsWith("es") ? Locale.of("es") : Locale.ENGLISH;
    }
}
