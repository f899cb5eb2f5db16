package dev.afinador.server.engine;

import dev.afinador.chat.ChatBackend;
import dev.afinador.openai.OpenAiBackends;
import dev.afinador.provider.Backends;
import dev.afinador.provider.Credential;
import dev.afinador.provider.FineTuningBackend;
import dev.afinador.provider.KeySource;
import dev.afinador.provider.LocalEngine;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.ProviderKind;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Knows where the local engine is; every other provider goes the usual way.
public final class LocalBackends implements Backends, ChatBackend {

    private final OpenAiBackends others;
    private final LocalEngine engine;

    public LocalBackends(OpenAiBackends others, LocalEngine engine) {
        this.others = others;
        this.engine = engine;
    }

    @Override
    public FineTuningBackend of(Provider provider) {
        return provider.kind() == ProviderKind.LOCAL
                ? others.of(located(provider), engine.key())
                : others.of(provider);
    }

    @Override
    public FineTuningBackend of(Provider provider, @Nullable Credential key) {
        return provider.kind() == ProviderKind.LOCAL ? of(provider) : others.of(provider, key);
    }

    @Override
    public @Nullable String ask(Provider provider, String model, List<Message> messages, Text text)
            throws IOException, InterruptedException {
        return provider.kind() == ProviderKind.LOCAL
                ? others.ask(located(provider), engine.key(), model, messages, text)
                : others.ask(provider, model, messages, text);
    }

    @Override
    public Optional<Duration> clockOffset(ProviderId provider) {
        return others.clockOffset(provider);
    }

    /// The provider with its address of this moment.
    public Provider located(Provider p) {
        URI url =
                engine.baseUrl()
                        .orElseThrow(() ->
                                new ProviderException(
                                        new ProviderError(
                                                ProviderError.Kind.ENGINE_OFF,
                                                null,
                                                null,
                                                "the local engine runs neither here nor on a machine that shares this database",
                                                null,
                                                null,
                                                null)));
        return new Provider(
                p.id(),
                p.name(),
                p.kind(),
                url,
                p.organization(),
                p.project(),
                new KeySource.None(),
                p.webhooks(),
                p.createdAt(),
                p.version());
    }
}
