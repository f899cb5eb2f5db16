package dev.afinador.storage;

import dev.afinador.testkit.store.Stores;
import dev.afinador.testkit.store.TransactionsContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresTransactionsTest extends TransactionsContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.postgres();

    @Override
    protected Stores stores() {
        return database.stores();
    }
}
