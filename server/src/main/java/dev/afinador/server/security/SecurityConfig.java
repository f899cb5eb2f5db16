package dev.afinador.server.security;

import dev.afinador.access.SignIn;
import dev.afinador.server.api.ProblemWriter;
import dev.afinador.server.boot.DataFolder;
import dev.afinador.server.boot.Roles;
import dev.afinador.server.config.AfinadorProperties;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderNotFoundException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.util.matcher.RequestMatcher;

/// Closed by default: everything needs a signed-in caller but sign-in itself, static files, health and signed webhooks.
@Configuration(proxyBeanMethods = false)
class SecurityConfig {

    private static final String CONTENT_POLICY =
            "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
                    + " connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none';"
                    + " form-action 'self'";

    @Bean
    SessionAuthenticationFilter sessionAuthenticationFilter(SignIn signIn, DataFolder data)
            throws IOException {
        return new SessionAuthenticationFilter(signIn, data.adminToken());
    }

    /// Part of the security chain only, not of the container's own.
    @Bean
    FilterRegistrationBean<SessionAuthenticationFilter> sessionAuthenticationOnce(
            SessionAuthenticationFilter filter) {
        FilterRegistrationBean<SessionAuthenticationFilter> registration =
                new FilterRegistrationBean<>(filter);
        registration.setEnabled(false);
        return registration;
    }

    /// Nobody signs in with a name and a password here; without this bean one would be made up and logged.
    @Bean
    AuthenticationManager noPasswords() {
        return authentication -> {
            throw new ProviderNotFoundException("there are no passwords");
        };
    }

    @Bean
    FilterRegistrationBean<HostFilter> hostFilter(
            AfinadorProperties properties,
            ProblemWriter problems,
            @Value("${server.address:127.0.0.1}") InetAddress address) {
        Set<String> allowed = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]", "::1"));
        properties.allowedHosts().forEach(h -> allowed.add(h.toLowerCase(Locale.ROOT)));
        URI publicUrl = properties.publicUrl();
        if (publicUrl != null && publicUrl.getHost() != null) {
            allowed.add(publicUrl.getHost().toLowerCase(Locale.ROOT));
        }
        if (!address.isLoopbackAddress()) {
            allowed.add(address.getHostAddress().toLowerCase(Locale.ROOT));
            if (properties.allowedHosts().isEmpty() && publicUrl == null) {
                allowed.add(
                        "*"); // reachable by names we cannot know; the session cookie is bound to
                // the right one
            }
        }
        FilterRegistrationBean<HostFilter> registration =
                new FilterRegistrationBean<>(new HostFilter(allowed, problems));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    /// A machine that is the engine and nothing else has no pages and no REST API.
    @Bean
    FilterRegistrationBean<RoleFilter> roleFilter(Roles roles) {
        FilterRegistrationBean<RoleFilter> registration =
                new FilterRegistrationBean<>(new RoleFilter());
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        registration.setEnabled(!roles.console());
        return registration;
    }

    @Bean
    SecurityFilterChain security(
            HttpSecurity http,
            SessionAuthenticationFilter authentication,
            SignInEntryPoint entryPoint,
            DeniedHandler denied,
            ProblemWriter problems)
            throws Exception {
        RequestMatcher unsignedWrites =
                request -> SessionAuthenticationFilter.isBearer(request) || isWebhook(request);
        return http.sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .securityContext(c ->
                        c.securityContextRepository(
                                new RequestAttributeSecurityContextRepository()))
                .requestCache(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .anonymous(a -> {})
                .csrf(c ->
                        c.csrfTokenRepository(csrfTokens()).ignoringRequestMatchers(unsignedWrites))
                .headers(h ->
                        h.addHeaderWriter((request, response) ->
                                        response.setHeader(
                                                "Content-Security-Policy", CONTENT_POLICY))
                                .referrerPolicy(r -> r.policy(ReferrerPolicy.SAME_ORIGIN))
                                .frameOptions(f -> f.deny()))
                .authorizeHttpRequests(a ->
                        a.requestMatchers(
                                        "/sign-in",
                                        "/assets/**",
                                        "/webjars/**",
                                        "/favicon.ico",
                                        "/favicon.svg",
                                        "/error",
                                        "/preferences",
                                        "/actuator/health/**")
                                .permitAll()
                                .requestMatchers(HttpMethod.POST, "/webhooks/*")
                                .permitAll()
                                .requestMatchers(
                                        "/actuator/**",
                                        "/api/v1/access/**",
                                        "/api/v1/ai/training/datasets/*/acceptance",
                                        "/datasets/*/acceptance")
                                .hasRole("ADMIN")
                                .requestMatchers(HttpMethod.POST, "/sign-out")
                                .hasRole("VIEWER")
                                .requestMatchers(HttpMethod.GET)
                                .hasRole("VIEWER")
                                .requestMatchers(HttpMethod.HEAD)
                                .hasRole("VIEWER")
                                .requestMatchers("/api/v1/ai/providers/**", "/providers/**")
                                .hasRole("ADMIN")
                                .anyRequest()
                                .hasRole("OPERATOR"))
                .exceptionHandling(
                        e -> e.authenticationEntryPoint(entryPoint).accessDeniedHandler(denied))
                // Before CSRF, so that who is refused for it can be told apart from who is not
                // signed in.
                .addFilterBefore(authentication, CsrfFilter.class)
                .addFilterAfter(new NulFilter(problems), AuthorizationFilter.class)
                .build();
    }

    private static CookieCsrfTokenRepository csrfTokens() {
        CookieCsrfTokenRepository tokens =
                new CookieCsrfTokenRepository(); // HttpOnly: pages carry the token themselves
        tokens.setCookieName("afinador_csrf");
        tokens.setCookieCustomizer(c -> c.sameSite("Lax"));
        return tokens;
    }

    private static boolean isWebhook(HttpServletRequest request) {
        return request.getRequestURI().startsWith("/webhooks/");
    }

    /// Addresses that programs call: they get problems, where people get pages.
    static boolean isApi(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.startsWith("/api/")
                || path.equals("/api")
                || path.startsWith("/api-docs/openapi")
                || path.startsWith("/actuator")
                || isWebhook(request);
    }
}
