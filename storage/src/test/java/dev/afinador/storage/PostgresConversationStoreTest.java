package dev.afinador.storage;

import dev.afinador.conversation.ConversationStore;
import dev.afinador.testkit.store.ConversationStoreContract;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresConversationStoreTest extends ConversationStoreContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.postgres();

    @Override
    protected ConversationStore store() {
        return new JdbcConversationStore(database.database());
    }
}
