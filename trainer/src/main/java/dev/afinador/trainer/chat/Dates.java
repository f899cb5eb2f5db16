package dev.afinador.trainer.chat;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Python's `strftime` for the directives of which dates are made.
final class Dates {

    private Dates() {}

    static String format(LocalDateTime time, String format) {
        var out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                out.append(c);
                continue;
            }
            char directive = format.charAt(++i);
            boolean unpadded = directive == '-' && i + 1 < format.length();
            if (unpadded) {
                directive = format.charAt(++i);
            }
            String pattern =
                    switch (directive) {
                        case 'd' -> unpadded ? "d" : "dd";
                        case 'm' -> unpadded ? "M" : "MM";
                        case 'Y' -> "uuuu";
                        case 'y' -> "uu";
                        case 'B' -> "MMMM";
                        case 'b' -> "MMM";
                        case 'A' -> "EEEE";
                        case 'a' -> "EEE";
                        case 'H' -> unpadded ? "H" : "HH";
                        case 'I' -> unpadded ? "h" : "hh";
                        case 'M' -> unpadded ? "m" : "mm";
                        case 'S' -> unpadded ? "s" : "ss";
                        case 'p' -> "a";
                        case 'j' -> "DDD";
                        case '%' -> "'%'";
                        default ->
                                throw new TemplateException(
                                        TemplateException.Kind.TEMPLATE,
                                        "the chat template prints a date with %"
                                                + directive
                                                + ", which is not supported");
                    };
            out.append(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time));
        }
        return out.toString();
    }
}
