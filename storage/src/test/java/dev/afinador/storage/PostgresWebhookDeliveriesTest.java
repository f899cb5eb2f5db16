package dev.afinador.storage;

import dev.afinador.testkit.store.Stores;
import dev.afinador.testkit.store.WebhookDeliveriesContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresWebhookDeliveriesTest extends WebhookDeliveriesContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.postgres();

    @Override
    protected Stores stores() {
        return database.stores();
    }
}
