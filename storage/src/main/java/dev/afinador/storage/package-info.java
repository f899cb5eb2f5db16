/// Every store once, in SQL that runs on SQLite and PostgreSQL. What differs between the two is in [Dialect].
///
/// Start reading at [Database].
@NullMarked
package dev.afinador.storage;

import org.jspecify.annotations.NullMarked;
