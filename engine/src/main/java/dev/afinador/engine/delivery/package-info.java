/// Sends the engine's webhooks to where people want them.
@NullMarked
package dev.afinador.engine.delivery;

import org.jspecify.annotations.NullMarked;
