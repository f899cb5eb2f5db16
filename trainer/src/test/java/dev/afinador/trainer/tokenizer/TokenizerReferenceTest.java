package dev.afinador.trainer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Against vectors of the reference library, `src/test/python/tokenizer_reference.py`.
class TokenizerReferenceTest {

    static final Path RESOURCES = Path.of("src/test/resources/tokenizer");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama3",
                "qwen",
                "smollm",
                "gpt2-prefix",
                "llama2",
                "llama2-normalized",
                "mistral"
            })
    void a_family_is_tokenized_as_the_reference_does(String family) throws IOException {
        Tokenizer tokenizer = Tokenizer.read(RESOURCES.resolve(family));
        for (JsonNode vector : vectors(family)) {
            String text = vector.path("text").asString();
            assertThat(tokenizer.encode(text, true)).as(text).isEqualTo(ids(vector, "ids"));
            assertThat(tokenizer.encode(text, false)).as(text).isEqualTo(ids(vector, "as_text"));
            assertThat(tokenizer.encodePrompt(text)).as(text).isEqualTo(ids(vector, "prompt"));
            if (family.equals("llama2-normalized")) {
                // the reference decodes these tokens with the space that its normalizer puts before
                // them
                continue;
            }
            assertThat(tokenizer.decode(ids(vector, "ids"), false))
                    .as(text)
                    .isEqualTo(vector.path("decoded").asString());
            assertThat(tokenizer.decode(ids(vector, "ids"), true))
                    .as(text)
                    .isEqualTo(vector.path("skipped").asString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3", "qwen", "smollm", "llama2", "mistral"})
    void a_guarded_text_holds_no_control_token(String family) throws IOException {
        Tokenizer tokenizer = Tokenizer.read(RESOURCES.resolve(family));
        for (JsonNode vector : vectors(family)) {
            int[] ids = tokenizer.encode(tokenizer.guard(vector.path("text").asString()), true);
            assertThat(Arrays.stream(ids).filter(tokenizer::isSpecial)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3", "qwen", "smollm", "llama2", "mistral"})
    void a_stream_gives_whole_characters_that_add_up_to_the_text(String family) throws IOException {
        Tokenizer tokenizer = Tokenizer.read(RESOURCES.resolve(family));
        for (JsonNode vector : vectors(family)) {
            StreamingDecoder decoder = tokenizer.decoder(false);
            var whole = new StringBuilder();
            for (int id : ids(vector, "ids")) {
                String piece = decoder.next(id);
                assertThat(piece).doesNotContain("\uFFFD");
                whole.append(piece);
            }
            whole.append(decoder.end());
            assertThat(whole.toString()).isEqualTo(vector.path("decoded").asString());
        }
    }

    private static JsonNode vectors(String family) throws IOException {
        return JsonMapper.shared()
                .readTree(Files.readString(RESOURCES.resolve(family).resolve("vectors.json")));
    }

    private static int[] ids(JsonNode vector, String name) {
        return vector.path(name).valueStream().mapToInt(JsonNode::asInt).toArray();
    }
}
