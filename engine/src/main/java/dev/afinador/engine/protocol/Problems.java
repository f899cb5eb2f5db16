package dev.afinador.engine.protocol;

import dev.afinador.engine.EngineRefusal;
import dev.afinador.engine.protocol.Wire.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

/// What goes wrong in a request, as the protocol tells it.
@ControllerAdvice(basePackageClasses = Problems.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class Problems {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    @ExceptionHandler
    void refused(EngineRefusal refusal, HttpServletResponse response) throws IOException {
        Wire.sendError(response, of(refusal));
    }

    @ExceptionHandler
    void cannotReadOrWrite(
            UncheckedIOException e, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        IOException cause = e.getCause();
        String message = cause == null ? "" : String.valueOf(cause.getMessage());
        log.error("{} {}", request.getMethod(), request.getRequestURI(), e);
        Wire.sendError(
                response,
                message.contains("No space left")
                        ? Problem.server(
                                "disk_full",
                                "The disk of the machine with the engine is full. Free some space and try again.",
                                false)
                        : Problem.server(
                                "disk_failed",
                                "The engine could not read or write its files.",
                                true));
    }

    @ExceptionHandler
    void clientGone(IOException e, HttpServletRequest request) {
        log.debug("{} {}: the client has gone", request.getMethod(), request.getRequestURI(), e);
    }

    @ExceptionHandler
    void unforeseen(RuntimeException e, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        log.error("{} {}", request.getMethod(), request.getRequestURI(), e);
        Wire.sendError(
                response,
                Problem.server(
                        null,
                        "The engine had an error while processing your request. It is in the log under request id "
                                + response.getHeader(EngineDoor.REQUEST_ID)
                                + ".",
                        true));
    }

    static Problem of(EngineRefusal refusal) {
        return switch (refusal.status()) {
            case BAD_REQUEST ->
                    Problem.invalid(400, refusal.param(), refusal.code(), refusal.getMessage());
            case FORBIDDEN ->
                    Problem.invalid(403, refusal.param(), refusal.code(), refusal.getMessage());
            case NOT_FOUND ->
                    Problem.invalid(404, refusal.param(), refusal.code(), refusal.getMessage());
            case TOO_LARGE ->
                    Problem.invalid(413, refusal.param(), refusal.code(), refusal.getMessage());
            case BUSY -> {
                Duration wait =
                        refusal.retryAfter() == null ? Duration.ofSeconds(5) : refusal.retryAfter();
                long seconds = Math.clamp(wait.toSeconds(), 1, LONGEST_WAIT.toSeconds());
                yield new Problem(
                        429, "requests", null, refusal.code(), refusal.getMessage(), true, seconds);
            }
            case FAILED -> Problem.server(refusal.code(), refusal.getMessage(), true);
            case BROKEN -> Problem.server(refusal.code(), refusal.getMessage(), false);
        };
    }
}
