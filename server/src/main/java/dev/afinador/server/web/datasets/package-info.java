/// Pages of the training files.
@NullMarked
package dev.afinador.server.web.datasets;

import org.jspecify.annotations.NullMarked;
