package dev.afinador.trainer.nano;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The small files of the model's folder, in Hugging Face layout.
final class ModelFolder {

    static final List<String> CONTROL_TOKENS =
            List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>");

    private static final int END_OF_TEXT = 0;
    private static final int END_OF_TURN = 2;

    private ModelFolder() {}

    static void write(Path folder, Recipe recipe, String tokenizer, int vocabulary)
            throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer);
        ObjectNode config = JsonMapper.shared().createObjectNode();
        config.putArray("architectures").add("LlamaForCausalLM");
        config.put("model_type", "llama")
                .put("vocab_size", vocabulary)
                .put("hidden_size", recipe.hidden())
                .put("intermediate_size", recipe.intermediate())
                .put("num_hidden_layers", recipe.layers())
                .put("num_attention_heads", recipe.heads())
                .put("num_key_value_heads", recipe.kvHeads())
                .put("head_dim", recipe.hidden() / recipe.heads())
                .put("hidden_act", "silu")
                .put("max_position_embeddings", recipe.context())
                .put("rms_norm_eps", 1e-5)
                .put("rope_theta", 10000.0)
                .put("attention_bias", false)
                .put("mlp_bias", false)
                .put("tie_word_embeddings", true)
                .put("bos_token_id", END_OF_TEXT)
                .put("eos_token_id", END_OF_TURN)
                .put("torch_dtype", "bfloat16");
        write(folder.resolve("config.json"), config);
        write(
                folder.resolve("generation_config.json"),
                JsonMapper.shared()
                        .createObjectNode()
                        .put("bos_token_id", END_OF_TEXT)
                        .put("eos_token_id", END_OF_TURN)
                        .put("pad_token_id", END_OF_TEXT));
        write(
                folder.resolve("tokenizer_config.json"),
                JsonMapper.shared()
                        .createObjectNode()
                        .put("tokenizer_class", "PreTrainedTokenizerFast")
                        .put("model_max_length", recipe.context())
                        .put("bos_token", CONTROL_TOKENS.get(END_OF_TEXT))
                        .put("eos_token", CONTROL_TOKENS.get(END_OF_TURN))
                        .put("pad_token", CONTROL_TOKENS.get(END_OF_TEXT))
                        .put("clean_up_tokenization_spaces", false)
                        .put(
                                "chat_template",
                                Corpus.resource("chat_template.jinja").stripTrailing()));
    }

    private static void write(Path file, ObjectNode json) throws IOException {
        Files.writeString(
                file,
                JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json)
                        + "\n");
    }
}
