package dev.afinador.storage;

import dev.afinador.testkit.store.JobStoreContract;
import dev.afinador.testkit.store.Stores;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteJobStoreTest extends JobStoreContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.sqlite();

    @Override
    protected Stores stores() {
        return database.stores();
    }
}
