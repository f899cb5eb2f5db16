package dev.afinador.storage;

import dev.afinador.testkit.store.EngineStores;
import dev.afinador.testkit.store.WebhookStoreContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteWebhookStoreTest extends WebhookStoreContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.sqlite();

    @Override
    protected EngineStores stores() {
        return database.engineStores();
    }
}
