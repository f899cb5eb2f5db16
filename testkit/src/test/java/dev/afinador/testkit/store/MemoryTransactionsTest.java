package dev.afinador.testkit.store;

class MemoryTransactionsTest extends TransactionsContract {

    private final Stores stores = MemoryStores.empty();

    @Override
    protected Stores stores() {
        return stores;
    }
}
