package dev.afinador.server.security;

import dev.afinador.server.api.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.springframework.web.filter.OncePerRequestFilter;

/// Refuses parameters that hold U+0000: nobody types it, and one of our databases cannot even be asked for it.
final class NulFilter extends OncePerRequestFilter {

    private final ProblemWriter problems;

    NulFilter(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!holdsNul(request)) {
            chain.doFilter(request, response);
        } else if (SecurityConfig.isApi(request)) {
            problems.write(request, response, 400, "bad_request");
        } else {
            response.sendError(400);
        }
    }

    /// The parts of a multipart body are left alone: they may be large, and are read as they stream in.
    private static boolean holdsNul(HttpServletRequest request) {
        String type = request.getContentType();
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
            return request.getParameterMap().values().stream()
                    .flatMap(Arrays::stream)
                    .anyMatch(value -> value.indexOf('\0') >= 0);
        }
        String query = request.getQueryString();
        return query != null && query.contains("%00");
    }
}
