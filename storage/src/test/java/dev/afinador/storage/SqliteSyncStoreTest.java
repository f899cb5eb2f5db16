package dev.afinador.storage;

import dev.afinador.testkit.store.Stores;
import dev.afinador.testkit.store.SyncStoreContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteSyncStoreTest extends SyncStoreContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.sqlite();

    @Override
    protected Stores stores() {
        return database.stores();
    }
}
