/// Pages of the assistant's conversations: brought in, read, rated, corrected, made into datasets.
@NullMarked
package dev.afinador.server.web.conversations;

import org.jspecify.annotations.NullMarked;
