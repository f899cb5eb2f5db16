/// Text to token ids and back, exactly as the `tokenizer.json` of a Hugging Face folder says, and the making of such a file from text.
/// Every kind that the supported model families use is implemented; any other is refused by its name, never guessed.
/// Plain Java: sees the JDK, JSpecify and Jackson. Start reading at [Tokenizer].
@NullMarked
package dev.afinador.trainer.tokenizer;

import org.jspecify.annotations.NullMarked;
