/// The pages.
@NullMarked
package dev.afinador.server.web;

import org.jspecify.annotations.NullMarked;
