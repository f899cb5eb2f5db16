/// The thin layer over libtorch: which device computes, tensors from arrays and files, and the native memory they hold. Everything that lives longer
/// than a step is made outside a [org.bytedeco.javacpp.PointerScope]; what is made inside one is freed when it closes.
@NullMarked
package dev.afinador.trainer.tensor;

import org.jspecify.annotations.NullMarked;
