/// The application: everything the features need from the outside world, wired together.
@NullMarked
package dev.afinador.server;

import org.jspecify.annotations.NullMarked;
