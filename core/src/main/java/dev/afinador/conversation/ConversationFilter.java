package dev.afinador.conversation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Which conversations are meant.
///
/// @param text     words that are looked for in all that was said, in tags and notes, whatever their case and accents
/// @param tag      a tag as it is written
/// @param minStars 1 to 5, or null
/// @param maxStars 1 to 5, or null
/// @param orEdited whether one with a better answer is meant whatever its stars
/// @param state    rated or not, corrected or not
/// @param from     not before
/// @param to       before
public record ConversationFilter(
        @Nullable String text,
        @Nullable String tag,
        @Nullable Integer minStars,
        @Nullable Integer maxStars,
        boolean orEdited,
        State state,
        @Nullable Instant from,
        @Nullable Instant to) {

    public enum State {
        ANY,
        RATED,
        UNRATED,
        EDITED;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public static final ConversationFilter ALL =
            new ConversationFilter(null, null, null, null, false, State.ANY, null, null);
}
