/// Words for people out of message bundles, by language. A leaf that every feature may use.
@NullMarked
package dev.afinador.text;

import org.jspecify.annotations.NullMarked;
