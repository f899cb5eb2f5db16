package dev.afinador.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.conversation.Preparation.Shape;
import dev.afinador.conversation.Preparation.SystemPrompt;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PreparationTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    @Test
    void a_conversation_becomes_chat_with_the_better_answers() {
        Conversation conversation =
                conversation(
                        Map.of(2, "Mejor."),
                        turn("system", "Sé breve."),
                        turn("user", "¿A?"),
                        turn("assistant", "Peor."),
                        turn("user", "¿Y B?"));
        assertThat(texts(prepare(Shape.CHAT, SystemPrompt.KEEP, "", conversation)))
                .containsExactly(
                        """
                        {"messages":[{"role":"system","content":"Sé breve."},{"role":"user","content":"¿A?"},\
                        {"role":"assistant","content":"Mejor."}]}\
                        """);
    }

    @Test
    void each_better_answer_becomes_a_pair_after_what_was_said_before() {
        Conversation conversation =
                conversation(
                        Map.of(1, "Mejor A.", 3, "Mejor B."),
                        turn("user", "¿A?"),
                        turn("assistant", "A."),
                        turn("user", "¿B?"),
                        turn("assistant", "B."));
        assertThat(texts(prepare(Shape.PREFERENCE, SystemPrompt.KEEP, "", conversation)))
                .containsExactly(
                        """
                        {"input":{"messages":[{"role":"user","content":"¿A?"}]},\
                        "preferred_output":[{"role":"assistant","content":"Mejor A."}],\
                        "non_preferred_output":[{"role":"assistant","content":"A."}]}\
                        """,
                        """
                        {"input":{"messages":[{"role":"user","content":"¿A?"},{"role":"assistant","content":"Mejor A."},\
                        {"role":"user","content":"¿B?"}]},\
                        "preferred_output":[{"role":"assistant","content":"Mejor B."}],\
                        "non_preferred_output":[{"role":"assistant","content":"B."}]}\
                        """);
    }

    @Test
    void what_the_model_is_told_first_is_kept_replaced_filled_in_or_removed() {
        Conversation told =
                conversation(
                        Map.of(),
                        turn("system", "Viejo."),
                        turn("user", "¿?"),
                        turn("assistant", "!"));
        Conversation bare = conversation(Map.of(), turn("user", "¿?"), turn("assistant", "!"));
        assertThat(first(SystemPrompt.KEEP, told)).isEqualTo("Viejo.");
        assertThat(first(SystemPrompt.REPLACE, told)).isEqualTo("Nuevo.");
        assertThat(first(SystemPrompt.REPLACE, bare)).isEqualTo("Nuevo.");
        assertThat(first(SystemPrompt.FILL, told)).isEqualTo("Viejo.");
        assertThat(first(SystemPrompt.FILL, bare)).isEqualTo("Nuevo.");
        assertThat(first(SystemPrompt.REMOVE, told)).isEqualTo("¿?");
    }

    private static String first(SystemPrompt system, Conversation conversation) {
        return prepare(Shape.CHAT, system, "Nuevo.", conversation)
                .examples()
                .getFirst()
                .turns()
                .getFirst()
                .text();
    }

    @Test
    void one_that_gives_no_example_says_why() {
        Conversation unanswered = conversation(Map.of(), turn("user", "¿?"));
        Conversation plain = conversation(Map.of(), turn("user", "¿?"), turn("assistant", "!"));
        assertThat(prepare(Shape.CHAT, SystemPrompt.KEEP, "", unanswered).trouble())
                .isEqualTo("conversation_no_answer");
        assertThat(prepare(Shape.PREFERENCE, SystemPrompt.KEEP, "", plain).trouble())
                .isEqualTo("conversation_not_edited");
    }

    private static Preparation.Prepared prepare(
            Shape shape, SystemPrompt system, String text, Conversation conversation) {
        return new Preparation(ConversationFilter.ALL, shape, system, text).prepare(conversation);
    }

    private static List<String> texts(Preparation.Prepared prepared) {
        return prepared.examples().stream().map(Preparation.Example::text).toList();
    }

    private static Turn turn(String role, String text) {
        return new Turn(role, text, null);
    }

    private static Conversation conversation(Map<Integer, String> edits, Turn... turns) {
        return new Conversation(
                new ConversationId(UUID.randomUUID()),
                null,
                List.of(turns),
                null,
                new TreeMap<>(edits),
                null,
                "",
                List.of(),
                null,
                null,
                NOW,
                NOW,
                NOW,
                1);
    }
}
