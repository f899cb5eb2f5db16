package dev.afinador.text;

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
        return new MessageFormat(bundle.getString(key), locale).format(args);
    }
}
