/// Who may do what: principals, roles, one-time sign-in codes and sessions. Start reading at [SignIn].
@NullMarked
package dev.afinador.access;

import org.jspecify.annotations.NullMarked;
