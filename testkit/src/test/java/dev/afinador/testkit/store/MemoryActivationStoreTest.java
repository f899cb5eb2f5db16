package dev.afinador.testkit.store;

class MemoryActivationStoreTest extends ActivationStoreContract {

    private final Stores stores = MemoryStores.empty();

    @Override
    protected Stores stores() {
        return stores;
    }
}
