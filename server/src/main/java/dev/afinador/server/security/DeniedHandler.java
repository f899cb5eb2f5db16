package dev.afinador.server.security;

import dev.afinador.server.api.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.stereotype.Component;

/// Says why a signed-in caller may not do something: the form is too old or foreign (CSRF), or the role does not allow it.
@Component
final class DeniedHandler implements AccessDeniedHandler {

    private final ProblemWriter problems;

    DeniedHandler(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    public void handle(
            HttpServletRequest request, HttpServletResponse response, AccessDeniedException failure)
            throws IOException {
        String code = failure instanceof CsrfException ? "csrf" : "role_not_allowed";
        if (SecurityConfig.isApi(request)) {
            problems.write(request, response, 403, code);
        } else {
            response.sendError(403, code);
        }
    }
}
