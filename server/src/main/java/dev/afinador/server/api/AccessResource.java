package dev.afinador.server.api;

import dev.afinador.access.Principal;
import dev.afinador.access.Role;
import dev.afinador.access.SignIn;
import dev.afinador.server.config.AfinadorProperties;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// Ways in.
@RestController
@Tag(name = "access", description = "Sign-in links")
class AccessResource {

    private final SignIn signIn;
    private final AfinadorProperties properties;

    AccessResource(SignIn signIn, AfinadorProperties properties) {
        this.signIn = signIn;
        this.properties = properties;
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record LinkJson(String url, Instant expiresAt) {}

    @PostMapping("/api/v1/access/sign-in-links")
    @Operation(summary = "A link that signs one browser in, once, within 15 minutes")
    LinkJson newLink(HttpServletRequest request) {
        SignIn.Code code = signIn.newCode(new Principal("admin", Role.ADMIN));
        String base =
                properties.publicUrl() != null
                        ? properties.publicUrl().toString().replaceAll("/+$", "")
                        : request.getScheme()
                                + "://"
                                + request.getServerName()
                                + ":"
                                + request.getServerPort();
        return new LinkJson(base + "/sign-in?code=" + code.value(), code.expiresAt());
    }
}
