package dev.afinador.storage;

import dev.afinador.testkit.store.JobStoreContract;
import dev.afinador.testkit.store.Stores;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresJobStoreTest extends JobStoreContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.postgres();

    @Override
    protected Stores stores() {
        return database.stores();
    }
}
