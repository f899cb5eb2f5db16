/// A few words with a model from the page that shows it. Nothing of a conversation is stored or logged.
///
/// Start reading at [ChatPage].
@NullMarked
package dev.afinador.server.web.chat;

import org.jspecify.annotations.NullMarked;
