package dev.afinador.testkit.provider;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The calls of the protocol, each a method and a path template below `/v1`.
public enum Endpoint {
    FILES_CREATE("POST", "/files"),
    FILES_LIST("GET", "/files"),
    FILES_GET("GET", "/files/{id}"),
    FILES_DELETE("DELETE", "/files/{id}"),
    FILES_CONTENT("GET", "/files/{id}/content"),
    JOBS_CREATE("POST", "/fine_tuning/jobs"),
    JOBS_LIST("GET", "/fine_tuning/jobs"),
    JOBS_GET("GET", "/fine_tuning/jobs/{id}"),
    /// Azure's own; elsewhere an unknown address.
    JOBS_DELETE("DELETE", "/fine_tuning/jobs/{id}"),
    JOBS_CANCEL("POST", "/fine_tuning/jobs/{id}/cancel"),
    JOBS_PAUSE("POST", "/fine_tuning/jobs/{id}/pause"),
    JOBS_RESUME("POST", "/fine_tuning/jobs/{id}/resume"),
    JOBS_EVENTS("GET", "/fine_tuning/jobs/{id}/events"),
    JOBS_CHECKPOINTS("GET", "/fine_tuning/jobs/{id}/checkpoints"),
    MODELS_LIST("GET", "/models"),
    MODELS_GET("GET", "/models/{model}"),
    MODELS_DELETE("DELETE", "/models/{model}"),
    CHAT("POST", "/chat/completions");

    private final String method;
    private final String template;
    private final Pattern pattern;

    Endpoint(String method, String template) {
        this.method = method;
        this.template = template;
        // model names may hold slashes, other ids never do
        this.pattern =
                Pattern.compile(template.replace("{id}", "([^/]+)").replace("{model}", "(.+)"));
    }

    /// Method and template, e.g. `GET /fine_tuning/jobs/{id}`.
    public String call() {
        return method + " " + template;
    }

    /// Finds an endpoint by [#call()] or by its constant's name in any letter case.
    public static Endpoint of(String callOrName) {
        for (Endpoint endpoint : values()) {
            if (endpoint.call().equals(callOrName)
                    || endpoint.name().equals(callOrName.toUpperCase(Locale.ROOT))) {
                return endpoint;
            }
        }
        throw new IllegalArgumentException("No such endpoint: " + callOrName);
    }

    /// Finds the endpoint of a request; `path` is decoded and starts after `/v1`.
    static Optional<Match> match(String method, String path) {
        for (Endpoint endpoint : values()) {
            if (endpoint.method.equals(method)) {
                Matcher matcher = endpoint.pattern.matcher(path);
                if (matcher.matches()) {
                    return Optional.of(
                            new Match(endpoint, matcher.groupCount() == 0 ? "" : matcher.group(1)));
                }
            }
        }
        return Optional.empty();
    }

    /// @param id what stood at the template's placeholder, or an empty text
    record Match(Endpoint endpoint, String id) {}
}
