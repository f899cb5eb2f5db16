package dev.afinador.trainer.model;

import dev.afinador.trainer.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The shape of a decoder, as `config.json` tells it.
///
/// @param architecture as the file names it, e.g. `LlamaForCausalLM`
/// @param intermediate width of the feed-forward layer
/// @param kvHeads heads of keys and values, each shared by `heads / kvHeads` query heads (arXiv:2305.13245)
/// @param headDim width of a head; not always `hidden / heads`
/// @param context most tokens the model was made for
/// @param tied whether the output layer is the embedding matrix
/// @param qkvBias bias of the query, key and value projections (Qwen2)
/// @param outputBias bias of the attention's output projection
/// @param mlpBias bias of the feed-forward layers
/// @param qkNorm whether queries and keys are normalized per head (Qwen3)
public record ModelConfig(
        String architecture,
        int vocabulary,
        int hidden,
        int intermediate,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        double normEps,
        double ropeTheta,
        RopeScaling ropeScaling,
        int context,
        boolean tied,
        boolean qkvBias,
        boolean outputBias,
        boolean mlpBias,
        boolean qkNorm) {

    private static final List<String> KNOWN =
            List.of(
                    "LlamaForCausalLM",
                    "MistralForCausalLM",
                    "Qwen2ForCausalLM",
                    "Qwen3ForCausalLM");

    /// How the angles of rotary embeddings are stretched for longer contexts.
    public sealed interface RopeScaling {

        record None() implements RopeScaling {}

        /// Positions divided by `factor` (arXiv:2306.15595).
        record Linear(double factor) implements RopeScaling {}

        /// Low frequencies divided by `factor`, high ones left, those between blended: Llama 3.1's way.
        record Llama3(double factor, double lowFactor, double highFactor, int originalContext)
                implements RopeScaling {}
    }

    /// @throws Failure `model_broken` when the file is missing or makes no sense, `model_unsupported` when it names something that this trainer does not
    /// know
    public static ModelConfig read(Path folder) {
        JsonNode json;
        try {
            json = JsonMapper.shared().readTree(Files.readString(folder.resolve("config.json")));
        } catch (NoSuchFileException e) {
            throw broken("config.json is missing");
        } catch (IOException e) {
            throw broken("config.json cannot be read: " + e.getMessage());
        } catch (JacksonException e) {
            throw broken("config.json is no JSON: " + e.getOriginalMessage());
        }
        return of(json);
    }

    static ModelConfig of(JsonNode json) {
        String architecture = json.path("architectures").path(0).asString("");
        if (!KNOWN.contains(architecture)) {
            throw unsupported(
                    (architecture.isEmpty()
                                    ? "config.json names no architecture"
                                    : "the architecture " + architecture + " is not supported")
                            + "; supported are "
                            + String.join(", ", KNOWN));
        }
        if (json.has("quantization_config")) {
            throw unsupported(
                    "the weights are quantized ("
                            + json.path("quantization_config").path("quant_method").asString("?")
                            + "); use the same model in bf16, fp16 or fp32");
        }
        String activation = json.path("hidden_act").asString("silu");
        if (!activation.equals("silu")) {
            throw unsupported("the activation " + activation + " is not supported, only silu");
        }
        int heads = positive(json, "num_attention_heads", null);
        int hidden = positive(json, "hidden_size", null);
        int context = positive(json, "max_position_embeddings", 2048);
        boolean windowed =
                architecture.startsWith("Qwen")
                        ? json.path("use_sliding_window").asBoolean(false)
                        : json.path("sliding_window").asInt(context) < context;
        if (windowed) {
            throw unsupported(
                    "attention over a sliding window of "
                            + json.path("sliding_window").asInt()
                            + " tokens is not supported");
        }
        boolean qwen2 = architecture.equals("Qwen2ForCausalLM");
        boolean attentionBias = json.path("attention_bias").asBoolean(false);
        int kvHeads = positive(json, "num_key_value_heads", heads);
        if (heads % kvHeads != 0) {
            throw broken(
                    "num_attention_heads ("
                            + heads
                            + ") must be a multiple of num_key_value_heads ("
                            + kvHeads
                            + ")");
        }
        int headDim = positive(json, "head_dim", Math.max(1, hidden / heads));
        if (headDim % 2 != 0) {
            throw broken("head_dim must be even, not " + headDim);
        }
        return new ModelConfig(
                architecture,
                positive(json, "vocab_size", null),
                hidden,
                positive(json, "intermediate_size", null),
                positive(json, "num_hidden_layers", null),
                heads,
                kvHeads,
                headDim,
                json.path("rms_norm_eps").asDouble(1e-6),
                ropeTheta(json),
                ropeScaling(json),
                context,
                json.path("tie_word_embeddings").asBoolean(false),
                qwen2 || attentionBias,
                !qwen2 && attentionBias,
                json.path("mlp_bias").asBoolean(false),
                architecture.equals("Qwen3ForCausalLM"));
    }

    /// Newer files keep the base beside the scaling, in `rope_parameters`.
    private static double ropeTheta(JsonNode json) {
        JsonNode nested = json.path("rope_parameters").path("rope_theta");
        return nested.isNumber() ? nested.asDouble() : json.path("rope_theta").asDouble(10_000);
    }

    private static RopeScaling ropeScaling(JsonNode json) {
        JsonNode scaling = json.path("rope_scaling");
        if (!scaling.isObject()) {
            scaling = json.path("rope_parameters");
        }
        if (!scaling.isObject()) {
            return new RopeScaling.None();
        }
        String type = scaling.path("rope_type").asString(scaling.path("type").asString("default"));
        return switch (type) {
            case "default" -> new RopeScaling.None();
            case "linear" -> new RopeScaling.Linear(scaling.path("factor").asDouble(1));
            case "llama3" ->
                    new RopeScaling.Llama3(
                            scaling.path("factor").asDouble(),
                            scaling.path("low_freq_factor").asDouble(),
                            scaling.path("high_freq_factor").asDouble(),
                            scaling.path("original_max_position_embeddings").asInt());
            default ->
                    throw unsupported("rotary scaling of the kind " + type + " is not supported");
        };
    }

    private static int positive(JsonNode json, String name, @Nullable Integer otherwise) {
        JsonNode node = json.path(name);
        if (node.isMissingNode() || node.isNull()) {
            if (otherwise == null) {
                throw broken("config.json has no " + name);
            }
            return otherwise;
        }
        if (!node.isInt() || node.asInt() <= 0) {
            throw broken("config.json: " + name + " must be a positive number, not " + node);
        }
        return node.asInt();
    }

    /// How many query heads share one head of keys and values.
    public int groups() {
        return heads / kvHeads;
    }

    /// Numbers in the weights.
    public long parameters() {
        long attention =
                (long) hidden * headDim * (heads + 2L * kvHeads) + (long) heads * headDim * hidden;
        long biases =
                (qkvBias ? (long) headDim * (heads + 2L * kvHeads) : 0)
                        + (outputBias ? hidden : 0)
                        + (mlpBias ? 2L * intermediate + hidden : 0)
                        + (qkNorm ? 2L * headDim : 0);
        long layer = attention + biases + 3L * hidden * intermediate + 2L * hidden;
        return (tied ? 1L : 2L) * vocabulary * hidden + layers * layer + hidden;
    }

    static Failure broken(String message) {
        return new Failure(Failure.Code.MODEL_BROKEN, "model", message);
    }

    static Failure unsupported(String message) {
        return new Failure(Failure.Code.MODEL_UNSUPPORTED, "model", message);
    }
}
