package dev.afinador.testkit.provider;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a create request asks for, checked against the protocol's limits.
///
/// @param hyperparameters of the method that `method` names, as they were sent
/// @param methodMember    the `method` member as it was sent, or null
record JobRequest(
        String model,
        String trainingFile,
        @Nullable String validationFile,
        @Nullable String suffix,
        @Nullable Integer seed,
        String method,
        Map<String, JsonNode> hyperparameters,
        @Nullable JsonNode methodMember,
        Map<String, String> metadata) {

    JobRequest {
        hyperparameters = Map.copyOf(hyperparameters);
        metadata = Map.copyOf(metadata);
    }

    static JobRequest read(ObjectNode body) {
        JsonNode method = body.get("method");
        String type =
                method == null || method.isNull()
                        ? "supervised"
                        : Json.text(method, "type", "supervised");
        if (!List.of("supervised", "dpo", "reinforcement").contains(type)) {
            throw Refusal.badRequest(
                    null, "method", "'" + type + "' is not a training method - 'method.type'");
        }
        JsonNode settings = body.path("method").path(type).path("hyperparameters");
        if (settings.isMissingNode() || settings.isNull()) {
            settings = body.path("hyperparameters");
        }
        return new JobRequest(
                required(body, "model"),
                required(body, "training_file"),
                optional(body, "validation_file"),
                suffix(body),
                seed(body),
                type,
                hyperparameters(settings),
                method == null || method.isNull() ? null : method,
                metadata(body.get("metadata")));
    }

    /// A setting as a number, or null for "auto" and absence.
    @Nullable Integer whole(String name) {
        JsonNode value = hyperparameters.get(name);
        return value != null && value.isNumber() ? Integer.valueOf(value.intValue()) : null;
    }

    @Nullable Double fraction(String name) {
        JsonNode value = hyperparameters.get(name);
        return value != null && value.isNumber() ? Double.valueOf(value.doubleValue()) : null;
    }

    JobRequest withoutMetadata() {
        return new JobRequest(
                model,
                trainingFile,
                validationFile,
                suffix,
                seed,
                method,
                hyperparameters,
                methodMember,
                Map.of());
    }

    JobRequest withModel(String snapshot) {
        return new JobRequest(
                snapshot,
                trainingFile,
                validationFile,
                suffix,
                seed,
                method,
                hyperparameters,
                methodMember,
                metadata);
    }

    private static String required(ObjectNode body, String name) {
        String value = optional(body, name);
        if (value == null) {
            throw Refusal.badRequest(
                    "missing_required_parameter",
                    name,
                    "Missing required parameter: '" + name + "'.");
        }
        return value;
    }

    private static @Nullable String optional(ObjectNode body, String name) {
        JsonNode value = body.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw Refusal.badRequest("invalid_type", name, "'" + name + "' must be a string");
        }
        return value.stringValue();
    }

    private static @Nullable String suffix(ObjectNode body) {
        String suffix = optional(body, "suffix");
        if (suffix != null && (suffix.isEmpty() || suffix.length() > 64)) {
            throw Refusal.badRequest(null, "suffix", "'suffix' must have 1 to 64 characters");
        }
        return suffix;
    }

    private static @Nullable Integer seed(ObjectNode body) {
        JsonNode seed = body.get("seed");
        if (seed == null || seed.isNull()) {
            return null;
        }
        if (!seed.canConvertToInt() || seed.intValue() < 0) {
            throw Refusal.badRequest(null, "seed", "'seed' must be from 0 to 2147483647");
        }
        return seed.intValue();
    }

    private static Map<String, JsonNode> hyperparameters(JsonNode settings) {
        Map<String, JsonNode> found = new TreeMap<>();
        if (settings.isObject()) {
            settings.properties().forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        }
        inRange(found, "n_epochs", 1, 50);
        inRange(found, "batch_size", 1, 256);
        inRange(found, "learning_rate_multiplier", Double.MIN_VALUE, Double.MAX_VALUE);
        inRange(found, "beta", Double.MIN_VALUE, 2);
        return found;
    }

    private static void inRange(
            Map<String, JsonNode> settings, String name, double least, double most) {
        JsonNode value = settings.get(name);
        if (value == null || value.isNull() || "auto".equals(value.asString())) {
            return;
        }
        if (!value.isNumber() || value.doubleValue() < least || value.doubleValue() > most) {
            throw Refusal.badRequest(
                    null, "hyperparameters." + name, "'" + name + "' is out of its range");
        }
    }

    private static Map<String, String> metadata(@Nullable JsonNode node) {
        if (node == null || node.isNull()) {
            return Map.of();
        }
        boolean good =
                node.isObject()
                        && node.size() <= 16
                        && node.properties().stream()
                                .allMatch(entry ->
                                        entry.getKey().length() <= 64
                                                && entry.getValue().isString()
                                                && entry.getValue().stringValue().length() <= 512);
        if (!good) {
            throw Refusal.badRequest(
                    null,
                    "metadata",
                    "'metadata' takes up to 16 pairs of text, 64 and 512 characters long");
        }
        return Json.strings(node);
    }
}
