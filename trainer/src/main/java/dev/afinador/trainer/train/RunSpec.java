package dev.afinador.trainer.train;

import dev.afinador.trainer.Failure;
import dev.afinador.trainer.model.Lora;
import dev.afinador.trainer.model.Projection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What `run.json` asks for; see docs/trainer-process.md. Absent numbers mean `auto`.
///
/// @param folder of the run
/// @param startFrom adapter or model that training goes on from, or null
/// @param maxTokens longest example, or empty for the model's own limit
public record RunSpec(
        Path folder,
        Path baseModel,
        @Nullable Path startFrom,
        Path trainingFile,
        @Nullable Path validationFile,
        Method method,
        OptionalInt epochs,
        OptionalInt batchSize,
        OptionalDouble learningRateMultiplier,
        OptionalDouble beta,
        long seed,
        Tuning tuning,
        String precision,
        String device,
        int threads,
        OptionalInt maxTokens) {

    public enum Method {
        SUPERVISED,
        DPO
    }

    /// Which numbers are trained.
    public sealed interface Tuning {

        /// A low-rank adapter beside the frozen base. Absent numbers are chosen by [Hyperparameters].
        record LowRank(
                OptionalInt rank, OptionalDouble alpha, double dropout, Set<Projection> targets)
                implements Tuning {}

        /// Every weight of the base.
        record Full() implements Tuning {}
    }

    /// @throws Failure `hyperparameters_invalid` or `invalid_request` naming the member that is wrong
    public static RunSpec read(Path folder) {
        JsonNode json;
        try {
            json = JsonMapper.shared().readTree(Files.readString(folder.resolve("run.json")));
        } catch (IOException | JacksonException e) {
            throw new Failure(
                    Failure.Code.INVALID_REQUEST,
                    null,
                    "run.json cannot be read: " + e.getMessage());
        }
        JsonNode h = json.path("hyperparameters");
        return new RunSpec(
                folder,
                path(json, "base_model"),
                optionalPath(json, "start_from"),
                path(json, "training_file"),
                optionalPath(json, "validation_file"),
                method(json.path("method").asString("supervised")),
                whole(h, "n_epochs", 1, 50),
                whole(h, "batch_size", 1, 256),
                above(h, "learning_rate_multiplier", 1000),
                above(h, "beta", 2),
                json.path("seed").asLong(0),
                tuning(json.path("tuning")),
                json.path("precision").asString("auto"),
                json.path("device").asString("auto"),
                json.path("threads").asInt(0),
                whole(json, "max_tokens", 2, Integer.MAX_VALUE));
    }

    private static Method method(String word) {
        return switch (word) {
            case "supervised" -> Method.SUPERVISED;
            case "dpo" -> Method.DPO;
            default ->
                    throw new Failure(
                            Failure.Code.INVALID_REQUEST,
                            "method",
                            "method is supervised or dpo, not " + word);
        };
    }

    private static Tuning tuning(JsonNode json) {
        return switch (json.path("kind").asString("lora")) {
            case "full" -> new Tuning.Full();
            case "lora" -> {
                Set<Projection> targets = EnumSet.noneOf(Projection.class);
                json.path("target_modules")
                        .valueStream()
                        .forEach(module -> targets.add(Lora.projection(module.asString(""))));
                double dropout = json.path("dropout").asDouble(0);
                if (dropout < 0 || dropout >= 1) {
                    throw invalid("dropout", "from 0 to below 1", json.path("dropout"));
                }
                yield new Tuning.LowRank(
                        whole(json, "rank", 1, 1024),
                        above(json, "alpha", 100_000),
                        dropout,
                        targets.isEmpty() ? EnumSet.allOf(Projection.class) : targets);
            }
            default ->
                    throw new Failure(
                            Failure.Code.INVALID_REQUEST,
                            "tuning",
                            "tuning.kind is lora or full, not " + json.path("kind"));
        };
    }

    /// `"auto"`, null, absent and Azure's -1 all mean that nothing is asked for.
    private static boolean isAuto(JsonNode node) {
        return node.isMissingNode()
                || node.isNull()
                || node.asString("").equals("auto")
                || (node.isNumber() && node.asDouble() == -1);
    }

    private static OptionalInt whole(JsonNode json, String name, int least, int most) {
        JsonNode node = json.path(name);
        if (isAuto(node)) {
            return OptionalInt.empty();
        }
        if (!node.isIntegralNumber() || node.asLong() < least || node.asLong() > most) {
            throw invalid(name, "a whole number from " + least + " to " + most, node);
        }
        return OptionalInt.of(node.asInt());
    }

    private static OptionalDouble above(JsonNode json, String name, double most) {
        JsonNode node = json.path(name);
        if (isAuto(node)) {
            return OptionalDouble.empty();
        }
        if (!node.isNumber() || node.asDouble() <= 0 || node.asDouble() > most) {
            throw invalid(name, "a number above 0 and at most " + most, node);
        }
        return OptionalDouble.of(node.asDouble());
    }

    private static Failure invalid(String name, String rule, JsonNode given) {
        return new Failure(
                Failure.Code.HYPERPARAMETERS_INVALID,
                name,
                name + " must be auto or " + rule + ", not " + given);
    }

    private static Path path(JsonNode json, String name) {
        Path path = optionalPath(json, name);
        if (path == null) {
            throw new Failure(Failure.Code.INVALID_REQUEST, name, "run.json names no " + name);
        }
        return path;
    }

    private static @Nullable Path optionalPath(JsonNode json, String name) {
        String text = json.path(name).asString("");
        return text.isEmpty() ? null : Path.of(text);
    }

    /// What vendors call these settings, resolved to numbers.
    static Map<String, Number> words(Hyperparameters h, Method method) {
        return switch (method) {
            case SUPERVISED ->
                    Map.of(
                            "n_epochs", h.epochs(),
                            "batch_size", h.batchSize(),
                            "learning_rate_multiplier", h.learningRateMultiplier());
            case DPO ->
                    Map.of(
                            "n_epochs", h.epochs(),
                            "batch_size", h.batchSize(),
                            "learning_rate_multiplier", h.learningRateMultiplier(),
                            "beta", h.beta());
        };
    }
}
