/// Making `afinador-nano`, the small bilingual base model, from nothing: the texts it is taught with, its tokenizer, its recipe (docs/nano.md).
/// Every text comes from the grammar, the words and the scenes of this package. Start reading at [Corpus].
@NullMarked
package dev.afinador.trainer.nano;

import org.jspecify.annotations.NullMarked;
