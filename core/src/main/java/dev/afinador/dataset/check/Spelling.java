package dev.afinador.dataset.check;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What somebody probably meant.
final class Spelling {

    /// Words for the same in other formats and in Spanish.
    private static final Map<String, String> ROLES =
            Map.ofEntries(
                    Map.entry("usuario", "user"),
                    Map.entry("usuaria", "user"),
                    Map.entry("human", "user"),
                    Map.entry("humano", "user"),
                    Map.entry("persona", "user"),
                    Map.entry("cliente", "user"),
                    Map.entry("asistente", "assistant"),
                    Map.entry("bot", "assistant"),
                    Map.entry("gpt", "assistant"),
                    Map.entry("chatgpt", "assistant"),
                    Map.entry("model", "assistant"),
                    Map.entry("modelo", "assistant"),
                    Map.entry("ai", "assistant"),
                    Map.entry("sistema", "system"),
                    Map.entry("herramienta", "tool"),
                    Map.entry("función", "function"));

    private static final Map<String, String> KEYS =
            Map.ofEntries(
                    Map.entry("rol", "role"),
                    Map.entry("from", "role"),
                    Map.entry("contenido", "content"),
                    Map.entry("value", "content"),
                    Map.entry("text", "content"),
                    Map.entry("mensajes", "messages"),
                    Map.entry("conversation", "messages"),
                    Map.entry("conversations", "messages"),
                    Map.entry("peso", "weight"),
                    Map.entry("nombre", "name"),
                    Map.entry("herramientas", "tools"),
                    Map.entry("chosen", "preferred_output"),
                    Map.entry("rejected", "non_preferred_output"));

    private Spelling() {}

    static @Nullable String role(String written, List<String> known) {
        return meant(written, known, ROLES);
    }

    static @Nullable String key(String written, List<String> known) {
        return meant(written, known, KEYS);
    }

    private static @Nullable String meant(
            String written, List<String> known, Map<String, String> others) {
        String word = written.strip().toLowerCase(Locale.ROOT).replace('-', '_').replace(' ', '_');
        String other = others.get(word);
        if (known.contains(word)) {
            return word;
        }
        if (other != null && known.contains(other)) {
            return other;
        }
        for (String candidate : known) {
            int allowed = candidate.length() <= 4 ? 1 : 2;
            if (Math.abs(candidate.length() - word.length()) <= allowed
                    && distance(word, candidate) <= allowed) {
                return candidate;
            }
        }
        return null;
    }

    /// Letters to insert, remove, replace or swap with their neighbour.
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                d[i][j] =
                        Math.min(
                                Math.min(d[i - 1][j], d[i][j - 1]) + 1,
                                d[i - 1][j - 1] + (same ? 0 : 1));
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
