package dev.afinador.server.web;

import dev.afinador.access.Principal;
import dev.afinador.server.web.shared.Assets;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.ShellView;
import dev.afinador.server.web.shared.Tone;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.util.WebUtils;

/// Gives every page what its frame needs.
@ControllerAdvice(annotations = Controller.class)
class ShellAdvice {

    private final MessageSource messages;
    private final Assets assets;

    ShellAdvice(MessageSource messages, Assets assets) {
        this.messages = messages;
        this.assets = assets;
    }

    /// Templates may not reach for beans in addresses, so it is handed to them.
    @ModelAttribute("assets")
    Assets assets() {
        return assets;
    }

    @ModelAttribute("shell")
    ShellView shell(HttpServletRequest request, Locale locale) {
        if (request.getAttribute(CsrfToken.class.getName()) instanceof CsrfToken token) {
            String unused = token.getToken(); // now, while its cookie can still be set
        }
        Cookie theme = WebUtils.getCookie(request, PreferencesPage.THEME_COOKIE);
        return new ShellView(
                locale.getLanguage(),
                theme == null || !PreferencesPage.THEMES.contains(theme.getValue())
                        ? "system"
                        : theme.getValue(),
                here(request),
                name(request.getUserPrincipal()),
                flash(request, locale));
    }

    private static @Nullable String name(java.security.@Nullable Principal caller) {
        return caller instanceof Authentication authentication
                        && authentication.getPrincipal() instanceof Principal principal
                ? principal.name()
                : null;
    }

    /// Path and query of the page; only GET pages can be come back to.
    private static String here(HttpServletRequest request) {
        Object failed = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        if (failed instanceof String path) {
            return path;
        }
        if (!"GET".equals(request.getMethod())) {
            return "/jobs";
        }
        String query = request.getQueryString();
        return request.getRequestURI() + (query == null ? "" : "?" + query);
    }

    /// What the last action did, named by `?said=`; only words of ours can be said this way.
    private @Nullable NoticeView flash(HttpServletRequest request, Locale locale) {
        if (!"GET".equals(request.getMethod())) {
            return null; // only redirects say it, and a broken form's parameters cannot be read
        }
        String said = request.getParameter("said");
        if (said == null || !said.matches("[a-z-]{1,40}")) {
            return null;
        }
        String count = request.getParameter("n");
        Object n = count != null && count.matches("[0-9]{1,6}") ? Integer.valueOf(count) : 0;
        String text = messages.getMessage("flash." + said, new Object[] {n}, null, locale);
        return text == null ? null : NoticeView.of(Tone.OK, text, null);
    }
}
