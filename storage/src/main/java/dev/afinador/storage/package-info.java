/// Every store of the features once, in SQL that runs on SQLite and PostgreSQL, and the queue of durable background work.
///
/// Sees `core` and JDBC. Start reading at [Database]; what differs between the two databases is in `Dialect`.
@NullMarked
package dev.afinador.storage;

import org.jspecify.annotations.NullMarked;
