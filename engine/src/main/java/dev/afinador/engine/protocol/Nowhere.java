package dev.afinador.engine.protocol;

import dev.afinador.engine.EngineRefusal;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/// Every other path under the engine's.
@Controller
final class Nowhere {

    @RequestMapping("/engine/**")
    void nothing(HttpServletRequest request) {
        throw EngineRefusal.notFound(
                null,
                "unknown_url",
                "Invalid URL (" + request.getMethod() + " " + request.getRequestURI() + ")");
    }
}
