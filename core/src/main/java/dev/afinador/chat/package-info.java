/// A few words with a model, to see what came out of a job. Nothing of a conversation is stored or logged.
///
/// Start reading at [ChatBackend].
@NullMarked
package dev.afinador.chat;

import org.jspecify.annotations.NullMarked;
