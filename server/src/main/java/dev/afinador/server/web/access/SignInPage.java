package dev.afinador.server.web.access;

import dev.afinador.server.security.Sessions;
import dev.afinador.server.web.shared.NoticeView;
import dev.afinador.server.web.shared.Tone;
import dev.afinador.server.web.shared.Words;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// The way in, by a link that works once or by the token of the data folder, and the way out.
@Controller
class SignInPage {

    private final Sessions sessions;

    SignInPage(Sessions sessions) {
        this.sessions = sessions;
    }

    @GetMapping("/sign-in")
    String page(
            @RequestParam(required = false) @Nullable String code,
            @RequestParam(defaultValue = "/jobs") String next,
            Words words,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        List<NoticeView> problem = List.of();
        if (code != null) {
            if (sessions.openWithCode(code, request, response)) {
                return "redirect:" + inside(next);
            }
            response.setStatus(401);
            problem = List.of(notice("sign-in.stale", words));
        }
        return show(problem, next, model);
    }

    @PostMapping("/sign-in")
    String signIn(
            @RequestParam(defaultValue = "") String token,
            @RequestParam(defaultValue = "/jobs") String next,
            Words words,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (sessions.openWithToken(token, request, response)) {
            return "redirect:" + inside(next);
        }
        response.setStatus(401);
        return show(List.of(notice("sign-in.refused", words)), next, model);
    }

    @PostMapping("/sign-out")
    String signOut(HttpServletRequest request, HttpServletResponse response) {
        sessions.end(request, response);
        return "redirect:/sign-in";
    }

    private static NoticeView notice(String key, Words words) {
        return NoticeView.of(Tone.ERROR, words.say(key), words.say(key + ".text"));
    }

    private static String show(List<NoticeView> problem, String next, Model model) {
        model.addAttribute("problem", problem);
        model.addAttribute("next", inside(next));
        return "access/sign-in";
    }

    /// A path on this server; anything else leads to the jobs.
    private static String inside(String next) {
        boolean path = next.startsWith("/") && !next.startsWith("//") && !next.contains("\\");
        return path && next.chars().noneMatch(c -> c <= ' ' || c >= 0x7F) ? next : "/jobs";
    }
}
