/// The local engine inside of this process: its parts put together, its place among the providers, its background work.
///
/// Start reading at [EngineConfig].
@NullMarked
package dev.afinador.server.engine;

import org.jspecify.annotations.NullMarked;
