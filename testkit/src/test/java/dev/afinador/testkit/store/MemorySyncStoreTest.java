package dev.afinador.testkit.store;

class MemorySyncStoreTest extends SyncStoreContract {

    private final Stores stores = MemoryStores.empty();

    @Override
    protected Stores stores() {
        return stores;
    }
}
