/// The pages: server-rendered HTML and its live stream. A package per feature; what they share is in `shared`.
@NullMarked
package dev.afinador.server.web;

import org.jspecify.annotations.NullMarked;
