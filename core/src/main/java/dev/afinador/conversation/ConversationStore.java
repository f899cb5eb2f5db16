package dev.afinador.conversation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where conversations are kept. Every method is atomic and joins the caller's transaction if there is one. The order of
/// conversations is always: what was said last comes first, then by id.
public interface ConversationStore {

    /// What became of one that came in.
    enum Put {
        CREATED,
        /// It was there, said otherwise or without stars, and nobody had judged it.
        UPDATED,
        /// It was there just so.
        UNCHANGED,
        /// It was there otherwise, and somebody had judged it: it stays as it was judged.
        KEPT;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// Takes conversations in, each once by its external id, or by what was said where it has none. Can be repeated.
    ///
    /// @return for each what became of it and the one that is there now
    List<Taken> take(List<Conversation> conversations);

    record Taken(Put put, ConversationId id) {}

    Optional<Conversation> find(ConversationId id);

    Optional<Conversation> findExternal(String externalId);

    /// @param after exclusive: list those that come after this one; null starts at the first
    /// @param limit at least 1
    List<ConversationRow> list(
            ConversationFilter filter, @Nullable ConversationId after, int limit);

    long count(ConversationFilter filter);

    /// In full, to be made something of; in the order of lists.
    List<Conversation> read(ConversationFilter filter, @Nullable ConversationId after, int limit);

    /// The one before and the one after it among those that are meant, whether or not it is meant itself.
    Neighbours neighbours(ConversationId id, ConversationFilter filter);

    record Neighbours(@Nullable ConversationId before, @Nullable ConversationId after) {}

    /// All tags in use, alphabetically.
    List<String> tags();

    /// @param stars 1 to 5, or null to take the rating back
    /// @return false when it is unknown
    boolean rate(ConversationId id, @Nullable Integer stars, Conversation.Judgement by);

    /// @return false when it is unknown
    boolean describe(ConversationId id, List<String> tags, String note, Instant now);

    /// Stores the better answers.
    ///
    /// @param version that the person saw
    /// @return false when it has changed since, or is unknown
    boolean edit(
            ConversationId id,
            java.util.SortedMap<Integer, String> edits,
            long version,
            Conversation.Judgement by);

    /// @return false when it is unknown
    boolean delete(ConversationId id);
}
