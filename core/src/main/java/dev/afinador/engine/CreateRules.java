package dev.afinador.engine;

import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The protocol's bounds for a job (reference, section 2).
final class CreateRules {

    private static final int LONGEST_SUFFIX = 64;
    private static final long LARGEST_SEED = 2_147_483_647L;
    private static final int MOST_METADATA = 16;
    private static final int LONGEST_KEY = 64;
    private static final int LONGEST_VALUE = 512;

    private CreateRules() {}

    static EngineMethod method(@Nullable String word) {
        if (word == null) {
            return EngineMethod.SUPERVISED;
        }
        for (EngineMethod method : EngineMethod.values()) {
            if (method.word().equals(word)) {
                return method;
            }
        }
        throw wrong(
                "method.type",
                "'" + EngineRefusal.cut(word) + "' is not one of ['supervised', 'dpo']");
    }

    static void check(CreateJob wanted, EngineMethod method) {
        String suffix = wanted.suffix();
        if (suffix != null
                && (suffix.isEmpty()
                        || suffix.codePointCount(0, suffix.length()) > LONGEST_SUFFIX)) {
            throw wrong("suffix", "the suffix must have 1 to " + LONGEST_SUFFIX + " characters");
        }
        Long seed = wanted.seed();
        if (seed != null && (seed < 0 || seed > LARGEST_SEED)) {
            throw wrong("seed", seed + " is not between 0 and " + LARGEST_SEED);
        }
        checkMetadata(wanted.metadata());
        wanted.hyperparameters()
                .forEach((name, value) -> checkHyperparameter(wanted.place(), method, name, value));
    }

    private static void checkMetadata(@Nullable Map<String, String> metadata) {
        if (metadata == null) {
            return;
        }
        if (metadata.size() > MOST_METADATA) {
            throw wrong(
                    "metadata",
                    "metadata has "
                            + metadata.size()
                            + " pairs, but at most "
                            + MOST_METADATA
                            + " are taken");
        }
        metadata.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > LONGEST_KEY) {
                throw wrong("metadata", "keys must have 1 to " + LONGEST_KEY + " characters");
            }
            if (value.length() > LONGEST_VALUE) {
                throw wrong(
                        "metadata." + key,
                        "values must have at most " + LONGEST_VALUE + " characters");
            }
        });
    }

    private static void checkHyperparameter(
            String place, EngineMethod method, String name, String value) {
        String field = place + "." + name;
        if (!method.hyperparameters().contains(name)) {
            throw wrong(
                    field,
                    "'"
                            + EngineRefusal.cut(name)
                            + "' is no hyperparameter of the method '"
                            + method.word()
                            + "'");
        }
        if (value.equals("auto")) {
            return;
        }
        BigDecimal number;
        try {
            number = value.length() > 40 ? BigDecimal.ONE.negate() : new BigDecimal(value);
        } catch (NumberFormatException e) {
            throw wrong(field, "expected \"auto\" or a number");
        }
        boolean good =
                switch (name) {
                    case "n_epochs" -> wholeWithin(number, 50);
                    case "batch_size" -> wholeWithin(number, 256);
                    case "beta" -> number.signum() > 0 && number.doubleValue() <= 2;
                    default -> number.signum() > 0 && number.doubleValue() <= 1_000;
                };
        if (!good) {
            throw wrong(
                    field,
                    switch (name) {
                        case "n_epochs" -> "expected \"auto\" or an integer from 1 to 50";
                        case "batch_size" -> "expected \"auto\" or an integer from 1 to 256";
                        case "beta" -> "expected \"auto\" or a number above 0 and at most 2";
                        default -> "expected \"auto\" or a number above 0";
                    });
        }
    }

    private static boolean wholeWithin(BigDecimal number, int most) {
        return number.stripTrailingZeros().scale() <= 0
                && number.signum() > 0
                && number.compareTo(BigDecimal.valueOf(most)) <= 0;
    }

    private static EngineRefusal wrong(String field, String message) {
        return EngineRefusal.badRequest(field, null, message + " - '" + field + "'");
    }
}
