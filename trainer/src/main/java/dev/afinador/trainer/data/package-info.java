/// Training files as token ids with the weight of each token in the loss.
@NullMarked
package dev.afinador.trainer.data;

import org.jspecify.annotations.NullMarked;
