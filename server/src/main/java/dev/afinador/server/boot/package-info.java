/// From the command line to a ready server: the data folder and its lock, failures told in one line with an exit code of
/// their own, and the line that says where the server is.
///
/// Start reading at [Start].
@NullMarked
package dev.afinador.server.boot;

import org.jspecify.annotations.NullMarked;
