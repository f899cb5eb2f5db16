package dev.afinador.testkit.provider;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// What the vendor finds in a training file while a job is in `validating_files`.
///
/// @param examples lines that hold something
/// @param problem  the first thing that fails the job, or null
record TrainingFileCheck(int examples, @Nullable Failure problem) {
    private static final int FEWEST = 10;

    /// @param param `training_file` or `validation_file`
    static TrainingFileCheck of(StoredFile file, String method, String param) {
        String text = new String(file.content(), StandardCharsets.UTF_8);
        int examples = 0;
        Failure problem = null;
        for (String line : (Iterable<String>) text.replaceFirst("^\uFEFF", "").lines()::iterator) {
            if (!line.isBlank()) {
                examples++;
                if (problem == null) {
                    problem = problem(line, examples, file.id(), method, param).orElse(null);
                }
            }
        }
        if (problem == null && examples < FEWEST && param.equals("training_file")) {
            problem = Failure.tooFewExamples(examples, param);
        }
        return new TrainingFileCheck(examples, problem);
    }

    private static Optional<Failure> problem(
            String line, int example, String fileId, String method, String param) {
        JsonNode node;
        try {
            node = Json.parse(line);
        } catch (JacksonException e) {
            return Optional.of(
                    Failure.invalidFile(
                            "Invalid file format. Example " + example + " is not valid JSON",
                            param));
        }
        String format =
                node.has("preferred_output")
                        ? "fine-tune-preference"
                        : node.has("messages")
                                ? "fine-tune-chat"
                                : node.has("prompt") ? "fine-tune-completions" : "";
        if (format.isEmpty()) {
            return Optional.of(
                    Failure.invalidFile(
                            "Unexpected file format, expected either prompt/completion pairs or chat messages.",
                            param));
        }
        boolean preference = format.equals("fine-tune-preference");
        if (preference != method.equals("dpo")) {
            return Optional.of(
                    Failure.invalidFile(
                            "Invalid file format. Input file %s is in the %s format, but the specified fine-tuning job is not using '%s' as the training method (provided method=%s)."
                                    .formatted(
                                            fileId,
                                            format,
                                            preference ? "dpo" : "supervised",
                                            method),
                            param));
        }
        JsonNode messages =
                preference ? node.path("input").path("messages") : node.path("messages");
        for (int i = 0; i < messages.size(); i++) {
            if (!messages.path(i).has("role")) {
                return Optional.of(
                        Failure.invalidFile(
                                "Invalid file format. Example %d, message %d Discriminator 'role' is missing in value"
                                        .formatted(example, i + 1),
                                param));
            }
        }
        return Optional.empty();
    }
}
