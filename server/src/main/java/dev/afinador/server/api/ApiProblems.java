package dev.afinador.server.api;

import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderException;
import dev.afinador.server.api.ProblemWriter.Problem;
import dev.afinador.server.config.Texts;
import dev.afinador.work.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.apache.catalina.connector.ClientAbortException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.multipart.support.MissingServletRequestPartException;

/// The one place where failures of the API become answers. Nothing of ours that went wrong inside is told beyond a code.
@RestControllerAdvice(basePackageClasses = ApiProblems.class)
final class ApiProblems {

    private static final Logger log = LoggerFactory.getLogger(ApiProblems.class);

    private final ProblemWriter problems;
    private final Texts texts;
    private final InstantSource clock;

    ApiProblems(ProblemWriter problems, Texts texts, InstantSource clock) {
        this.problems = problems;
        this.texts = texts;
        this.clock = clock;
    }

    @ExceptionHandler
    ResponseEntity<Problem> refused(Refusal refusal, Locale locale) {
        int status =
                switch (refusal.kind()) {
                    case INVALID -> 400;
                    case NOT_FOUND -> 404;
                    case CONFLICT -> 409;
                    case TOO_LARGE -> 413;
                    case UNSIGNED -> 401;
                    case NO_ROOM -> 507;
                };
        return answer(
                problems.problem(
                        locale,
                        status,
                        refusal.code(),
                        null,
                        refusal.violations(),
                        refusal.args().toArray()));
    }

    @ExceptionHandler
    ResponseEntity<Problem> provider(ProviderException failure, Locale locale) {
        ProviderError error = failure.error();
        Problem problem =
                new Problem(
                        "urn:afinador:problem:" + error.stableCode(),
                        texts.providerTrouble(locale, error.stableCode()),
                        502,
                        error.stableCode(),
                        error.message(),
                        null,
                        null);
        ResponseEntity.BodyBuilder builder = ResponseEntity.status(HttpStatus.BAD_GATEWAY);
        if (error.retryNotBefore() != null) {
            long seconds = Duration.between(clock.instant(), error.retryNotBefore()).toSeconds();
            builder.header("Retry-After", String.valueOf(Math.max(1, seconds)));
        }
        return builder.contentType(MediaType.APPLICATION_PROBLEM_JSON).body(problem);
    }

    @ExceptionHandler
    ResponseEntity<Problem> tooLarge(MaxUploadSizeExceededException failure, Locale locale) {
        return answer(problems.problem(locale, 413, "body_too_large", null, List.of()));
    }

    @ExceptionHandler
    ResponseEntity<Problem> multipart(MultipartException failure, Locale locale) {
        if (DiskSpace.isExhausted(failure)) {
            return diskFull(failure, locale);
        }
        return answer(problems.problem(locale, 400, "multipart_broken", null, List.of()));
    }

    @ExceptionHandler
    ResponseEntity<Problem> unreadable(HttpMessageNotReadableException failure, Locale locale) {
        return answer(problems.problem(locale, 400, "json_broken", null, List.of()));
    }

    @ExceptionHandler
    ResponseEntity<Problem> wrongParameter(
            MethodArgumentTypeMismatchException failure, Locale locale) {
        return answer(
                problems.problem(
                        locale,
                        400,
                        "invalid_request",
                        null,
                        List.of(Refusal.Violation.of(failure.getName(), "wrong_type"))));
    }

    @ExceptionHandler
    ResponseEntity<Problem> missingPart(MissingServletRequestPartException failure, Locale locale) {
        return missing(failure.getRequestPartName(), locale);
    }

    @ExceptionHandler
    ResponseEntity<Problem> missingParameter(
            MissingServletRequestParameterException failure, Locale locale) {
        return missing(failure.getParameterName(), locale);
    }

    private ResponseEntity<Problem> missing(String field, Locale locale) {
        return answer(
                problems.problem(
                        locale,
                        400,
                        "invalid_request",
                        null,
                        List.of(Refusal.Violation.of(field, "required"))));
    }

    /// The client went away: there is nobody to answer.
    @ExceptionHandler({ClientAbortException.class, AsyncRequestNotUsableException.class})
    void gone(IOException gone) {
        log.debug("client went away: {}", gone.getMessage());
    }

    @ExceptionHandler
    ResponseEntity<Problem> notAcceptable(
            HttpMediaTypeNotAcceptableException failure, Locale locale) {
        return answer(problems.problem(locale, 406, "not_acceptable", null, List.of()));
    }

    @ExceptionHandler
    ResponseEntity<Problem> other(Exception failure, Locale locale) {
        if (failure instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
            int status = known.getStatusCode().value();
            String code =
                    switch (status) {
                        case 404 -> "not_found";
                        case 405 -> "method_not_allowed";
                        case 415 -> "media_type_not_supported";
                        default -> "bad_request";
                    };
            return ResponseEntity.status(status)
                    .headers(known.getHeaders())
                    .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                    .body(problems.problem(locale, status, code, null, List.of()));
        }
        if (DiskSpace.isExhausted(failure)) {
            return diskFull(failure, locale);
        }
        log.error("unexpected failure in the API", failure);
        return answer(problems.problem(locale, 500, "internal", null, List.of()));
    }

    private ResponseEntity<Problem> diskFull(Exception failure, Locale locale) {
        log.error("the disk is full: {}", failure.toString());
        return answer(problems.problem(locale, 507, "disk_full", null, List.of()));
    }

    private static ResponseEntity<Problem> answer(Problem problem) {
        return ResponseEntity.status(problem.status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
