package dev.afinador.storage;

import dev.afinador.testkit.store.MakingStoreContract;
import dev.afinador.testkit.store.Stores;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresMakingStoreTest extends MakingStoreContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.postgres();

    @Override
    protected Stores stores() {
        return database.stores();
    }
}
