package dev.afinador.storage;

import dev.afinador.testkit.store.Stores;
import dev.afinador.testkit.store.TransactionsContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteTransactionsTest extends TransactionsContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.sqlite();

    @Override
    protected Stores stores() {
        return database.stores();
    }
}
