package dev.afinador.server.boot;

import dev.afinador.server.boot.StartFailure.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.core.env.Environment;

/// What this process does: `afinador.roles` names it. The engine also needs a trainer to run.
///
/// @param console pages, REST API and everything that watches providers
/// @param engine  the local engine
public record Roles(boolean console, boolean engine) {

    /// @throws StartFailure when a role is unknown or there is none
    public static Roles of(Environment environment) {
        boolean console = false;
        boolean engine = false;
        List<String> named = new ArrayList<>();
        for (String role : environment.getProperty("afinador.roles", "console,engine").split(",")) {
            String word = role.strip().toLowerCase(Locale.ROOT);
            switch (word) {
                case "console" -> console = true;
                case "engine" -> engine = true;
                case "" -> {
                    continue;
                }
                default ->
                        throw new StartFailure(
                                Reason.BAD_OPTION, Terminal.text("roles.unknown", word));
            }
            named.add(word);
        }
        if (named.isEmpty()) {
            throw new StartFailure(Reason.BAD_OPTION, Terminal.text("roles.none"));
        }
        boolean trainer = !environment.getProperty("afinador.engine.trainer", "").isBlank();
        if (engine && !trainer && !console) {
            throw new StartFailure(Reason.BAD_OPTION, Terminal.text("roles.no-trainer"));
        }
        return new Roles(console, engine && trainer);
    }
}
