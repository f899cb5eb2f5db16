package dev.afinador.storage;

import dev.afinador.testkit.store.EngineJobStoreContract;
import dev.afinador.testkit.store.EngineStores;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteEngineJobStoreTest extends EngineJobStoreContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.sqlite();

    @Override
    protected EngineStores stores() {
        return database.engineStores();
    }
}
