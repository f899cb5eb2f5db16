/// Conversations of an assistant: brought in, read, rated, corrected, and made into datasets. May use `dataset`. Start reading at
/// [dev.afinador.conversation.Conversations].
@org.jspecify.annotations.NullMarked
package dev.afinador.conversation;
