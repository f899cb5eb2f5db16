package dev.afinador.trainer.train;

import dev.afinador.trainer.Failure;
import dev.afinador.trainer.model.Adapters;
import dev.afinador.trainer.model.LlamaModel;
import dev.afinador.trainer.model.Lora;
import dev.afinador.trainer.model.ModelConfig;
import dev.afinador.trainer.model.Weights;
import dev.afinador.trainer.tensor.Compute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/// A model of which something is trained: an adapter, or everything.
final class Trainable implements AutoCloseable {

    /// What belongs to a model beside its weights.
    private static final List<String> SIDE_FILES =
            List.of(
                    "config.json",
                    "generation_config.json",
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "special_tokens_map.json",
                    "chat_template.jinja");

    private final Path base;
    private final Compute compute;
    private final Weights weights;
    private final LlamaModel model;
    private final @Nullable Lora lora;

    private Trainable(Path base, Compute compute, Weights weights, @Nullable Lora lora) {
        this.base = base;
        this.compute = compute;
        this.weights = weights;
        this.model = new LlamaModel(weights, compute);
        this.lora = lora;
    }

    static Trainable open(
            RunSpec spec, ModelConfig config, Hyperparameters settings, Compute compute) {
        Path from = spec.startFrom();
        boolean fromAdapter = from != null && Files.exists(from.resolve("adapter_config.json"));
        Lora.Settings wanted = settings.lora();
        if (wanted == null) {
            if (fromAdapter) {
                throw new Failure(
                        Failure.Code.INVALID_REQUEST,
                        "model",
                        "full tuning cannot go on from an adapter; tune with an adapter, or start from a whole model");
            }
            Path folder = from == null ? spec.baseModel() : from;
            return new Trainable(
                    folder, compute, Weights.load(folder, config, compute, true), null);
        }
        Path folder = from == null || fromAdapter ? spec.baseModel() : from;
        Weights weights = Weights.load(folder, config, compute, false);
        Lora lora =
                fromAdapter
                        ? Lora.load(Objects.requireNonNull(from), config, compute)
                        : Lora.create(config, compute, wanted, spec.seed());
        return new Trainable(folder, compute, weights, lora);
    }

    LlamaModel model() {
        return model;
    }

    Adapters adapters() {
        return lora == null ? Adapters.NONE : lora;
    }

    void training(boolean on) {
        if (lora != null) {
            lora.training(on);
        }
    }

    TensorVector requireGradients() {
        return lora == null ? weights.requireGradients() : lora.requireGradients();
    }

    /// How many numbers are trained.
    long parameters() {
        return lora == null ? weights.config().parameters() : lora.parameters();
    }

    /// What can be served: an adapter, or a whole model in bf16.
    void save(Path folder) {
        if (lora != null) {
            lora.save(folder, base.getFileName().toString());
            return;
        }
        weights.save(folder, ScalarType.BFloat16);
        try {
            for (String file : SIDE_FILES) {
                if (Files.exists(base.resolve(file))) {
                    Files.copy(
                            base.resolve(file),
                            folder.resolve(file),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What going on needs: every trained number as it is.
    void saveExactly(Path folder) {
        if (lora != null) {
            lora.save(folder, base.getFileName().toString());
        } else {
            weights.save(folder, ScalarType.Float);
        }
    }

    void loadExactly(Path folder) {
        if (lora != null) {
            try (Lora saved = Lora.load(folder, weights.config(), compute)) {
                lora.copyFrom(saved);
            }
            return;
        }
        try (Weights saved = Weights.load(folder, weights.config(), compute, true);
                NoGradGuard guard = new NoGradGuard()) {
            weights.all().forEach((name, tensor) -> tensor.copy_(saved.get(name)));
        }
    }

    @Override
    public void close() {
        model.close();
        if (lora != null) {
            lora.close();
        }
        weights.close();
    }
}
