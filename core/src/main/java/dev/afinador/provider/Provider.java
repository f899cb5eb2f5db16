package dev.afinador.provider;

import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A configured account at an endpoint of the protocol.
///
/// @param baseUrl      ends without a slash, e.g. `https://api.openai.com/v1`; of the local engine only a placeholder
/// @param organization sent as `OpenAI-Organization`
/// @param project      sent as `OpenAI-Project`
/// @param webhooks     whether a webhook signing secret is stored
/// @param version      goes up with every change; a change is refused when it is not the one that was read
public record Provider(
        ProviderId id,
        String name,
        ProviderKind kind,
        URI baseUrl,
        @Nullable String organization,
        @Nullable String project,
        KeySource key,
        boolean webhooks,
        Instant createdAt,
        long version) {

    /// The page of a job in the vendor's own dashboard, or null where the vendor has none that we know.
    public @Nullable URI dashboardOf(RemoteJobId job) {
        return switch (kind) {
            case OPENAI ->
                    URI.create(
                            "https://platform.openai.com/finetune/" + job.value() + "?filter=all");
            case AZURE -> URI.create("https://ai.azure.com/");
            case COMPATIBLE, LOCAL -> null;
        };
    }
}
