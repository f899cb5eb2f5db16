package dev.afinador.server.api;

import dev.afinador.server.config.Languages;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.web.ErrorProperties;
import org.springframework.boot.webmvc.autoconfigure.error.BasicErrorController;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorViewResolver;
import org.springframework.boot.webmvc.error.ErrorAttributes;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Answers what failed before any controller was reached (a path the firewall refuses, an unreadable request): people get the
/// error page, programs a problem like every other.
@Controller
class ApiErrorController extends BasicErrorController {

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final ProblemWriter problems;
    private final Languages languages;
    private final JsonMapper json;

    ApiErrorController(
            ErrorAttributes attributes,
            List<ErrorViewResolver> views,
            ProblemWriter problems,
            Languages languages,
            JsonMapper json) {
        super(attributes, new ErrorProperties(), views);
        this.problems = problems;
        this.languages = languages;
        this.json = json;
    }

    @Override
    public ResponseEntity<Map<String, Object>> error(HttpServletRequest request) {
        HttpStatus status = getStatus(request);
        Object told = request.getAttribute(RequestDispatcher.ERROR_MESSAGE);
        String code =
                switch (status.value()) {
                    case 401 -> "not_signed_in";
                    case 403 -> "csrf".equals(told) ? "csrf" : "role_not_allowed";
                    case 404 -> "not_found";
                    case 405 -> "method_not_allowed";
                    case 406 -> "not_acceptable";
                    case 413 -> "body_too_large";
                    case 415 -> "media_type_not_supported";
                    default -> status.is4xxClientError() ? "bad_request" : "internal";
                };
        Map<String, Object> body =
                json.convertValue(
                        problems.problem(
                                languages.resolveLocale(request),
                                status.value(),
                                code,
                                null,
                                List.of()),
                        OBJECT);
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(body);
    }
}
