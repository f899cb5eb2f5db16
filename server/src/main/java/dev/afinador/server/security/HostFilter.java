package dev.afinador.server.security;

import dev.afinador.server.api.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.springframework.web.filter.OncePerRequestFilter;

/// Refuses requests that name a host which is not ours, so that a web page cannot reach a loopback server by pointing its own
/// name at 127.0.0.1 (DNS rebinding).
final class HostFilter extends OncePerRequestFilter {

    private final Set<String> allowed;
    private final ProblemWriter problems;

    /// @param allowed lower-case host names without port; `*` allows all
    HostFilter(Set<String> allowed, ProblemWriter problems) {
        this.allowed = Set.copyOf(allowed);
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String host = request.getServerName();
        String name = host == null ? "" : host.toLowerCase(Locale.ROOT);
        if (allowed.contains("*") || allowed.contains(name)) {
            chain.doFilter(request, response);
            return;
        }
        problems.write(request, response, 421, "host_not_allowed");
    }
}
