/// Sign-in and sign-out.
@NullMarked
package dev.afinador.server.web.access;

import org.jspecify.annotations.NullMarked;
