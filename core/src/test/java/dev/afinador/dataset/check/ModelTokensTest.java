package dev.afinador.dataset.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.tokens.OpenAiEncoding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTokensTest {

    @ParameterizedTest
    @CsvSource({
        "gpt-4o-mini-2024-07-18, O200K_BASE, 65536",
        "gpt-4o-2024-08-06, O200K_BASE, 65536",
        "gpt-4o-2024-05-13, O200K_BASE, 0",
        "gpt-4.1-nano, O200K_BASE, 65536",
        "GPT-4.1, O200K_BASE, 65536",
        "gpt-5.4-mini, O200K_BASE, 0",
        "o4-mini-2025-04-16, O200K_BASE, 0",
        "gpt-4, CL100K_BASE, 0",
        "gpt-4-0613, CL100K_BASE, 0",
        "gpt-3.5-turbo-0125, CL100K_BASE, 0",
        "babbage-002, CL100K_BASE, 0",
        "ft:gpt-4o-mini-2024-07-18:acme:estilo:9abc, O200K_BASE, 65536",
        "ft:gpt-3.5-turbo:acme::9abc, CL100K_BASE, 0",
        "gpt-4.1-mini-2025-04-14.ft-0123, O200K_BASE, 65536"
    })
    void a_published_model_is_known(String model, OpenAiEncoding encoding, int tokens) {
        ModelTokens known = ModelTokens.of(model).orElseThrow();
        assertThat(known.encoding()).isEqualTo(encoding);
        assertThat(known.tokens()).isEqualTo(tokens);
        assertThat(known.source().getScheme()).isEqualTo("https");
    }

    @ParameterizedTest
    @CsvSource({"gpt-4.9", "gpt-4omni", "llama-3", "mistral-7b", "''", "ft:", "o"})
    void nothing_is_guessed_about_others(String model) {
        assertThat(ModelTokens.of(model)).isEmpty();
    }
}
