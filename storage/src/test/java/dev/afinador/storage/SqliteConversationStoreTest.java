package dev.afinador.storage;

import dev.afinador.conversation.ConversationStore;
import dev.afinador.testkit.store.ConversationStoreContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteConversationStoreTest extends ConversationStoreContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.sqlite();

    @Override
    protected ConversationStore store() {
        return new JdbcConversationStore(database.database());
    }
}
