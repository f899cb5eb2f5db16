package dev.afinador.engine;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A machine with the engine, as it tells others that share its database.
///
/// @param id     of the process's data folder
/// @param url    base URL under which others reach its engine, or null when only it can
/// @param about  what it trains with: `device`, `name`, `threads`, `natives`, `why`; empty until it knows
/// @param seenAt when it last said that it lives
public record EngineMachine(
        String id, @Nullable URI url, Map<String, String> about, Instant seenAt) {
    public EngineMachine {
        about = Map.copyOf(about);
    }
}
