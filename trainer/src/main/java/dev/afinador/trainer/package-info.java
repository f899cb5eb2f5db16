/// Training and sampling of Llama-family models, in processes of their own: docs/trainer-process.md tells how they are started and spoken to.
/// Sees nothing else of the product.
@NullMarked
package dev.afinador.trainer;

import org.jspecify.annotations.NullMarked;
