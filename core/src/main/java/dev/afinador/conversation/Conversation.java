package dev.afinador.conversation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A conversation of an assistant with what people thought of it. What was said never changes by hand: a better answer stands
/// beside the original.
///
/// @param externalId how the program calls it that sent it, or null
/// @param tools      the tools that the assistant had, as the protocol's JSON list, or null
/// @param edits      better answers by the place of the turn they are for, from 0
/// @param stars      1 to 5, or null while nobody has rated it
/// @param note       free text of whoever judged it, possibly empty
/// @param tags       in alphabetical order, each once
/// @param model      that answered, as far as it is known
/// @param judged     who rated or corrected it last, or null
/// @param saidAt     when it took place
/// @param version    counts changes
public record Conversation(
        ConversationId id,
        @Nullable String externalId,
        List<Turn> turns,
        @Nullable String tools,
        SortedMap<Integer, String> edits,
        @Nullable Integer stars,
        String note,
        List<String> tags,
        @Nullable String model,
        @Nullable Judgement judged,
        Instant saidAt,
        Instant createdAt,
        Instant changedAt,
        long version) {
    public Conversation {
        turns = List.copyOf(turns);
        edits = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(edits));
        tags = List.copyOf(tags);
        if (stars != null && (stars < 1 || stars > 5)) {
            throw new IllegalArgumentException("1 to 5 stars, not " + stars);
        }
    }

    /// @param by name of the principal
    public record Judgement(String by, Instant at) {}

    /// Whether somebody has rated or corrected it.
    public boolean isJudged() {
        return stars != null || !edits.isEmpty();
    }

    /// What was said, with the better answers in the place of the original ones.
    public List<Turn> better() {
        List<Turn> better = new ArrayList<>(turns);
        for (Map.Entry<Integer, String> edit : edits.entrySet()) {
            if (edit.getKey() < better.size()) {
                better.set(edit.getKey(), better.get(edit.getKey()).withText(edit.getValue()));
            }
        }
        return better;
    }

    /// What somebody asked first; empty when nobody asked anything.
    public String question() {
        return turns.stream()
                .filter(turn -> turn.role().equals("user") && !turn.text().isBlank())
                .findFirst()
                .map(Turn::text)
                .orElse("");
    }

    /// What the assistant said last, the better answer where there is one.
    public String answer() {
        return better().reversed().stream()
                .filter(Turn::isAnswer)
                .findFirst()
                .map(Turn::text)
                .orElse("");
    }

    @Override
    public String toString() {
        return "conversation " + id;
    }
}
