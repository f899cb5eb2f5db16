package dev.afinador.server.config;

import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.context.NoSuchMessageException;
import org.springframework.stereotype.Component;

/// The words of problems, hints and provider errors, by stable code.
@Component
public final class Texts {

    private final MessageSource messages;

    Texts(MessageSource messages) {
        this.messages = messages;
    }

    /// @throws NoSuchMessageException when neither bundle has the key
    public String get(Locale locale, String key, Object... args) {
        return messages.getMessage(key, args, locale);
    }

    /// The text, or what to say when there is none for this key.
    public String getOrElse(Locale locale, String key, String otherwise, Object... args) {
        String text = messages.getMessage(key, args, null, locale);
        return text == null ? otherwise : text;
    }

    /// What is wrong with the link to a provider, in words a person can act on.
    ///
    /// @param code stable code such as `provider_key_rejected`
    public String providerTrouble(Locale locale, String code) {
        return getOrElse(locale, "trouble." + code, code);
    }

    /// What to do about why a job failed or is held up.
    ///
    /// @param code code of a [dev.afinador.job.JobError]
    public String hint(Locale locale, String code) {
        return getOrElse(
                locale,
                "hint." + code,
                getOrElse(locale, "trouble." + code, get(locale, "hint.default")));
    }
}
