package dev.afinador.activation;

import dev.afinador.provider.ProviderId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One entry of an alias's append-only history: from this moment on the alias means this model.
///
/// @param number   1, 2, 3 … within the alias; the highest is in force
/// @param model    the provider's model name
/// @param job      our id of the job that made the model, or null for a model that came from elsewhere
/// @param previousModel what the alias meant before, null for the first
/// @param by       who did it
/// @param reason   why, in the words of who did it, or null
/// @param rollbackOf the number of the activation that this one takes back, or null
public record Activation(
        String alias,
        long number,
        ProviderId provider,
        String model,
        @Nullable String job,
        @Nullable String previousModel,
        String by,
        @Nullable String reason,
        @Nullable Long rollbackOf,
        Instant at) {}
