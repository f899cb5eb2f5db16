/// What every page uses: words and numbers in the reader's language, times, badges, notices, assets.
@NullMarked
package dev.afinador.server.web.shared;

import org.jspecify.annotations.NullMarked;
