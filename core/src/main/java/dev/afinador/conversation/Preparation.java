package dev.afinador.conversation;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/// How conversations become examples.
///
/// @param filter     which ones
/// @param shape      what an example is
/// @param system     what becomes of what the model is told first
/// @param systemText what it is told first where `system` says so
public record Preparation(
        ConversationFilter filter, Shape shape, SystemPrompt system, String systemText) {

    public enum Shape {
        /// The conversation, with the better answers in the place of the original ones.
        CHAT,
        /// For each better answer a pair: it is preferred to the original.
        PREFERENCE;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public enum SystemPrompt {
        /// As each conversation has it.
        KEEP,
        /// The same for all.
        REPLACE,
        /// The same for those that have none.
        FILL,
        REMOVE;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Examples of one conversation, or why there are none.
    ///
    /// @param trouble code, or null
    public record Prepared(List<Example> examples, @Nullable String trouble) {
        public Prepared {
            examples = List.copyOf(examples);
        }

        static Prepared none(String trouble) {
            return new Prepared(List.of(), trouble);
        }
    }

    /// @param turns    what is said; of a pair what comes before the answer
    /// @param chosen   of a pair the preferred answer
    /// @param rejected of a pair the other one
    /// @param tools    the protocol's JSON list, or null
    public record Example(
            List<Turn> turns,
            @Nullable Turn chosen,
            @Nullable Turn rejected,
            @Nullable String tools) {
        public Example {
            turns = List.copyOf(turns);
        }

        /// As a line of a training file, without its end.
        byte[] json() {
            var out = new ByteArrayOutputStream();
            try (JsonGenerator json = Turns.JSON.createGenerator(ObjectWriteContext.empty(), out)) {
                json.writeStartObject();
                if (chosen == null || rejected == null) {
                    messages(json);
                } else {
                    json.writeName("input");
                    json.writeStartObject();
                    messages(json);
                    json.writeEndObject();
                    json.writeName("preferred_output");
                    Turns.write(json, List.of(chosen));
                    json.writeName("non_preferred_output");
                    Turns.write(json, List.of(rejected));
                }
                json.writeEndObject();
            }
            return out.toByteArray();
        }

        /// The same as text.
        public String text() {
            return new String(json(), StandardCharsets.UTF_8);
        }

        private void messages(JsonGenerator json) {
            json.writeName("messages");
            Turns.write(json, turns);
            if (tools != null) {
                json.writeName("tools");
                json.writeRawValue(tools);
            }
        }

        @Override
        public String toString() {
            return (chosen == null ? "chat of " : "pair after ") + turns.size() + " turns";
        }
    }

    public Prepared prepare(Conversation conversation) {
        return switch (shape) {
            case CHAT -> chat(conversation);
            case PREFERENCE -> pairs(conversation);
        };
    }

    private Prepared chat(Conversation conversation) {
        List<Turn> turns = begun(conversation.better());
        int end = turns.size();
        while (end > 0 && !turns.get(end - 1).isAnswer()) {
            end--; // a question that nobody answered, or a call of a tool that nothing came of
        }
        List<Turn> said = turns.subList(0, end);
        if (said.isEmpty()) {
            return Prepared.none("conversation_no_answer");
        }
        if (said.stream().noneMatch(turn -> turn.role().equals("user"))) {
            return Prepared.none("conversation_no_question");
        }
        return new Prepared(List.of(new Example(said, null, null, conversation.tools())), null);
    }

    private Prepared pairs(Conversation conversation) {
        List<Turn> better = conversation.better();
        List<Example> pairs = new ArrayList<>();
        for (Map.Entry<Integer, String> edit : conversation.edits().entrySet()) {
            int at = edit.getKey();
            if (at >= better.size() || !conversation.turns().get(at).isAnswer()) {
                continue;
            }
            List<Turn> before = begun(better.subList(0, at));
            if (before.stream().anyMatch(turn -> turn.role().equals("user"))) {
                pairs.add(
                        new Example(
                                before,
                                new Turn("assistant", edit.getValue(), null),
                                new Turn("assistant", conversation.turns().get(at).text(), null),
                                conversation.tools()));
            }
        }
        return pairs.isEmpty()
                ? Prepared.none("conversation_not_edited")
                : new Prepared(pairs, null);
    }

    /// With the beginning that is wanted.
    private List<Turn> begun(List<Turn> turns) {
        boolean told = !turns.isEmpty() && isInstruction(turns.getFirst());
        List<Turn> rest = told ? turns.subList(1, turns.size()) : turns;
        return switch (system) {
            case KEEP -> turns;
            case REMOVE -> rest;
            case FILL -> told || systemText.isBlank() ? turns : with(rest);
            case REPLACE -> systemText.isBlank() ? rest : with(rest);
        };
    }

    private List<Turn> with(List<Turn> rest) {
        List<Turn> all = new ArrayList<>();
        all.add(new Turn("system", systemText.strip(), null));
        all.addAll(rest);
        return all;
    }

    private static boolean isInstruction(Turn turn) {
        return turn.role().equals("system") || turn.role().equals("developer");
    }

    @Override
    public String toString() {
        return shape + " " + system;
    }
}
