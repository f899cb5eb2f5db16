/// Every page with made-up content, nasty cases included, to look at without any service behind it.
@NullMarked
package dev.afinador.server.web.gallery;

import org.jspecify.annotations.NullMarked;
