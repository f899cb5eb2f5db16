package dev.afinador.storage;

import dev.afinador.testkit.store.ProviderStoreContract;
import dev.afinador.testkit.store.Stores;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteProviderStoreTest extends ProviderStoreContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.sqlite();

    @Override
    protected Stores stores() {
        return database.stores();
    }
}
