package dev.afinador.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.afinador.trainer.tensor.Compute;
import dev.afinador.trainer.tensor.Safetensors;
import dev.afinador.trainer.tensor.Tensors;
import dev.afinador.trainer.train.HeadLoss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Against numbers of an independent implementation in NumPy, see src/test/python/reference.py.
class ReferenceTest {

    private static final Path REFERENCE = Path.of("src/test/resources/reference");
    private static final float TOLERANCE = 1e-4f;
    private static final Compute CPU = Compute.cpu();

    @ParameterizedTest
    @ValueSource(strings = {"llama2", "llama3", "mistral", "qwen2", "qwen3"})
    void logits_equal_the_reference(String family) throws IOException {
        try (var scene = new Scene(family, false)) {
            Tensor hidden = scene.model.hidden(scene.ids, Adapters.NONE);
            Tensor logits = scene.model.logits(hidden.view(-1, scene.config.hidden()));
            scene.same(logits, "logits");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "llama2,false",
        "llama3,false",
        "mistral,false",
        "qwen2,false",
        "qwen3,false",
        "llama3,true",
        "qwen3,true"
    })
    void loss_and_gradients_of_every_weight_equal_the_reference(String family, boolean recompute)
            throws IOException {
        try (var scene = new Scene(family, true)) {
            scene.weights.requireGradients();
            double loss = scene.backward(Adapters.NONE, recompute);
            assertThat(loss).isCloseTo(scene.expected("loss")[0], within(1e-4));
            for (String name : scene.weights.all().keySet()) {
                scene.same(scene.weights.get(name).grad(), "grad." + name);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama2", "llama3", "mistral", "qwen2", "qwen3"})
    void loss_and_gradients_of_an_adapter_equal_the_reference(String family) throws IOException {
        try (var scene = new Scene(family, false);
                Lora lora = scene.lora()) {
            lora.requireGradients();
            double loss = scene.backward(lora, false);
            assertThat(loss).isCloseTo(scene.expected("lora.loss")[0], within(1e-4));
            for (int layer = 0; layer < scene.config.layers(); layer++) {
                for (Projection p : Projection.values()) {
                    for (String which : List.of("A", "B")) {
                        scene.same(
                                lora.matrix(layer, p, which.charAt(0)).grad(),
                                "lora.grad." + which + "." + p.name(layer));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3", "qwen2", "qwen3"})
    void token_after_token_gives_the_logits_of_the_whole(String family) throws IOException {
        try (var scene = new Scene(family, false);
                var guard = new org.bytedeco.pytorch.NoGradGuard();
                var one = new KvCache(scene.config, CPU, 4);
                var two = new KvCache(scene.config, CPU, 4)) {
            float[] expected = scene.expected("logits");
            long[] ids = Tensors.longs(scene.ids);
            int time = (int) scene.ids.size(1);
            int vocabulary = scene.config.vocabulary();
            // sequence 0: three tokens, then two more, then one by one beside sequence 1, which is
            // two tokens behind
            scene.model.extend(
                    Tensors.of(CPU, Arrays.copyOfRange(ids, 0, 3), 1, 3), one, Adapters.NONE);
            scene.model.extend(
                    Tensors.of(CPU, Arrays.copyOfRange(ids, 3, 5), 1, 2), one, Adapters.NONE);
            scene.model.extend(
                    Tensors.of(CPU, Arrays.copyOfRange(ids, time, time + 3), 1, 3),
                    two,
                    Adapters.NONE);
            for (int at = 5; at < time; at++) {
                long[] next = {ids[at], ids[time + at - 2]};
                Tensor hidden =
                        scene.model.step(
                                Tensors.of(CPU, next, 2, 1), List.of(one, two), Adapters.NONE);
                float[] logits =
                        Tensors.floats(scene.model.logits(hidden.view(2, scene.config.hidden())));
                int first = at * vocabulary;
                int second = (time + at - 2) * vocabulary;
                for (int v = 0; v < vocabulary; v++) {
                    assertThat(logits[v]).isCloseTo(expected[first + v], within(2e-4f));
                    assertThat(logits[vocabulary + v])
                            .isCloseTo(expected[second + v], within(2e-4f));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3", "qwen2"})
    void an_adapter_that_learned_nothing_is_the_base_to_the_last_bit(String family)
            throws IOException {
        try (var scene = new Scene(family, false)) {
            var settings = new Lora.Settings(4, 8, 0, EnumSet.allOf(Projection.class));
            try (Lora lora = Lora.create(scene.config, CPU, settings, 7)) {
                float[] base = Tensors.floats(scene.model.hidden(scene.ids, Adapters.NONE));
                float[] adapted = Tensors.floats(scene.model.hidden(scene.ids, lora));
                assertThat(adapted).containsExactly(base);
            }
        }
    }

    private static final class Scene implements AutoCloseable {
        final PointerScope scope = new PointerScope();
        final Safetensors expected;
        final ModelConfig config;
        final Weights weights;
        final LlamaModel model;
        final Tensor ids;

        Scene(String family, boolean writable) throws IOException {
            Path folder = REFERENCE.resolve(family);
            expected = Safetensors.open(folder.resolve("expected.safetensors"));
            config = ModelConfig.read(folder);
            weights = Weights.load(folder, config, CPU, writable);
            model = new LlamaModel(weights, CPU);
            ids = expected.get("ids").clone();
        }

        float[] expected(String name) {
            return Tensors.floats(expected.get(name));
        }

        void same(Tensor actual, String name) {
            float[] there = expected(name);
            float[] here = Tensors.floats(actual);
            assertThat(here.length).as(name).isEqualTo(there.length);
            for (int i = 0; i < there.length; i++) {
                assertThat(here[i])
                        .as(name + "[" + i + "]")
                        .isCloseTo(there[i], within(TOLERANCE * Math.max(1, Math.abs(there[i]))));
            }
        }

        double backward(Adapters adapters, boolean recompute) {
            float[] perToken = expected("weights");
            LlamaModel.Trace trace = model.trace(ids, adapters, recompute, 1);
            var targets = HeadLoss.Targets.of(CPU, Tensors.longs(ids), perToken, (int) ids.size(1));
            return new HeadLoss(model).backward(trace, targets, 1 / targets.weight()).loss();
        }

        Lora lora() {
            var settings = new Lora.Settings(3, 6, 0, EnumSet.allOf(Projection.class));
            Lora lora = Lora.create(config, CPU, settings, 1);
            try (var guard = new org.bytedeco.pytorch.NoGradGuard()) {
                for (int layer = 0; layer < config.layers(); layer++) {
                    for (Projection p : Projection.values()) {
                        lora.matrix(layer, p, 'A').copy_(expected.get("lora.A." + p.name(layer)));
                        lora.matrix(layer, p, 'B').copy_(expected.get("lora.B." + p.name(layer)));
                    }
                }
            }
            return lora;
        }

        @Override
        public void close() {
            model.close();
            weights.close();
            expected.close();
            scope.close();
        }
    }
}
