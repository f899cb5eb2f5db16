package dev.afinador.storage;

import dev.afinador.testkit.store.EngineMachineStoreContract;
import dev.afinador.testkit.store.EngineStores;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresEngineMachineStoreTest extends EngineMachineStoreContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.postgres();

    @Override
    protected EngineStores stores() {
        return database.engineStores();
    }
}
