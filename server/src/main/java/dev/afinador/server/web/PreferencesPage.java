package dev.afinador.server.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// The switches of language and theme: plain forms that set a cookie and come back.
@Controller
class PreferencesPage {

    static final String LANGUAGE_COOKIE = "afinador_lang";
    static final String THEME_COOKIE = "afinador_theme";
    static final Set<String> THEMES = Set.of("system", "light", "dark");
    private static final Set<String> LANGUAGES = Set.of("es", "en");

    @PostMapping("/preferences")
    ResponseEntity<Void> choose(
            @RequestParam(required = false) @Nullable String lang,
            @RequestParam(required = false) @Nullable String theme,
            @RequestParam(defaultValue = "/jobs") String back,
            HttpServletRequest request) {
        var answer = ResponseEntity.status(HttpStatus.SEE_OTHER).location(safe(back));
        if (lang != null && LANGUAGES.contains(lang)) {
            answer.header(HttpHeaders.SET_COOKIE, cookie(LANGUAGE_COOKIE, lang, request));
        }
        if (theme != null && THEMES.contains(theme)) {
            answer.header(HttpHeaders.SET_COOKIE, cookie(THEME_COOKIE, theme, request));
        }
        return answer.build();
    }

    private static String cookie(String name, String value, HttpServletRequest request) {
        return ResponseCookie.from(name, value)
                .path("/")
                .maxAge(Duration.ofDays(365))
                .httpOnly(true)
                .sameSite("Lax")
                .secure(request.isSecure())
                .build()
                .toString();
    }

    /// A path on this server; anything else leads to the jobs.
    static URI safe(String back) {
        if (back.startsWith("/") && !back.startsWith("//") && !back.contains("\\")) {
            try {
                var uri = URI.create(back);
                if (uri.getHost() == null && uri.getScheme() == null) {
                    return uri;
                }
            } catch (IllegalArgumentException e) {
                return URI.create("/jobs");
            }
        }
        return URI.create("/jobs");
    }
}
