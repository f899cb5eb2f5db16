package dev.afinador.server.web;

import dev.afinador.server.api.DiskSpace;
import dev.afinador.server.api.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;

/// Forms with files are read before a controller is chosen, so what is wrong with them reaches neither the pages' own failures nor
/// the API's. Answered here at once: the error page would read the same form again, and fail again.
@ControllerAdvice
class UploadProblems {

    private final ProblemWriter problems;
    private final PageProblems pages;

    UploadProblems(ProblemWriter problems, PageProblems pages) {
        this.problems = problems;
        this.pages = pages;
    }

    @ExceptionHandler
    @Nullable String unreadable(
            MultipartException failure,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        boolean large = failure instanceof MaxUploadSizeExceededException;
        boolean full = !large && DiskSpace.isExhausted(failure);
        int status = large ? 413 : full ? 507 : 400;
        String code = large ? "body_too_large" : full ? "disk_full" : "multipart_broken";
        if (request.getRequestURI().startsWith("/api/")) {
            problems.write(request, response, status, code);
            return null;
        }
        return pages.of(model, request, response, status, code);
    }
}
