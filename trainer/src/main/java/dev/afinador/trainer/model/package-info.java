/// Decoders of the Llama family: what a folder in Hugging Face layout says ([ModelConfig]), its weights, the forward pass ([LlamaModel]), low-rank
/// adapters ([Lora]). Shapes are told at the end of a line: `// (batch, time, hidden)`. Start reading at [LlamaModel].
@NullMarked
package dev.afinador.trainer.model;

import org.jspecify.annotations.NullMarked;
