/// Lines and examples of a dataset as people look at them: read from where the check noted that lines begin, with the place of a
/// finding marked. Begin with [Peek].
@NullMarked
package dev.afinador.dataset.look;

import org.jspecify.annotations.NullMarked;
