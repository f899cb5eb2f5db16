package dev.afinador.testkit.store;

class MemoryProviderStoreTest extends ProviderStoreContract {

    private final Stores stores = MemoryStores.empty();

    @Override
    protected Stores stores() {
        return stores;
    }
}
