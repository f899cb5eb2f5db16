/// Sealing of stored keys.
@NullMarked
package dev.afinador.server.secret;

import org.jspecify.annotations.NullMarked;
