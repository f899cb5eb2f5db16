package dev.afinador.server.security;

import dev.afinador.access.Principal;
import dev.afinador.access.Role;
import dev.afinador.access.SignIn;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.web.filter.OncePerRequestFilter;

/// Knows the caller by `Authorization: Bearer <admin token>` or by the session cookie. The one place where users, roles and other
/// ways in (OIDC, personal tokens) will have to be known.
final class SessionAuthenticationFilter extends OncePerRequestFilter {

    static final String COOKIE = "afinador_session";

    private static final String BEARER = "Bearer ";

    private final SignIn signIn;
    private final byte[] adminToken;

    SessionAuthenticationFilter(SignIn signIn, String adminToken) {
        this.signIn = signIn;
        this.adminToken = adminToken.getBytes(StandardCharsets.UTF_8);
    }

    private final SecurityContextRepository contexts =
            new RequestAttributeSecurityContextRepository();

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        principal(request)
                .ifPresent(principal -> {
                    SecurityContext context = SecurityContextHolder.createEmptyContext();
                    context.setAuthentication(
                            new UsernamePasswordAuthenticationToken(
                                    principal, null, authorities(principal.role())));
                    SecurityContextHolder.setContext(context);
                    // Without it every request would count as a fresh sign-in, which changes the
                    // CSRF token.
                    contexts.saveContext(context, request, response);
                });
        chain.doFilter(request, response);
    }

    private Optional<Principal> principal(HttpServletRequest request) {
        if (isBearer(request)) {
            return byToken(
                    request.getHeader(HttpHeaders.AUTHORIZATION)
                            .substring(BEARER.length())
                            .strip());
        }
        return sessionToken(request).flatMap(signIn::authenticate);
    }

    static boolean isBearer(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length());
    }

    Optional<Principal> byToken(String token) {
        boolean same = MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8), adminToken);
        return same ? Optional.of(new Principal("admin", Role.ADMIN)) : Optional.empty();
    }

    static Optional<String> sessionToken(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        return cookies == null
                ? Optional.empty()
                : Arrays.stream(cookies)
                        .filter(c -> c.getName().equals(COOKIE) && !c.getValue().isBlank())
                        .map(Cookie::getValue)
                        .findFirst();
    }

    /// Each role may do all that the ones before it may.
    private static List<SimpleGrantedAuthority> authorities(Role role) {
        return Arrays.stream(Role.values())
                .filter(r -> r.compareTo(role) <= 0)
                .map(r -> new SimpleGrantedAuthority("ROLE_" + r.name()))
                .toList();
    }
}
