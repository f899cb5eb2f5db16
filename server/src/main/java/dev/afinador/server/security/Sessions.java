package dev.afinador.server.security;

import dev.afinador.access.Principal;
import dev.afinador.access.SignIn;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;

/// Opens and ends browser sessions.
@Component
public final class Sessions {

    private final SignIn signIn;
    private final SessionAuthenticationFilter authentication;

    Sessions(SignIn signIn, SessionAuthenticationFilter authentication) {
        this.signIn = signIn;
        this.authentication = authentication;
    }

    /// Opens a session with a one-time code.
    ///
    /// @return false when the code is unknown, used or too old
    public boolean openWithCode(
            String code, HttpServletRequest request, HttpServletResponse response) {
        return signIn.redeem(code)
                .map(token -> {
                    setCookie(token, Duration.ofDays(30), request, response);
                    return true;
                })
                .orElse(false);
    }

    /// Opens a session with the admin token of the data folder.
    public boolean openWithToken(
            String token, HttpServletRequest request, HttpServletResponse response) {
        return authentication
                .byToken(token.strip())
                .map(principal -> {
                    setCookie(signIn.newSession(principal), Duration.ofDays(30), request, response);
                    return true;
                })
                .orElse(false);
    }

    public void end(HttpServletRequest request, HttpServletResponse response) {
        SessionAuthenticationFilter.sessionToken(request).ifPresent(signIn::signOut);
        setCookie("", Duration.ZERO, request, response);
    }

    private static void setCookie(
            String value, Duration life, HttpServletRequest request, HttpServletResponse response) {
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                ResponseCookie.from(SessionAuthenticationFilter.COOKIE, value)
                        .httpOnly(true)
                        .secure(request.isSecure())
                        .sameSite("Lax")
                        .path("/")
                        .maxAge(life)
                        .build()
                        .toString());
    }

    /// Who is calling; only behind the security filters.
    public static Principal caller() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication != null
                && authentication.getPrincipal() instanceof Principal principal) {
            return principal;
        }
        throw new IllegalStateException("no signed-in caller here");
    }
}
