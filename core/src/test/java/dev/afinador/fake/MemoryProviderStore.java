package dev.afinador.fake;

import dev.afinador.fake.Memory.Tables;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderId;
import dev.afinador.provider.ProviderStore;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Providers in memory.
public final class MemoryProviderStore implements ProviderStore {

    private final Memory memory;
    private Runnable whenListed = () -> {};

    public MemoryProviderStore(Memory memory) {
        this.memory = memory;
    }

    @Override
    public void insert(Provider provider) {
        boolean unused =
                memory.write(t -> {
                    if (t.providers.containsKey(provider.id())) {
                        throw new IllegalStateException("a provider " + provider.id() + " exists");
                    }
                    requireFree(t, provider);
                    t.providers.put(provider.id(), provider);
                    return true;
                });
    }

    private static void requireFree(Tables t, Provider provider) {
        boolean taken =
                t.providers.values().stream()
                        .anyMatch(p ->
                                !p.id().equals(provider.id())
                                        && folded(p).equals(folded(provider)));
        if (taken) {
            throw new DuplicateNameException(provider.name());
        }
    }

    private static String folded(Provider provider) {
        return provider.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean update(Provider p) {
        return memory.write(t -> {
            Provider old = t.providers.get(p.id());
            if (old == null || old.version() != p.version()) {
                return false;
            }
            requireFree(t, p);
            Provider stored =
                    new Provider(
                            p.id(),
                            p.name(),
                            p.kind(),
                            p.baseUrl(),
                            p.organization(),
                            p.project(),
                            p.key(),
                            p.webhooks(),
                            old.createdAt(),
                            p.version() + 1);
            t.providers.put(p.id(), stored);
            return true;
        });
    }

    @Override
    public boolean delete(ProviderId id) {
        return memory.write(t -> {
            if (t.jobs.values().stream().anyMatch(s -> s.job().providerId().equals(id))) {
                throw new InUseException(id);
            }
            t.secrets.keySet().removeIf(key -> key.startsWith(id + "/"));
            t.uploads.keySet().removeIf(what -> what.provider().equals(id));
            t.syncs.remove(id);
            return t.providers.remove(id) != null;
        });
    }

    @Override
    public Optional<Provider> find(ProviderId id) {
        return memory.read(t -> Optional.ofNullable(t.providers.get(id)));
    }

    /// Something that happens right after the next list was read.
    public void whenListed(Runnable happening) {
        whenListed = happening;
    }

    @Override
    public List<Provider> list() {
        List<Provider> all = read();
        Runnable happening = whenListed;
        whenListed = () -> {};
        happening.run();
        return all;
    }

    private List<Provider> read() {
        return memory.read(t ->
                t.providers.values().stream()
                        .sorted(Comparator.comparing(MemoryProviderStore::folded))
                        .toList());
    }

    @Override
    public void putSecret(ProviderId id, SecretPurpose purpose, byte @Nullable [] sealed) {
        boolean unused =
                memory.write(t -> {
                    if (sealed == null) {
                        return t.secrets.remove(id + "/" + purpose) != null;
                    }
                    t.secrets.put(id + "/" + purpose, sealed.clone());
                    return true;
                });
    }

    @Override
    public Optional<byte[]> findSecret(ProviderId id, SecretPurpose purpose) {
        return memory.read(t -> Optional.ofNullable(t.secrets.get(id + "/" + purpose)));
    }
}
