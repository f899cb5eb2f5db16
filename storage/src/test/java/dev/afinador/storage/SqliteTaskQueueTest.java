package dev.afinador.storage;

import dev.afinador.testkit.store.TaskQueueContract;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteTaskQueueTest extends TaskQueueContract {

    @RegisterExtension static final StoreDatabase database = StoreDatabase.sqlite();

    @Override
    protected Node newNode(String name, Duration pollInterval, Duration heartbeat) {
        return new QueueNode(database.another().get(), name, pollInterval, heartbeat);
    }
}
