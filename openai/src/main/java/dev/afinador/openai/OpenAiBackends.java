package dev.afinador.openai;

import dev.afinador.chat.ChatBackend;
import dev.afinador.provider.Backends;
import dev.afinador.provider.CallJournal;
import dev.afinador.provider.Credential;
import dev.afinador.provider.FineTuningBackend;
import dev.afinador.provider.KeySource;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderError;
import dev.afinador.provider.ProviderException;
import dev.afinador.provider.ProviderId;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Gives backends that speak the protocol over HTTP. One for the whole process: it holds the connections and the bound of
/// concurrent calls per provider. Safe for use by many threads.
public final class OpenAiBackends implements Backends, ChatBackend, AutoCloseable {

    public static final int DEFAULT_CONCURRENT_CALLS = 8;

    private final Function<Provider, @Nullable Credential> keys;
    private final InstantSource clock;
    private final int concurrentCalls;
    private final Wire wire;
    private final ConcurrentMap<ProviderId, Lanes> lanes = new ConcurrentHashMap<>();

    /// @param keys the key of a stored provider whose [KeySource] is not `None`, or null when it cannot be had
    public OpenAiBackends(
            CallJournal journal,
            Function<Provider, @Nullable Credential> keys,
            InstantSource clock,
            OpenAiTimeouts timeouts) {
        this(journal, keys, clock, timeouts, DEFAULT_CONCURRENT_CALLS);
    }

    /// @param concurrentCalls how many calls, uploads aside, may be under way to one provider at a time
    public OpenAiBackends(
            CallJournal journal,
            Function<Provider, @Nullable Credential> keys,
            InstantSource clock,
            OpenAiTimeouts timeouts,
            int concurrentCalls) {
        this.keys = keys;
        this.clock = clock;
        this.concurrentCalls = concurrentCalls;
        this.wire = new Wire(journal, clock, timeouts);
    }

    @Override
    public FineTuningBackend of(Provider provider) {
        return of(provider, key(provider));
    }

    private @Nullable Credential key(Provider provider) {
        return switch (provider.key()) {
            case KeySource.None _ -> null;
            case KeySource.Own _ -> require(provider, "the local engine is switched off");
            case KeySource.Stored _ -> require(provider, "its stored key cannot be read");
            case KeySource.Environment env ->
                    require(provider, "the environment variable " + env.variable() + " is not set");
        };
    }

    @Override
    public FineTuningBackend of(Provider provider, @Nullable Credential key) {
        return new OpenAiBackend(endpoint(provider, key), wire, clock, Vendor.of(provider));
    }

    @Override
    public @Nullable String ask(Provider provider, String model, List<Message> messages, Text text)
            throws IOException, InterruptedException {
        return ask(provider, key(provider), model, messages, text);
    }

    /// For a provider whose key is not in its settings.
    public @Nullable String ask(
            Provider provider,
            @Nullable Credential key,
            String model,
            List<Message> messages,
            Text text)
            throws IOException, InterruptedException {
        return new OpenAiChat(endpoint(provider, key), wire, clock).ask(model, messages, text);
    }

    private Endpoint endpoint(Provider provider, @Nullable Credential key) {
        return new Endpoint(
                provider,
                key,
                lanes.computeIfAbsent(provider.id(), _ -> new Lanes(concurrentCalls)));
    }

    @Override
    public Optional<Duration> clockOffset(ProviderId provider) {
        Lanes known = lanes.get(provider);
        return known == null ? Optional.empty() : Optional.ofNullable(known.clockOffset);
    }

    private Credential require(Provider provider, String otherwise) {
        Credential key = keys.apply(provider);
        if (key == null) {
            throw new ProviderException(
                    Failures.ours(
                            ProviderError.Kind.KEY_MISSING,
                            "no key for provider '" + provider.name() + "': " + otherwise));
        }
        return key;
    }

    /// Closes idle connections and aborts calls under way.
    @Override
    public void close() {
        wire.close();
    }
}
