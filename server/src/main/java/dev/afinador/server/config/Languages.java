package dev.afinador.server.config;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.util.WebUtils;

/// Which language an answer is in: the one chosen by the switch (a cookie), else what `Accept-Language` prefers among ours,
/// else Spanish. Registered under the name that Spring MVC looks for.
@Component("localeResolver")
public final class Languages implements LocaleResolver {

    public static final String COOKIE = "afinador_lang";
    public static final Locale SPANISH = Locale.of("es");
    public static final Locale ENGLISH = Locale.ENGLISH;
    public static final List<Locale> ALL = List.of(SPANISH, ENGLISH);

    @Override
    public Locale resolveLocale(HttpServletRequest request) {
        Cookie chosen = WebUtils.getCookie(request, COOKIE);
        if (chosen != null) {
            return chosen.getValue().equals("en") ? ENGLISH : SPANISH;
        }
        String header = request.getHeader("Accept-Language");
        if (header != null && !header.isBlank() && header.length() < 1000) {
            try {
                Locale best = Locale.lookup(Locale.LanguageRange.parse(header), ALL);
                if (best != null) {
                    return best;
                }
            } catch (IllegalArgumentException e) {
                return SPANISH; // a header nobody can read
            }
        }
        return SPANISH;
    }

    @Override
    public void setLocale(
            HttpServletRequest request,
            @Nullable HttpServletResponse response,
            @Nullable Locale locale) {
        throw new UnsupportedOperationException("the language is chosen by the cookie " + COOKIE);
    }
}
