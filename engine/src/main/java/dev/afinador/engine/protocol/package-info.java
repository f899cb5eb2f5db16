/// OpenAI's protocol from the vendor's side, under `/engine/v1`: unmodified clients take it for a vendor. Shapes follow the
/// published schema and recorded answers; every answer is written here, not negotiated, because clients ask for odd media types.
///
/// Start reading at [EngineProtocol], which puts the parts together.
@NullMarked
package dev.afinador.engine.protocol;

import org.jspecify.annotations.NullMarked;
