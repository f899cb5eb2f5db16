package dev.afinador.server.web;

import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderException;
import dev.afinador.server.api.DiskSpace;
import dev.afinador.server.web.shared.Words;
import dev.afinador.work.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

/// Where a page's failures become pages: what is wrong, what to do, and the way back.
@ControllerAdvice(basePackageClasses = PageProblems.class)
class PageProblems {

    private final WordsArgument words;
    private final ShellAdvice shell;

    PageProblems(WordsArgument words, ShellAdvice shell) {
        this.words = words;
        this.shell = shell;
    }

    @ExceptionHandler
    String refused(
            Refusal refusal,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        int status =
                switch (refusal.kind()) {
                    case INVALID -> 422;
                    case NOT_FOUND -> 404;
                    case CONFLICT -> 409;
                    case TOO_LARGE -> 413;
                    case UNSIGNED -> 401;
                    case NO_ROOM -> 507;
                };
        Words w = words.of(request);
        String key = "problem." + refusal.code();
        Object[] args = refusal.args().toArray();
        String detail = w.knows(key + ".detail") ? w.say(key + ".detail", args) : null;
        if (!refusal.violations().isEmpty()) {
            Refusal.Violation first = refusal.violations().getFirst();
            detail = first.field() + ": " + w.violation(first);
        }
        return page(
                model,
                request,
                response,
                status,
                w.sayOr(key + ".title", refusal.code(), args),
                detail,
                w.knows(key + ".fix") ? w.say(key + ".fix", args) : null,
                refusal.code());
    }

    @ExceptionHandler
    String provider(
            ProviderException failure,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        ProviderError error = failure.error();
        Words w = words.of(request);
        return page(
                model,
                request,
                response,
                502,
                w.trouble(error.stableCode()),
                error.message(),
                w.hint(error.stableCode()),
                error.requestId() == null
                        ? error.stableCode()
                        : error.stableCode() + " · " + error.requestId());
    }

    /// A full disk is told; every other failure goes on its way to the page for what nobody expected.
    @ExceptionHandler
    String diskFull(
            RuntimeException failure,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (!DiskSpace.isExhausted(failure)) {
            throw failure;
        }
        return of(model, request, response, 507, "disk_full");
    }

    /// A failure that its code says all about.
    String of(
            Model model,
            HttpServletRequest request,
            HttpServletResponse response,
            int status,
            String code) {
        Words w = words.of(request);
        String key = "problem." + code;
        return page(
                model,
                request,
                response,
                status,
                w.sayOr(key + ".title", code),
                w.knows(key + ".detail") ? w.say(key + ".detail") : null,
                w.knows(key + ".fix") ? w.say(key + ".fix") : null,
                code);
    }

    /// What is wrong and what to do.
    record ProblemView(
            String title,
            @Nullable String detail,
            @Nullable String fix,
            String code,
            String back) {}

    private String page(
            Model model,
            HttpServletRequest request,
            HttpServletResponse response,
            int status,
            String title,
            @Nullable String detail,
            @Nullable String fix,
            String code) {
        response.setStatus(status);
        model.addAttribute("shell", shell.shell(request, words.of(request).locale()));
        model.addAttribute("assets", shell.assets());
        model.addAttribute("section", section(request.getRequestURI()));
        model.addAttribute("view", new ProblemView(title, detail, fix, code, back(request)));
        return "problem";
    }

    private static String section(String path) {
        return path.startsWith("/datasets") || path.startsWith("/conversations")
                ? "datasets"
                : path.startsWith("/models")
                        ? "models"
                        : path.startsWith("/providers") ? "providers" : "jobs";
    }

    /// The page that led here, when it is one of ours and not this very one.
    private static String back(HttpServletRequest request) {
        String referer = request.getHeader("Referer");
        if (referer != null) {
            try {
                URI uri = URI.create(referer);
                String path = uri.getRawPath();
                boolean ours =
                        request.getServerName().equalsIgnoreCase(uri.getHost())
                                && path != null
                                && path.startsWith("/");
                if (ours
                        && !("GET".equals(request.getMethod())
                                && path.equals(request.getRequestURI()))) {
                    return PreferencesPage.safe(path).toString();
                }
            } catch (IllegalArgumentException e) {
                return "/jobs"; // not an address
            }
        }
        return "/jobs";
    }
}
