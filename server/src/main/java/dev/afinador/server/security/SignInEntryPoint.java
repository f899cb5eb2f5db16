package dev.afinador.server.security;

import dev.afinador.server.api.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.stereotype.Component;

/// Sends people to the sign-in page and programs a problem.
@Component
final class SignInEntryPoint implements AuthenticationEntryPoint {

    private final ProblemWriter problems;

    SignInEntryPoint(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    public void commence(
            HttpServletRequest request,
            HttpServletResponse response,
            AuthenticationException failure)
            throws IOException {
        if (SecurityConfig.isApi(request)) {
            response.setHeader("WWW-Authenticate", "Bearer");
            problems.write(request, response, 401, "not_signed_in");
            return;
        }
        if (request.getHeader("HX-Request")
                != null) { // a fragment must not be replaced by the sign-in page
            response.setHeader("HX-Redirect", "/sign-in");
            response.setStatus(401);
            return;
        }
        String query = request.getQueryString();
        String here = request.getRequestURI() + (query == null ? "" : "?" + query);
        boolean page = request.getMethod().equals("GET") && !here.equals("/");
        response.sendRedirect(
                page
                        ? "/sign-in?next=" + URLEncoder.encode(here, StandardCharsets.UTF_8)
                        : "/sign-in");
    }
}
