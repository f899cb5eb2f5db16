package dev.afinador.testkit.store;

import dev.afinador.access.SessionStore;
import dev.afinador.dataset.make.MakingStore;
import dev.afinador.dataset.upload.UploadStore;
import dev.afinador.fake.Death;
import dev.afinador.fake.Memory;
import dev.afinador.fake.MemoryActivationStore;
import dev.afinador.fake.MemoryCallJournal;
import dev.afinador.fake.MemoryDatasetStore;
import dev.afinador.fake.MemoryJobStore;
import dev.afinador.fake.MemoryProviderStore;
import dev.afinador.fake.MemorySyncStore;
import dev.afinador.sync.WebhookDeliveries;
import dev.afinador.testkit.SettableClock;
import java.lang.reflect.Proxy;

/// The fakes that core is tested with, held to the contracts of the real stores: what a test finds with them holds for those.
final class MemoryStores {

    private MemoryStores() {}

    static Stores empty() {
        SettableClock clock = SettableClock.at("2026-11-23T10:00:00Z");
        Memory memory = new Memory(new Death());
        return new Stores(
                new MemoryJobStore(memory, clock),
                new MemoryProviderStore(memory),
                new MemorySyncStore(memory),
                notFaked(WebhookDeliveries.class),
                new MemoryDatasetStore(memory),
                notFaked(UploadStore.class),
                notFaked(MakingStore.class),
                new MemoryActivationStore(memory),
                notFaked(SessionStore.class),
                new MemoryCallJournal(memory),
                memory,
                clock);
    }

    /// For the ports that no test of core needs; their contracts run on the databases alone.
    private static <T> T notFaked(Class<T> port) {
        return port.cast(
                Proxy.newProxyInstance(
                        port.getClassLoader(),
                        new Class<?>[] {port},
                        (proxy, method, arguments) -> {
                            throw new UnsupportedOperationException(method + " is not faked");
                        }));
    }
}
