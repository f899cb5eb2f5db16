package dev.afinador.server.api;

import dev.afinador.server.config.Languages;
import dev.afinador.server.config.Texts;
import dev.afinador.work.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/// Makes problems (RFC 9457) with a stable `code`, a title, a detail and the next action, in the caller's language.
@Component
public final class ProblemWriter {

    public static final String MEDIA_TYPE = "application/problem+json";

    private final Texts texts;
    private final Languages languages;
    private final JsonMapper json;

    ProblemWriter(Texts texts, Languages languages, JsonMapper json) {
        this.texts = texts;
        this.languages = languages;
        this.json = json;
    }

    /// @param fix    what to do next
    /// @param errors wrong fields; absent when it is not about fields
    public record Problem(
            String type,
            String title,
            int status,
            String code,
            @Nullable String detail,
            @Nullable String fix,
            @Nullable List<FieldError> errors) {}

    /// @param field as the API spells it
    public record FieldError(String field, String code, String message) {}

    public Problem problem(
            Locale locale,
            int status,
            String code,
            @Nullable String detail,
            List<Refusal.Violation> violations,
            Object... args) {
        String title = texts.getOrElse(locale, "problem." + code + ".title", code, args);
        String ourDetail = texts.getOrElse(locale, "problem." + code + ".detail", "", args);
        String fix = texts.getOrElse(locale, "problem." + code + ".fix", "", args);
        return new Problem(
                "urn:afinador:problem:" + code,
                title,
                status,
                code,
                detail != null ? detail : ourDetail.isEmpty() ? null : ourDetail,
                fix.isEmpty() ? null : fix,
                violations.isEmpty()
                        ? null
                        : violations.stream()
                                .map(v -> new FieldError(v.field(), v.code(), text(locale, v)))
                                .toList());
    }

    /// What is wrong with one field, in words.
    public String text(Locale locale, Refusal.Violation violation) {
        return texts.getOrElse(
                locale,
                "violation." + violation.code(),
                violation.code(),
                violation.args().toArray());
    }

    /// Writes a problem where no controller is at work.
    public void write(
            HttpServletRequest request, HttpServletResponse response, int status, String code)
            throws IOException {
        Problem problem = problem(languages.resolveLocale(request), status, code, null, List.of());
        response.setStatus(status);
        response.setContentType(MEDIA_TYPE);
        response.setCharacterEncoding("UTF-8");
        response.getOutputStream().write(json.writeValueAsBytes(problem));
    }
}
