package dev.afinador.text;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/// One feature's message bundle in one language: English unless the language has a bundle of its own.
///
/// Every text is a [MessageFormat] pattern, also those without placeholders, so an apostrophe is always written twice.
public final class Messages {

    /// Without this, asking for English on a Spanish machine would give Spanish.
    private static final ResourceBundle.Control NO_FALLBACK =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    private final ResourceBundle bundle;
    private final Locale locale;

    private Messages(ResourceBundle bundle, Locale locale) {
        this.bundle = bundle;
        this.locale = locale;
    }

    /// @param feature a class of the feature's package; its bundle is `messages` beside it
    public static Messages of(Class<?> feature, Locale locale) {
        String name = feature.getPackageName() + ".messages";
        return new Messages(
                ResourceBundle.getBundle(name, locale, feature.getClassLoader(), NO_FALLBACK),
                locale);
    }

    public Locale locale() {
        return locale;
    }

    public boolean has(String key) {
        return bundle.containsKey(key);
    }

    /// @throws java.util.MissingResourceException when the bundle lacks the key
    public String text(String key, Object... args) {
        String pattern = bundle.getString(key);
        return new MessageFormat(pattern, locale).format(withGroups(pattern, args));
    }

    /// Whole numbers as the language's readers group them. Those that the pattern does something with stay numbers.
    private Object[] withGroups(String pattern, Object[] args) {
        if (!locale.getLanguage().equals("es")) {
            return args;
        }
        Object[] written = args.clone();
        for (int i = 0; i < args.length; i++) {
            if (args[i] instanceof Long || args[i] instanceof Integer) {
                boolean plain = !pattern.contains("{" + i + ",");
                written[i] = plain ? spaced(((Number) args[i]).longValue()) : args[i];
            }
        }
        return written;
    }

    /// With thin spaces between the groups, as the academies of Spanish ask for: a point or a comma is read differently from
    /// country to country.
    private String spaced(long number) {
        var symbols = DecimalFormatSymbols.getInstance(locale);
        symbols.setGroupingSeparator('\u202f');
        return new DecimalFormat("#,##0", symbols).format(number);
    }
}
