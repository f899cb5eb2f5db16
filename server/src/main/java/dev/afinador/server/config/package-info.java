/// Wiring: settings and beans. Nothing of the product's behaviour is here.
@NullMarked
package dev.afinador.server.config;

import org.jspecify.annotations.NullMarked;
