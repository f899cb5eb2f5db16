package dev.afinador.server.security;

import dev.afinador.server.api.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.stereotype.Component;

/// Says why a caller may not do something: they are not signed in, the form is too old or foreign (CSRF), or the role does not
/// allow it.
@Component
final class DeniedHandler implements AccessDeniedHandler {

    private final ProblemWriter problems;
    private final SignInEntryPoint entryPoint;

    DeniedHandler(ProblemWriter problems, SignInEntryPoint entryPoint) {
        this.problems = problems;
        this.entryPoint = entryPoint;
    }

    @Override
    public void handle(
            HttpServletRequest request, HttpServletResponse response, AccessDeniedException failure)
            throws IOException {
        // A program without a token has no form either; what it lacks is the token.
        if (SecurityConfig.isApi(request)
                && SecurityContextHolder.getContext().getAuthentication() == null) {
            entryPoint.commence(
                    request,
                    response,
                    new InsufficientAuthenticationException("not signed in", failure));
            return;
        }
        String code = failure instanceof CsrfException ? "csrf" : "role_not_allowed";
        if (SecurityConfig.isApi(request)) {
            problems.write(request, response, 403, code);
        } else {
            response.sendError(403, code);
        }
    }
}
