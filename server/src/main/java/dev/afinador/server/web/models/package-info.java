/// The page of the aliases, what they point at and what they pointed at before.
@NullMarked
package dev.afinador.server.web.models;

import org.jspecify.annotations.NullMarked;
