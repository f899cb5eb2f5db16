package dev.afinador.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Small training files as JSON Lines text, good and broken ones. The same arguments always give the same text.
public final class TrainingFiles {
    private static final List<String> PRODUCTS =
            List.of(
                    "café molido",
                    "aceite de oliva",
                    "pan integral",
                    "queso curado",
                    "miel de romero");
    private static final List<String> CITIES =
            List.of("Bogotá", "Cádiz", "Mérida", "Rosario", "Añasco");

    private TrainingFiles() {}

    /// Supervised chat, one system, user and assistant message per line.
    public static String chat(int examples) {
        return lines(examples, TrainingFiles::chatLine);
    }

    /// As [#chat], in UTF-8.
    public static byte[] chatBytes(int examples) {
        return chat(examples).getBytes(StandardCharsets.UTF_8);
    }

    /// Preference pairs for the `dpo` method.
    public static String preferences(int examples) {
        return lines(examples, TrainingFiles::preferenceLine);
    }

    /// Chat whose lines end as Windows writes them, after a byte-order mark.
    public static String chatFromWindows(int examples) {
        return "\uFEFF" + chat(examples).replace("\n", "\r\n");
    }

    /// Chat in which one message lacks its role; example and message count from 1.
    public static String chatWithoutRole(int examples, int example, int message) {
        String role = List.of("system", "user", "assistant").get(message - 1);
        return replaceLine(
                chat(examples),
                example,
                chatLine(example).replace("\"role\":\"" + role + "\",", ""));
    }

    /// Chat with one line that is no JSON; lines count from 1.
    public static String chatWithBrokenLine(int examples, int line) {
        return replaceLine(chat(examples), line, "{\"messages\":[{\"role\":\"user\",\"content\":");
    }

    /// Chat with one line whose only message is the user's; lines count from 1.
    public static String chatWithoutAnswer(int examples, int line) {
        return replaceLine(
                chat(examples),
                line,
                "{\"messages\":[{\"role\":\"user\",\"content\":\"¿Hola?\"}]}");
    }

    /// Fewer examples than any provider of the protocol takes.
    public static String tooFew() {
        return chat(7);
    }

    /// JSON Lines that are of no training format.
    public static String foreignLines(int examples) {
        return lines(examples, i -> "{\"pedido\":%d,\"importe\":%d.50}".formatted(i, i * 3));
    }

    private static String chatLine(int i) {
        return """
        {"messages":[{"role":"system","content":"Eres el asistente de una tienda de barrio."},\
        {"role":"user","content":"¿Tienen %s en %s? Pedido n.º %d"},\
        {"role":"assistant","content":"Sí, señora: quedan %d unidades de %s."}]}\
        """
                .formatted(product(i), CITIES.get(i % CITIES.size()), i, 3 + i % 40, product(i));
    }

    private static String preferenceLine(int i) {
        return """
        {"input":{"messages":[{"role":"user","content":"¿Hay %s? Pregunta n.º %d"}]},\
        "preferred_output":[{"role":"assistant","content":"Sí, quedan %d unidades."}],\
        "non_preferred_output":[{"role":"assistant","content":"No sé."}]}\
        """
                .formatted(product(i), i, 3 + i % 40);
    }

    private static String product(int i) {
        return PRODUCTS.get(i % PRODUCTS.size());
    }

    private static String lines(int count, java.util.function.IntFunction<String> line) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(line)
                .collect(Collectors.joining("\n", "", count == 0 ? "" : "\n"));
    }

    private static String replaceLine(String text, int line, String replacement) {
        List<String> lines = new java.util.ArrayList<>(text.lines().toList());
        lines.set(line - 1, replacement);
        return String.join("\n", lines) + "\n";
    }
}
