package dev.afinador.trainer.tokenizer;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What is done to text before it is split into words.
sealed interface Normalizer {

    /// @param start whether the text begins here: only there something may be put before it
    String apply(String text, boolean start);

    static Normalizer read(@Nullable JsonNode node) {
        if (node == null || node.isNull()) {
            return new Several(List.of());
        }
        String type = node.path("type").asString("");
        return switch (type) {
            case "NFC" -> new Unicode(java.text.Normalizer.Form.NFC);
            case "NFD" -> new Unicode(java.text.Normalizer.Form.NFD);
            case "NFKC" -> new Unicode(java.text.Normalizer.Form.NFKC);
            case "NFKD" -> new Unicode(java.text.Normalizer.Form.NFKD);
            case "Prepend" -> new Prepend(node.path("prepend").asString(""));
            case "Replace" ->
                    new Replace(
                            Patterns.read(node.path("pattern"), "normalizer Replace"),
                            node.path("content").asString(""));
            case "Sequence" ->
                    new Several(
                            node.path("normalizers").valueStream().map(Normalizer::read).toList());
            default -> throw Patterns.unknown("normalizer", type);
        };
    }

    record Unicode(java.text.Normalizer.Form form) implements Normalizer {
        @Override
        public String apply(String text, boolean start) {
            return java.text.Normalizer.normalize(text, form);
        }
    }

    record Prepend(String prefix) implements Normalizer {
        @Override
        public String apply(String text, boolean start) {
            return start && !text.isEmpty() ? prefix + text : text;
        }
    }

    record Replace(Pattern pattern, String content) implements Normalizer {
        @Override
        public String apply(String text, boolean start) {
            return pattern.matcher(text)
                    .replaceAll(java.util.regex.Matcher.quoteReplacement(content));
        }
    }

    record Several(List<Normalizer> steps) implements Normalizer {
        @Override
        public String apply(String text, boolean start) {
            String now = text;
            for (Normalizer step : steps) {
                now = step.apply(now, start);
            }
            return now;
        }
    }
}
