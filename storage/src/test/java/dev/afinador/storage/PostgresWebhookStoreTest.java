package dev.afinador.storage;

import dev.afinador.testkit.store.EngineStores;
import dev.afinador.testkit.store.WebhookStoreContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresWebhookStoreTest extends WebhookStoreContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.postgres();

    @Override
    protected EngineStores stores() {
        return database.engineStores();
    }
}
