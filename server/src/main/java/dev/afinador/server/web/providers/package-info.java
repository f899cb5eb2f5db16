/// Pages of the providers.
@NullMarked
package dev.afinador.server.web.providers;

import org.jspecify.annotations.NullMarked;
