/// Aliases that applications use, and the append-only history of what they pointed at. Start reading at [Activations].
@NullMarked
package dev.afinador.activation;

import org.jspecify.annotations.NullMarked;
