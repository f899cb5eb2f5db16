package dev.afinador.server.web.gallery;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.util.WebUtils;

/// The reader's language as the application chooses it.
final class GalleryLocales implements LocaleResolver {

    public static final Locale SPANISH = Locale.of("es");
    public static final Locale ENGLISH = Locale.of("en");
    public static final List<Locale> ALL = List.of(SPANISH, ENGLISH);
    public static final String COOKIE = "afinador_lang";

    @Override
    public Locale resolveLocale(HttpServletRequest request) {
        Cookie cookie = WebUtils.getCookie(request, COOKIE);
        if (cookie != null) {
            for (Locale locale : ALL) {
                if (locale.getLanguage().equals(cookie.getValue())) {
                    return locale;
                }
            }
        }
        if (request.getHeader("Accept-Language") == null) {
            return SPANISH; // getLocales() would give the machine's own
        }
        return preferred(Collections.list(request.getLocales()));
    }

    /// The first of our languages in the reader's order of preference.
    static Locale preferred(List<Locale> wanted) {
        for (Locale want : wanted) {
            for (Locale have : ALL) {
                if (have.getLanguage().equals(want.getLanguage())) {
                    return have;
                }
            }
        }
        return SPANISH;
    }

    /// Not used: the switch sets the cookie itself.
    @Override
    public void setLocale(
            HttpServletRequest request,
            @Nullable HttpServletResponse response,
            @Nullable Locale locale) {
        throw new UnsupportedOperationException("the language is chosen by POST /preferences");
    }
}
