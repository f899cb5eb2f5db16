/// Exact token counts and ids of texts, fast enough to count gigabytes. Start reading at [Tokenizer]; the encodings of
/// OpenAI are in [OpenAiEncoding]. A leaf.
@NullMarked
package dev.afinador.dataset.tokens;

import org.jspecify.annotations.NullMarked;
