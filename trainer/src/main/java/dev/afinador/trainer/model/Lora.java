package dev.afinador.trainer.model;

import dev.afinador.trainer.Failure;
import dev.afinador.trainer.tensor.Compute;
import dev.afinador.trainer.tensor.Safetensors;
import dev.afinador.trainer.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A low-rank adapter (arXiv:2106.09685): beside a frozen matrix `W` stands `alpha / rank * B A`, and only `A` and `B` are trained. `B` begins at zero, so
/// that the adapted model begins as the base. Stored in the layout of PEFT.
public final class Lora implements Adapters, AutoCloseable {

    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final String CONFIG = "adapter_config.json";

    /// @param rank inner width of the pair
    /// @param alpha strength; `alpha / rank` scales what is added
    /// @param dropout share of what enters `A` that is left out at random while training, 0 to below 1
    public record Settings(int rank, double alpha, double dropout, Set<Projection> targets) {
        public Settings {
            targets = Set.copyOf(targets);
        }
    }

    private record Pair(Tensor a, Tensor b) {} // (rank, inputs), (outputs, rank)

    private final ModelConfig config;
    private final Compute compute;
    private final Settings settings;
    private final @Nullable Pair[][] pairs;
    private final Scalar scale;
    private boolean training;

    private Lora(ModelConfig config, Compute compute, Settings settings) {
        this.config = config;
        this.compute = compute;
        this.settings = settings;
        this.pairs = new Pair[config.layers()][Projection.values().length];
        // its own owner: a caller's scope would free it while the adapter is still used
        this.scale = new Scalar(settings.alpha() / settings.rank()).retainReference();
    }

    /// An adapter that changes nothing yet. `A` is uniform within one over the root of its inputs, as PEFT's.
    public static Lora create(ModelConfig config, Compute compute, Settings settings, long seed) {
        torch.manual_seed(seed);
        var lora = new Lora(config, compute, settings);
        try (PointerScope scope = new PointerScope()) {
            for (int layer = 0; layer < config.layers(); layer++) {
                for (Projection p : Projection.values()) {
                    if (settings.targets().contains(p)) {
                        double bound = 1 / Math.sqrt(p.inputs(config));
                        Tensor a =
                                Tensors.zeros(
                                                compute,
                                                ScalarType.Float,
                                                settings.rank(),
                                                p.inputs(config))
                                        .uniform_(-bound, bound, new GeneratorOptional());
                        Tensor b =
                                Tensors.zeros(
                                        compute,
                                        ScalarType.Float,
                                        p.outputs(config),
                                        settings.rank());
                        lora.pairs[layer][p.ordinal()] =
                                new Pair(a.retainReference(), b.retainReference());
                    }
                }
            }
        }
        return lora;
    }

    /// @throws Failure `model_broken` when the folder holds no adapter for this base
    public static Lora load(Path folder, ModelConfig config, Compute compute) {
        JsonNode json;
        try {
            json = JsonMapper.shared().readTree(Files.readString(folder.resolve(CONFIG)));
        } catch (IOException | JacksonException e) {
            throw ModelConfig.broken(CONFIG + " of the adapter cannot be read: " + e.getMessage());
        }
        Settings settings = settings(json);
        var lora = new Lora(config, compute, settings);
        try (Safetensors file = Safetensors.open(folder.resolve(WEIGHTS));
                PointerScope scope = new PointerScope()) {
            for (int layer = 0; layer < config.layers(); layer++) {
                for (Projection p : settings.targets()) {
                    long[] a = {settings.rank(), p.inputs(config)};
                    long[] b = {p.outputs(config), settings.rank()};
                    lora.pairs[layer][p.ordinal()] =
                            new Pair(
                                    lora.read(file, name(p, layer, 'A'), a),
                                    lora.read(file, name(p, layer, 'B'), b));
                }
            }
            return lora;
        } catch (IOException e) {
            lora.close();
            throw ModelConfig.broken(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            lora.close();
            throw e;
        }
    }

    private Tensor read(Safetensors file, String name, long[] shape) {
        long[] there = file.shapes().get(name);
        if (there == null || !Arrays.equals(there, shape)) {
            throw ModelConfig.broken(
                    "the adapter does not fit this base: "
                            + name
                            + (there == null
                                    ? " is missing"
                                    : " has the shape "
                                            + Arrays.toString(there)
                                            + " instead of "
                                            + Arrays.toString(shape)));
        }
        Tensor tensor = file.get(name);
        // out of the mapped file, which closes
        return Tensors.to(compute, tensor, ScalarType.Float).clone().retainReference();
    }

    private static Settings settings(JsonNode json) {
        if (!json.path("peft_type").asString("LORA").equals("LORA")
                || json.path("use_dora").asBoolean(false)
                || json.path("use_rslora").asBoolean(false)
                || !json.path("bias").asString("none").equals("none")) {
            throw ModelConfig.unsupported("the adapter is not a plain LoRA adapter");
        }
        Set<Projection> targets = EnumSet.noneOf(Projection.class);
        json.path("target_modules")
                .valueStream()
                .forEach(module -> targets.add(projection(module.asString(""))));
        int rank = json.path("r").asInt(0);
        if (rank <= 0 || targets.isEmpty()) {
            throw ModelConfig.broken(CONFIG + " of the adapter names no rank or no target modules");
        }
        return new Settings(
                rank,
                json.path("lora_alpha").asDouble(rank),
                json.path("lora_dropout").asDouble(0),
                targets);
    }

    /// @throws Failure `model_unsupported` for a module that this trainer does not adapt
    public static Projection projection(String module) {
        return Arrays.stream(Projection.values())
                .filter(p -> p.module().equals(module))
                .findFirst()
                .orElseThrow(() ->
                        new Failure(
                                Failure.Code.MODEL_UNSUPPORTED,
                                "target_modules",
                                "the module "
                                        + module
                                        + " cannot be adapted; known are "
                                        + String.join(
                                                ", ",
                                                Arrays.stream(Projection.values())
                                                        .map(Projection::module)
                                                        .toList())));
    }

    private static String name(Projection p, int layer, char which) {
        return "base_model.model." + p.name(layer) + ".lora_" + which + ".weight";
    }

    public Settings settings() {
        return settings;
    }

    /// While training, dropout is at work.
    public void training(boolean on) {
        this.training = on;
    }

    public TensorVector requireGradients() {
        var vector = new TensorVector();
        each((name, tensor) -> vector.push_back(tensor.requires_grad_(true)));
        return vector;
    }

    @Override
    public Tensor apply(int layer, Projection projection, Tensor x, Tensor y) {
        Pair pair = pairs[layer][projection.ordinal()];
        return pair == null ? y : y.add(delta(pair, x), scale);
    }

    private Tensor delta(Pair pair, Tensor x) {
        Tensor in =
                training && settings.dropout() > 0 ? torch.dropout(x, settings.dropout(), true) : x;
        ScalarType type = compute.precision().type();
        boolean same = type == ScalarType.Float;
        Tensor a = same ? pair.a : pair.a.to(type);
        Tensor b = same ? pair.b : pair.b.to(type);
        return torch.linear(torch.linear(in, a), b);
    }

    /// One matrix of a pair: `A` or `B`.
    Tensor matrix(int layer, Projection projection, char which) {
        Pair pair = pairs[layer][projection.ordinal()];
        if (pair == null) {
            throw new IllegalArgumentException(projection + " is not adapted");
        }
        return which == 'A' ? pair.a : pair.b;
    }

    private interface Each {
        void see(String name, Tensor tensor);
    }

    private void each(Each each) {
        for (int layer = 0; layer < pairs.length; layer++) {
            for (Projection p : Projection.values()) {
                Pair pair = pairs[layer][p.ordinal()];
                if (pair != null) {
                    each.see(name(p, layer, 'A'), pair.a);
                    each.see(name(p, layer, 'B'), pair.b);
                }
            }
        }
    }

    /// How many numbers are trained.
    public long parameters() {
        long[] sum = {0};
        each((name, tensor) -> sum[0] += tensor.numel());
        return sum[0];
    }

    /// Writes the two files of a PEFT adapter into the folder.
    ///
    /// @param base name of the base model
    public void save(Path folder, String base) {
        var tensors = new LinkedHashMap<String, Tensor>();
        each(tensors::put);
        Safetensors.write(folder.resolve(WEIGHTS), tensors, Map.of("format", "pt"));
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("peft_type", "LORA");
        json.put("task_type", "CAUSAL_LM");
        json.put("base_model_name_or_path", base);
        json.put("r", settings.rank());
        json.put("lora_alpha", settings.alpha());
        json.put("lora_dropout", settings.dropout());
        json.put("bias", "none");
        json.put("fan_in_fan_out", false);
        json.put("inference_mode", true);
        json.put("use_rslora", false);
        json.put("use_dora", false);
        List<String> modules =
                settings.targets().stream().sorted().map(Projection::module).toList();
        var node = json.putArray("target_modules");
        modules.forEach(node::add);
        try {
            Files.writeString(folder.resolve(CONFIG), json.toPrettyString() + "\n");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// Overwrites the numbers by those of another adapter of the same shape.
    public void copyFrom(Lora other) {
        var source = new LinkedHashMap<String, Tensor>();
        other.each(source::put);
        try (PointerScope scope = new PointerScope();
                org.bytedeco.pytorch.NoGradGuard guard = new org.bytedeco.pytorch.NoGradGuard()) {
            each((name, tensor) ->
                    tensor.copy_(java.util.Objects.requireNonNull(source.get(name))));
        }
    }

    @Override
    public void close() {
        each((name, tensor) -> tensor.close());
        scale.close();
    }
}
