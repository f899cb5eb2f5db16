/// Answers of a base model and its adapters, several at once: requests on standard input, text on standard output, as docs/trainer-process.md tells. All
/// tensors belong to one thread, the one that runs [Batcher]. Start reading there.
@NullMarked
package dev.afinador.trainer.serve;

import org.jspecify.annotations.NullMarked;
