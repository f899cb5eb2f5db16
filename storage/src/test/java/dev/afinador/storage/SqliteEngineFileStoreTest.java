package dev.afinador.storage;

import dev.afinador.testkit.store.EngineFileStoreContract;
import dev.afinador.testkit.store.EngineStores;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteEngineFileStoreTest extends EngineFileStoreContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.sqlite();

    @Override
    protected EngineStores stores() {
        return database.engineStores();
    }
}
