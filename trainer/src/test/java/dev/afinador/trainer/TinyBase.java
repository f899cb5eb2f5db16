package dev.afinador.trainer;

import dev.afinador.trainer.model.ModelConfig;
import dev.afinador.trainer.model.Weights;
import dev.afinador.trainer.tensor.Compute;
import dev.afinador.trainer.tokenizer.BpeTrainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// A base model that has learned nothing, small enough for tests.
public final class TinyBase {

    private static final String CONFIG =
            """
            {"architectures": ["LlamaForCausalLM"], "vocab_size": 320, "hidden_size": 32, "intermediate_size": 64,
             "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 128,
             "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "tie_word_embeddings": true, "hidden_act": "silu"}
            """;

    private static final String TEMPLATE =
            "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
                    + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    private TinyBase() {}

    /// @return the folder
    public static Path in(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("config.json"), CONFIG);
            var bpe = new BpeTrainer();
            bpe.add("the quick brown fox jumps over the lazy dog and says good morning to you");
            Files.writeString(
                    folder.resolve("tokenizer.json"),
                    bpe.train(List.of("<|im_start|>", "<|im_end|>"), 320));
            Files.writeString(
                    folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"<|im_end|>\"}");
            Files.writeString(folder.resolve("chat_template.jinja"), TEMPLATE);
            try (Weights weights = Weights.random(ModelConfig.read(folder), Compute.cpu(), 5)) {
                weights.save(folder, ScalarType.Float);
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
