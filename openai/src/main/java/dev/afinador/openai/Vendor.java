package dev.afinador.openai;

import dev.afinador.provider.CreateJobRequest;
import dev.afinador.provider.Credential;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderKind;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What is peculiar to the endpoints of one vendor. The methods here are what the protocol says; a vendor's class has only
/// its departures.
interface Vendor {

    static Vendor of(Provider provider) {
        if (provider.kind() == ProviderKind.AZURE) {
            return new Azure();
        }
        String host = provider.baseUrl().getHost();
        return host != null && Bedrock.serves(host.toLowerCase(Locale.ROOT))
                ? new Bedrock()
                : new Protocol();
    }

    /// Adds the header that carries the key, if there is a key.
    default void authorize(Endpoint endpoint, BiConsumer<String, String> header) {
        Credential key = endpoint.key();
        if (key != null) {
            header.accept("Authorization", "Bearer " + key.reveal().strip());
        }
    }

    /// What this vendor is known to refuse, told before anything is sent; null when nothing speaks against it.
    default @Nullable Objection objectionTo(CreateJobRequest request) {
        return null;
    }

    default void putMethod(ObjectNode body, CreateJobRequest request) {
        ObjectNode method = body.putObject("method");
        method.put("type", request.method());
        ObjectNode settings = method.putObject(request.method()).putObject("hyperparameters");
        CreateBody.putSettings(settings, request.hyperparameters());
    }

    /// Whether training files must begin with a byte-order mark.
    default boolean wantsByteOrderMark() {
        return false;
    }

    record Objection(String param, String message) {}

    /// The protocol as OpenAI documents it.
    final class Protocol implements Vendor {}
}
