package dev.afinador.job;

import dev.afinador.dataset.CheckState;
import dev.afinador.dataset.Dataset;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.provider.Provider;
import dev.afinador.provider.ProviderKind;
import dev.afinador.work.Refusal.Violation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rules for a job that can be sent. Ranges: openai-fine-tuning.openapi.yaml, CreateFineTuningJobRequest.
final class StartJobRules {

    static final int MAX_NAME = 200;
    static final int MAX_MODEL = 256;
    static final long MAX_SEED = 2_147_483_647L;

    private record Range(String field, boolean integer, BigDecimal above, BigDecimal most) {}

    private static final Map<String, Range> COMMON =
            Map.of(
                    "n_epochs",
                            new Range("n_epochs", true, BigDecimal.ZERO, BigDecimal.valueOf(50)),
                    "batch_size",
                            new Range("batch_size", true, BigDecimal.ZERO, BigDecimal.valueOf(256)),
                    "learning_rate_multiplier",
                            new Range(
                                    "learning_rate_multiplier",
                                    false,
                                    BigDecimal.ZERO,
                                    BigDecimal.valueOf(1000)));
    private static final Range BETA = new Range("beta", false, BigDecimal.ZERO, BigDecimal.TWO);

    private StartJobRules() {}

    static List<Violation> check(
            StartJob ask,
            @Nullable Provider provider,
            @Nullable Dataset training,
            @Nullable Dataset validation) {
        List<Violation> found = new ArrayList<>();
        if (ask.name() != null && ask.name().length() > MAX_NAME) {
            found.add(Violation.of("name", "too_long", MAX_NAME, ask.name().length()));
        }
        String model = ask.baseModel();
        if (model == null || model.isBlank()) {
            found.add(Violation.of("base_model", "required"));
        } else if (model.length() > MAX_MODEL) {
            found.add(Violation.of("base_model", "too_long", MAX_MODEL, model.length()));
        } else if (model.chars().anyMatch(c -> c <= ' ' || c == 0x7F)) {
            found.add(Violation.of("base_model", "has_spaces"));
        }
        checkSuffix(ask.suffix(), provider, found);
        if (ask.seed() != null && (ask.seed() < 0 || ask.seed() > MAX_SEED)) {
            found.add(Violation.of("seed", "out_of_range", 0, MAX_SEED, ask.seed()));
        }
        String method = ask.method() == null ? "supervised" : ask.method();
        boolean known = method.equals("supervised") || method.equals("dpo");
        if (!known) {
            found.add(Violation.of("method", "not_one_of", "supervised, dpo", cut(method)));
        }
        checkHyperparameters(ask.hyperparameters(), method, found);
        checkDataset("dataset_id", ask.datasetId(), training, method, found);
        if (ask.validationDatasetId() != null) {
            checkDataset(
                    "validation_dataset_id", ask.validationDatasetId(), validation, method, found);
            if (training != null
                    && validation != null
                    && training.sha256().equals(validation.sha256())) {
                found.add(Violation.of("validation_dataset_id", "same_as_training"));
            }
        }
        if (provider == null) {
            found.add(
                    ask.providerId() == null
                            ? Violation.of("provider_id", "required")
                            : Violation.of("provider_id", "unknown", cut(ask.providerId())));
        }
        return found;
    }

    private static void checkSuffix(
            @Nullable String suffix, @Nullable Provider provider, List<Violation> found) {
        if (suffix == null) {
            return;
        }
        boolean azure = provider != null && provider.kind() == ProviderKind.AZURE;
        int most = azure ? 40 : 64;
        if (suffix.isBlank()) {
            found.add(Violation.of("suffix", "blank"));
        } else if (suffix.length() > most) {
            found.add(Violation.of("suffix", "too_long", most, suffix.length()));
        } else if (azure && !suffix.matches("[A-Za-z0-9_-]+")) { // Azure refuses '.' and the like
            found.add(Violation.of("suffix", "characters", "a-z A-Z 0-9 - _"));
        } else if (suffix.chars().anyMatch(Character::isISOControl)) {
            found.add(Violation.of("suffix", "characters", "a-z A-Z 0-9 - _ ."));
        }
    }

    private static void checkHyperparameters(
            Map<String, String> values, String method, List<Violation> found) {
        values.forEach((name, value) -> {
            String field = "hyperparameters." + cut(name);
            Range range = name.equals("beta") && method.equals("dpo") ? BETA : COMMON.get(name);
            if (range == null) {
                found.add(Violation.of(field, "unknown_field", cut(name)));
                return;
            }
            if (value.equals("auto")) {
                return;
            }
            BigDecimal number;
            try {
                number = new BigDecimal(value.length() > 40 ? "x" : value);
                if (Math.abs((long) number.scale())
                        > 30) { // 1e-999999999 is short, and no number to train with
                    throw new NumberFormatException(value);
                }
            } catch (NumberFormatException e) {
                found.add(Violation.of(field, "auto_or_number", cut(value)));
                return;
            }
            boolean whole = number.stripTrailingZeros().scale() <= 0;
            if (range.integer() && !whole) {
                found.add(Violation.of(field, "auto_or_whole_number", cut(value)));
            } else if (number.compareTo(range.above()) <= 0 || number.compareTo(range.most()) > 0) {
                found.add(
                        Violation.of(
                                field,
                                range.integer() ? "out_of_range" : "above_up_to",
                                range.integer() ? 1 : range.above(),
                                range.most(),
                                cut(value)));
            }
        });
    }

    private static void checkDataset(
            String field,
            @Nullable String id,
            @Nullable Dataset dataset,
            String method,
            List<Violation> found) {
        if (id == null) {
            found.add(Violation.of(field, "required"));
        } else if (dataset == null) {
            found.add(Violation.of(field, "unknown", cut(id)));
        } else if (dataset.check() != CheckState.DONE) {
            found.add(Violation.of(field, "dataset_" + dataset.check().word(), dataset.name()));
        } else if (dataset.errors() > 0) {
            found.add(Violation.of(field, "dataset_has_errors", dataset.name(), dataset.errors()));
        } else if (dataset.held() && dataset.accepted() == null) {
            found.add(Violation.of(field, "dataset_held", dataset.name()));
        } else if (method.equals("dpo") != (dataset.kind() == DatasetKind.PREFERENCE)) {
            found.add(
                    Violation.of(
                            field,
                            "dataset_kind",
                            dataset.kind().name().toLowerCase(java.util.Locale.ROOT),
                            method));
        }
    }

    private static String cut(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
