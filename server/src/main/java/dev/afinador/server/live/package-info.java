/// Changes on their way to browsers and programs: one hub per machine, one rendering per change, any number of listeners.
@NullMarked
package dev.afinador.server.live;

import org.jspecify.annotations.NullMarked;
