/// Keeping our record of live jobs equal to the provider's: bulk, single-flight, incremental, stale-marking.
///
/// Sees `job`, `provider`, `work`. Start reading at [Synchronization].
@NullMarked
package dev.afinador.sync;

import org.jspecify.annotations.NullMarked;
