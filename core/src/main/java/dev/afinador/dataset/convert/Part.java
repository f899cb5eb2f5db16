package dev.afinador.dataset.convert;

import java.util.Locale;
import java.util.Set;

/// What a column of a source can be in an example.
public enum Part {
    QUESTION(
            "question",
            "pregunta",
            "instruction",
            "instruccion",
            "prompt",
            "user",
            "usuario",
            "human",
            "query",
            "consulta",
            "entrada",
            "input",
            "q"),
    /// Added to the question after an empty line.
    CONTEXT("context", "contexto", "input", "entrada"),
    ANSWER(
            "answer",
            "respuesta",
            "output",
            "salida",
            "completion",
            "response",
            "assistant",
            "asistente",
            "gpt",
            "bot",
            "chosen",
            "preferred",
            "preferida",
            "a"),
    /// An answer that is worse; makes a preference pair of the row.
    REJECTED("rejected", "rechazada", "nonpreferred", "peor", "dispreferred"),
    SYSTEM("system", "sistema", "systemprompt"),
    /// What was said before: a JSON list of pairs or of messages.
    HISTORY("history", "historial", "conversation", "messages");

    private final Set<String> names;

    Part(String... names) {
        this.names = Set.of(names);
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether a column of this name, in plain lower-case letters, is likely to be it.
    boolean isCalled(String name) {
        return names.contains(name);
    }
}
