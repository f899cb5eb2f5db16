package dev.afinador.testkit.store;

class MemoryDatasetStoreTest extends DatasetStoreContract {

    private final Stores stores = MemoryStores.empty();

    @Override
    protected Stores stores() {
        return stores;
    }
}
