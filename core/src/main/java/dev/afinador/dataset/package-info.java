/// Training files: stored by content, checked line by line, immutable. A leaf. Start reading at [Datasets].
@NullMarked
package dev.afinador.dataset;

import org.jspecify.annotations.NullMarked;
