package dev.afinador.storage;

import dev.afinador.testkit.store.DatasetStoreContract;
import dev.afinador.testkit.store.Stores;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteDatasetStoreTest extends DatasetStoreContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.sqlite();

    @Override
    protected Stores stores() {
        return database.stores();
    }
}
