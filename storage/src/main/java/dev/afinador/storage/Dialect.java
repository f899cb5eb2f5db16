package dev.afinador.storage;

import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import java.util.Map;
import org.springframework.dao.DataAccessException;

/// What differs between the databases, and nothing else.
sealed interface Dialect permits SqliteDialect, PostgresDialect {

    /// What the placeholders of the migrations stand for.
    Map<String, String> schemaWords();

    /// What makes a `SELECT` keep others from changing the row until the transaction ends.
    String forUpdate();

    /// A condition that is true where `text` contains `part`, sign by sign.
    String contains(String text, String part);

    /// Whether a statement failed because of this unique index (not because of a primary key).
    boolean violatesUnique(DataAccessException e, String index);

    /// Whether a statement failed because a row refers to another one.
    boolean violatesReference(DataAccessException e);

    /// Teaches db-scheduler how to talk to this database.
    SchedulerBuilder configure(SchedulerBuilder scheduler);
}
