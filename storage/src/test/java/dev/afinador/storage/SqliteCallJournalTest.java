package dev.afinador.storage;

import dev.afinador.testkit.store.CallJournalContract;
import dev.afinador.testkit.store.Stores;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteCallJournalTest extends CallJournalContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.sqlite();

    @Override
    protected Stores stores() {
        return database.stores();
    }
}
