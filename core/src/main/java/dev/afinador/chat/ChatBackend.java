package dev.afinador.chat;

import dev.afinador.provider.Provider;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lets a model of a provider answer.
public interface ChatBackend {

    /// Asks and hands on the answer as it comes. Returns when the model has ended. To stop it earlier, let `text` throw: the
    /// connection is closed, which tells the provider to stop.
    ///
    /// The most likely words are asked for, where the model lets one choose.
    ///
    /// @param messages the conversation, its newest message last
    /// @return why the model ended: `stop`, `length`, `content_filter` …; null when the provider did not say
    /// @throws dev.afinador.provider.ProviderException when the provider cannot be reached or refuses
    /// @throws IOException what `text` threw
    @Nullable String ask(Provider provider, String model, List<Message> messages, Text text)
            throws IOException, InterruptedException;

    /// Does not print its content.
    record Message(Author author, String content) {
        @Override
        public String toString() {
            return author + ": " + content.length() + " characters";
        }
    }

    enum Author {
        SYSTEM,
        USER,
        ASSISTANT;

        /// As it is written on the wire.
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// Takes pieces of the answer, in their order.
    @FunctionalInterface
    interface Text {
        void add(String piece) throws IOException;
    }
}
