package dev.afinador.storage;

import dev.afinador.testkit.store.Stores;
import dev.afinador.testkit.store.UploadStoreContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresUploadStoreTest extends UploadStoreContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.postgres();

    @Override
    protected Stores stores() {
        return database.stores();
    }
}
