package dev.afinador.server.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/// Lets through what a machine without the console answers to: the engine, and whether it lives.
final class RoleFilter extends OncePerRequestFilter {

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String path = request.getRequestURI();
        if (path.startsWith("/engine/") || path.startsWith("/actuator/health")) {
            chain.doFilter(request, response);
            return;
        }
        response.setStatus(404);
        response.setContentType("text/plain;charset=UTF-8");
        response.getWriter()
                .println(
                        "no_console: this machine runs with --roles=engine; its engine is under /engine/v1."
                                + " / Esta máquina funciona con --roles=engine; su motor está en /engine/v1.");
    }
}
