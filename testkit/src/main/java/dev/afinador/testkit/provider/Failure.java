package dev.afinador.testkit.provider;

import org.jspecify.annotations.Nullable;

/// Why a job failed, as its `error` member says it.
public record Failure(String code, String message, @Nullable String param) {

    static Failure tooFewExamples(int examples, String param) {
        return new Failure(
                "invalid_n_examples",
                (param.equals("training_file") ? "Training" : "Validation")
                        + " file has "
                        + examples
                        + " example(s), but must have at least 10 examples",
                param);
    }

    static Failure invalidFile(String detail, String param) {
        return new Failure(
                "invalid_" + param,
                "The job failed due to an invalid " + param.replace('_', ' ') + ". " + detail,
                param);
    }

    static Failure fileDeleted(String param) {
        return new Failure(
                "deleted_" + param,
                "The job failed because the " + param.replace('_', ' ') + " was deleted",
                param);
    }
}
