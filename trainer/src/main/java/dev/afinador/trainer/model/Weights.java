package dev.afinador.trainer.model;

import dev.afinador.trainer.tensor.Compute;
import dev.afinador.trainer.tensor.Safetensors;
import dev.afinador.trainer.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The numbers of a model, by the names that its files use. Weights that the file holds in the type that is computed in stay where the file is mapped,
/// read-only: nothing can change them, and several processes share them.
public final class Weights implements AutoCloseable {

    private static final String SINGLE = "model.safetensors";
    private static final List<String> TYPES = List.of("F32", "F16", "BF16");
    private static final String INDEX = "model.safetensors.index.json";

    private final ModelConfig config;
    private final SequencedMap<String, Tensor> tensors;
    private final List<Safetensors> mapped;

    private Weights(
            ModelConfig config, SequencedMap<String, Tensor> tensors, List<Safetensors> mapped) {
        this.config = config;
        this.tensors = tensors;
        this.mapped = mapped;
    }

    /// @param writable whether the weights will be trained, and so need memory of their own, in fp32
    /// @throws dev.afinador.trainer.Failure `model_broken` when files are missing or tensors are missing, unknown or of another shape than the
    /// configuration says; `model_unsupported` for types of numbers that are not supported
    public static Weights load(Path folder, ModelConfig config, Compute compute, boolean writable) {
        List<Safetensors> files = new ArrayList<>();
        try (PointerScope scope = new PointerScope()) {
            Map<String, Safetensors> where = open(folder, files);
            SequencedMap<String, long[]> expected = shapes(config);
            check(expected, where, config);
            var tensors = new LinkedHashMap<String, Tensor>();
            var kept = new ArrayList<Safetensors>();
            ScalarType type = writable ? ScalarType.Float : compute.precision().type();
            for (String name : expected.keySet()) {
                Safetensors file = Objects.requireNonNull(where.get(name));
                type(name, file);
                Tensor there = file.get(name);
                Tensor here = Tensors.to(compute, there, type);
                boolean same = here.data_ptr().address() == there.data_ptr().address();
                if (same && writable) {
                    here = there.clone();
                    same = false;
                }
                if (same && !kept.contains(file)) {
                    kept.add(file);
                }
                tensors.put(name, keep(here));
            }
            files.removeAll(kept);
            return new Weights(config, tensors, kept);
        } catch (IOException e) {
            throw ModelConfig.broken(String.valueOf(e.getMessage()));
        } finally {
            files.forEach(Safetensors::close);
        }
    }

    /// What the files hold, without reading the numbers.
    ///
    /// @param precision as the files spell it, e.g. `BF16`; several are joined
    public record Summary(String precision, long bytes) {}

    /// Looks at names, shapes and types as [#load] does.
    ///
    /// @throws dev.afinador.trainer.Failure as [#load]
    public static Summary inspect(Path folder, ModelConfig config) {
        List<Safetensors> files = new ArrayList<>();
        try {
            Map<String, Safetensors> where = open(folder, files);
            SequencedMap<String, long[]> expected = shapes(config);
            check(expected, where, config);
            var types = new TreeSet<String>();
            for (String name : expected.keySet()) {
                types.add(type(name, Objects.requireNonNull(where.get(name))));
            }
            return new Summary(
                    String.join("+", types), files.stream().mapToLong(Safetensors::bytes).sum());
        } catch (IOException e) {
            throw ModelConfig.broken(String.valueOf(e.getMessage()));
        } finally {
            files.forEach(Safetensors::close);
        }
    }

    private static String type(String name, Safetensors file) {
        String dtype = file.dtype(name);
        if (!TYPES.contains(dtype)) {
            throw ModelConfig.unsupported(
                    name
                            + " holds numbers of the type "
                            + dtype
                            + "; supported are "
                            + String.join(", ", TYPES));
        }
        return dtype;
    }

    /// Numbers of a model that has learned nothing: normal with deviation 0.02, those that feed the residual stream scaled by the number of layers
    /// (GPT-2's way), norms at one, biases at zero.
    public static Weights random(ModelConfig config, Compute compute, long seed) {
        torch.manual_seed(seed);
        var tensors = new LinkedHashMap<String, Tensor>();
        try (PointerScope scope = new PointerScope()) {
            for (Map.Entry<String, long[]> entry : shapes(config).entrySet()) {
                String name = entry.getKey();
                Tensor tensor = Tensors.zeros(compute, ScalarType.Float, entry.getValue());
                if (name.endsWith("norm.weight")) {
                    tensor.fill_(new org.bytedeco.pytorch.Scalar(1.0));
                } else if (name.endsWith("weight")) {
                    boolean residual = name.contains("o_proj") || name.contains("down_proj");
                    double deviation = residual ? 0.02 / Math.sqrt(2.0 * config.layers()) : 0.02;
                    tensor.normal_(0, deviation, new org.bytedeco.pytorch.GeneratorOptional());
                }
                tensors.put(name, keep(tensor));
            }
        }
        return new Weights(config, tensors, List.of());
    }

    private static Tensor keep(Tensor tensor) {
        return tensor.retainReference();
    }

    private static Map<String, Safetensors> open(Path folder, List<Safetensors> files)
            throws IOException {
        var where = new HashMap<String, Safetensors>();
        if (Files.exists(folder.resolve(SINGLE))) {
            Safetensors file = Safetensors.open(folder.resolve(SINGLE));
            files.add(file);
            file.shapes().keySet().forEach(name -> where.put(name, file));
            return where;
        }
        if (!Files.exists(folder.resolve(INDEX))) {
            throw ModelConfig.broken(
                    "there is no "
                            + SINGLE
                            + " and no "
                            + INDEX
                            + "; other formats of weights are not read");
        }
        JsonNode map;
        try {
            map =
                    JsonMapper.shared()
                            .readTree(Files.readString(folder.resolve(INDEX)))
                            .path("weight_map");
        } catch (JacksonException e) {
            throw ModelConfig.broken(INDEX + " is no JSON");
        }
        var byName = new HashMap<String, Safetensors>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            String shard = entry.getValue().asString("");
            if (!shard.matches("[A-Za-z0-9._-]+\\.safetensors")) {
                throw ModelConfig.broken(INDEX + " names a file that it must not: " + shard);
            }
            Safetensors file = byName.get(shard);
            if (file == null) {
                if (!Files.exists(folder.resolve(shard))) {
                    throw ModelConfig.broken(shard + " is missing, though " + INDEX + " names it");
                }
                file = Safetensors.open(folder.resolve(shard));
                files.add(file);
                byName.put(shard, file);
            }
            if (!file.shapes().containsKey(entry.getKey())) {
                throw ModelConfig.broken(
                        shard + " has no " + entry.getKey() + ", though " + INDEX + " says so");
            }
            where.put(entry.getKey(), file);
        }
        return where;
    }

    private static void check(
            SequencedMap<String, long[]> expected,
            Map<String, Safetensors> where,
            ModelConfig config) {
        List<String> missing =
                expected.keySet().stream().filter(n -> !where.containsKey(n)).toList();
        if (!missing.isEmpty()) {
            throw ModelConfig.broken("the weights lack " + some(missing));
        }
        var more = new TreeSet<>(where.keySet());
        more.removeAll(expected.keySet());
        more.removeIf(name -> name.endsWith("rotary_emb.inv_freq"));
        if (config.tied()) {
            more.remove("lm_head.weight");
        }
        if (!more.isEmpty()) {
            throw ModelConfig.broken(
                    "the weights hold what "
                            + config.architecture()
                            + " does not have: "
                            + some(more));
        }
        expected.forEach((name, shape) -> {
            long[] there = Objects.requireNonNull(where.get(name)).shapes().get(name);
            if (!Arrays.equals(shape, there)) {
                throw ModelConfig.broken(
                        name
                                + " has the shape "
                                + Arrays.toString(there)
                                + ", but config.json asks for "
                                + Arrays.toString(shape));
            }
        });
    }

    private static String some(Collection<String> names) {
        return names.stream().limit(3).collect(Collectors.joining(", "))
                + (names.size() > 3 ? " and " + (names.size() - 3) + " more" : "");
    }

    /// Every tensor that a model of this shape has.
    public static SequencedMap<String, long[]> shapes(ModelConfig c) {
        var shapes = new LinkedHashMap<String, long[]>();
        shapes.put("model.embed_tokens.weight", new long[] {c.vocabulary(), c.hidden()});
        for (int layer = 0; layer < c.layers(); layer++) {
            String prefix = "model.layers." + layer + ".";
            shapes.put(prefix + "input_layernorm.weight", new long[] {c.hidden()});
            for (Projection p : Projection.values()) {
                shapes.put(p.name(layer) + ".weight", new long[] {p.outputs(c), p.inputs(c)});
                if (p.hasBias(c)) {
                    shapes.put(p.name(layer) + ".bias", new long[] {p.outputs(c)});
                }
            }
            if (c.qkNorm()) {
                shapes.put(prefix + "self_attn.q_norm.weight", new long[] {c.headDim()});
                shapes.put(prefix + "self_attn.k_norm.weight", new long[] {c.headDim()});
            }
            shapes.put(prefix + "post_attention_layernorm.weight", new long[] {c.hidden()});
        }
        shapes.put("model.norm.weight", new long[] {c.hidden()});
        if (!c.tied()) {
            shapes.put("lm_head.weight", new long[] {c.vocabulary(), c.hidden()});
        }
        return shapes;
    }

    public ModelConfig config() {
        return config;
    }

    public Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor " + name);
        }
        return tensor;
    }

    @Nullable Tensor find(String name) {
        return tensors.get(name);
    }

    public Tensor head() {
        return get(config.tied() ? "model.embed_tokens.weight" : "lm_head.weight");
    }

    /// All of them, in the order of the layers.
    public SequencedMap<String, Tensor> all() {
        return java.util.Collections.unmodifiableSequencedMap(tensors);
    }

    /// Makes every weight one that training changes.
    public TensorVector requireGradients() {
        var vector = new TensorVector();
        tensors.values().forEach(tensor -> vector.push_back(tensor.requires_grad_(true)));
        return vector;
    }

    /// Writes `model.safetensors`.
    public void save(Path folder, ScalarType type) {
        try (PointerScope scope = new PointerScope()) {
            var converted = new LinkedHashMap<String, Tensor>();
            tensors.forEach((name, tensor) -> converted.put(name, tensor.detach().to(type)));
            Safetensors.write(folder.resolve(SINGLE), converted, Map.of("format", "pt"));
        }
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::close);
        mapped.forEach(Safetensors::close);
    }
}
