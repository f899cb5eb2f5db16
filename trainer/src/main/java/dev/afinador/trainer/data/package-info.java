/// From training files to tokens: which tokens of an example are trained, and with which weight.
///
/// An answer's tokens are exactly those that the model produces itself when it is asked: the text is cut where the prompt for that answer ends,
/// so that no token reaches from the prompt into the answer. Start reading at [Examples] for one example, at [TrainingFile] for a file.
@NullMarked
package dev.afinador.trainer.data;

import org.jspecify.annotations.NullMarked;
