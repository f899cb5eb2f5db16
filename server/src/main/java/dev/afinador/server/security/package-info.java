/// Who may call what: bearer token, session cookie, CSRF, headers, allowed hosts.
@NullMarked
package dev.afinador.server.security;

import org.jspecify.annotations.NullMarked;
