package dev.afinador.dataset.check;

import dev.afinador.dataset.DatasetKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Small training files for tests. No two of their examples are alike.
final class Sample {

    private Sample() {}

    static String good(DatasetKind kind, int i) {
        return switch (kind) {
            case CHAT -> chat(user("¿Cuánto es " + i + " más uno?"), assistant("Son " + (i + 1)));
            case PREFERENCE ->
                    pair(user("¿Cuánto es " + i + " más uno?"), "Son " + (i + 1), "No sé, " + i);
            case REINFORCEMENT ->
                    "{\"messages\": ["
                            + user("Suma uno a " + i)
                            + "], \"answer\": "
                            + (i + 1)
                            + "}";
            case COMPLETION ->
                    "{\"prompt\": \"Suma uno a " + i + "\", \"completion\": \"" + (i + 1) + "\"}";
            case UNKNOWN -> throw new IllegalArgumentException("nothing is good there");
        };
    }

    /// Lines that end with a line break.
    static String good(DatasetKind kind, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> good(kind, i) + "\n")
                .collect(Collectors.joining());
    }

    static String chat(String... messages) {
        return "{\"messages\": [" + String.join(", ", messages) + "]}";
    }

    static String pair(String input, String wanted, String other) {
        return "{\"input\": {\"messages\": ["
                + input
                + "]}, \"preferred_output\": ["
                + assistant(wanted)
                + "], \"non_preferred_output\": ["
                + assistant(other)
                + "]}";
    }

    static String user(String content) {
        return message("user", content);
    }

    static String assistant(String content) {
        return message("assistant", content);
    }

    static String message(String role, String content) {
        return "{\"role\": \"" + role + "\", \"content\": \"" + content + "\"}";
    }

    static FileReport check(String content) {
        return check(content, CheckOptions.everything());
    }

    static FileReport check(String content, CheckOptions options) {
        return check(content.getBytes(StandardCharsets.UTF_8), options);
    }

    static FileReport check(byte[] content, CheckOptions options) {
        try {
            return TrainingFile.check(new ByteArrayInputStream(content), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
