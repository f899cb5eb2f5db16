package dev.afinador.testkit.store;

class MemoryJobStoreTest extends JobStoreContract {

    private final Stores stores = MemoryStores.empty();

    @Override
    protected Stores stores() {
        return stores;
    }
}
