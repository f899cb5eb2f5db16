package dev.afinador.storage;

import dev.afinador.testkit.store.EngineJobStoreContract;
import dev.afinador.testkit.store.EngineStores;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresEngineJobStoreTest extends EngineJobStoreContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.postgres();

    @Override
    protected EngineStores stores() {
        return database.engineStores();
    }
}
