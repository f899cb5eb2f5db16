package dev.afinador.testkit.store;

import dev.afinador.access.Principal;
import dev.afinador.access.SessionStore;
import dev.afinador.fake.Death;
import dev.afinador.fake.Memory;
import dev.afinador.fake.MemoryActivationStore;
import dev.afinador.fake.MemoryCallJournal;
import dev.afinador.fake.MemoryDatasetStore;
import dev.afinador.fake.MemoryJobStore;
import dev.afinador.fake.MemoryProviderStore;
import dev.afinador.fake.MemorySyncStore;
import dev.afinador.provider.ProviderId;
import dev.afinador.sync.WebhookDeliveries;
import dev.afinador.testkit.SettableClock;
import java.time.Instant;
import java.util.Optional;

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
                new NotFaked(),
                new MemoryDatasetStore(memory),
                new MemoryActivationStore(memory),
                new NotFaked(),
                new MemoryCallJournal(memory),
                memory,
                clock);
    }

    /// No test of core needs these two; their contracts run on the databases alone.
    private static final class NotFaked implements WebhookDeliveries, SessionStore {

        @Override
        public boolean isFirst(ProviderId provider, String webhookId, Instant at) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void prune(Instant before) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void insertCode(String codeHash, Principal principal, Instant expiresAt) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Principal> takeCode(String codeHash, Instant now) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void insertSession(
                String tokenHash, Principal principal, Instant createdAt, Instant expiresAt) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Principal> findSession(String tokenHash, Instant now) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void deleteSession(String tokenHash) {
            throw new UnsupportedOperationException();
        }
    }
}
