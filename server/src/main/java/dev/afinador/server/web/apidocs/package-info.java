/// The page that tells programmers what can be asked for, and lets them try it. It shows the OpenAPI document that the
/// resources in `api` are described by; start at [ApiPage].
@NullMarked
package dev.afinador.server.web.apidocs;

import org.jspecify.annotations.NullMarked;
