package dev.afinador.storage;

import dev.afinador.testkit.store.DatasetStoreContract;
import dev.afinador.testkit.store.Stores;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresDatasetStoreTest extends DatasetStoreContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.postgres();

    @Override
    protected Stores stores() {
        return database.stores();
    }
}
