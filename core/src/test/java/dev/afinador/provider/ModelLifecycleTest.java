package dev.afinador.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.provider.ModelLifecycle.Retirement;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelLifecycleTest {

    private final ModelLifecycle lifecycle = ModelLifecycle.shipped();

    @ParameterizedTest
    @CsvSource({
        "gpt-3.5-turbo, 2026-10-23",
        "gpt-3.5-turbo-0125, 2026-10-23",
        "gpt-3.5-turbo-1106, 2026-10-23",
        "gpt-4, 2026-10-23",
        "gpt-4-0613, 2026-10-23",
        "gpt-4.1-nano, 2026-10-23",
        "gpt-4.1-nano-2025-04-14, 2026-10-23",
        "babbage-002, 2026-10-23",
        "davinci-002, 2026-10-23",
        "o4-mini-2025-04-16, 2026-10-23",
        "gpt-4o-2024-05-13, 2026-10-23",
        "gpt-4o-2024-08-06, 2027-01-14",
        "gpt-4o-2024-11-20, 2027-01-14",
        "gpt-4o, 2027-01-14",
        "gpt-4o-mini-2024-07-18, 2027-01-14",
        "gpt-4.1, 2027-01-14",
        "gpt-4.1-2025-04-14, 2027-01-14",
        "gpt-4.1-mini, 2027-01-14",
        "gpt-4.1-mini-2025-04-14, 2027-01-14",
        "GPT-4.1-Mini, 2027-01-14",
        "ft:gpt-3.5-turbo-0125:acme::C4ZiCljE, 2026-10-23",
        "ft:gpt-3.5-turbo-0125:acme::C4ZiCzLn:ckpt-step-90, 2026-10-23",
        "ft:gpt-4.1-mini-2025-04-14:acme:soporte:Ab12Cd34, 2027-01-14",
    })
    void a_model_ends_with_its_base(String model, LocalDate shutdown) {
        assertThat(openAi(model)).map(Retirement::shutdown).hasValue(shutdown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt-4o-audio-preview",
                "gpt-4o-mini-tts",
                "gpt-3.5-turbo-instruct",
                "gpt-5",
                "gpt-45",
                "o1-mini",
                "o4-mini-deep-research",
                "meta-llama/Llama-3.1-8B",
                "ft:",
                "",
            })
    void a_longer_or_unlisted_name_is_not_caught_by_a_shorter_rule(String model) {
        assertThat(openAi(model)).isEmpty();
    }

    @Test
    void gpt_4_1_mini_is_not_caught_by_the_gpt_4_rule() {
        assertThat(openAi("gpt-4.1-mini").orElseThrow().shutdown())
                .isAfter(openAi("gpt-4").orElseThrow().shutdown());
    }

    @Test
    void another_vendor_serving_a_model_of_the_same_name_is_not_judged_by_openai_dates() {
        for (var kind : new ProviderKind[] {ProviderKind.AZURE, ProviderKind.COMPATIBLE}) {
            assertThat(lifecycle.of(kind, "gpt-3.5-turbo", Optional.empty())).isEmpty();
        }
    }

    @Test
    void what_the_provider_tells_wins_and_holds_for_every_kind() {
        var told = LocalDate.of(2027, 3, 31);
        for (var kind : ProviderKind.values()) {
            assertThat(lifecycle.of(kind, "gpt-4.1", Optional.of(told)))
                    .hasValueSatisfying(retirement -> {
                        assertThat(retirement.shutdown()).isEqualTo(told);
                        assertThat(retirement.source()).isNull();
                    });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4.1-2025-04-14.ft-70ee0123456789abcdef0123456789ab-chart-qa, gpt-4.1-2025-04-14",
        "gpt-4.1-2025-04-14.ft-70ee0123456789abcdef0123456789ab:ckpt-step-10, gpt-4.1-2025-04-14",
        "ft:gpt-4o-mini-2024-07-18:personal:mi-modelo:xYz12345, gpt-4o-mini-2024-07-18",
        "ft:babbage-002, babbage-002",
        "my.ft-model, my.ft-model",
        "gpt-4.1, gpt-4.1",
    })
    void the_base_is_read_out_of_the_name(String model, String base) {
        assertThat(ModelLifecycle.baseOf(model)).isEqualTo(base);
    }

    @Test
    void a_model_answers_until_the_day_before_it_ends() {
        var retirement = openAi("gpt-3.5-turbo").orElseThrow();
        assertThat(retirement.isOver(LocalDate.of(2026, 10, 22))).isFalse();
        assertThat(retirement.isOver(LocalDate.of(2026, 10, 23))).isTrue();
    }

    @Test
    void openai_alone_is_known_to_stop_taking_jobs() {
        assertThat(lifecycle.closing(ProviderKind.OPENAI))
                .hasValueSatisfying(closing -> {
                    assertThat(closing.isOver(LocalDate.of(2027, 1, 5))).isFalse();
                    assertThat(closing.isOver(LocalDate.of(2027, 1, 6))).isTrue();
                });
        assertThat(lifecycle.closing(ProviderKind.AZURE)).isEmpty();
        assertThat(lifecycle.closing(ProviderKind.COMPATIBLE)).isEmpty();
    }

    @Test
    void a_suggested_replacement_outlives_the_model_it_replaces() {
        var retired = openAi("gpt-3.5-turbo").orElseThrow();
        assertThat(openAi(java.util.Objects.requireNonNull(retired.replacement())))
                .hasValueSatisfying(
                        next -> assertThat(next.shutdown()).isAfter(retired.shutdown()));
    }

    private Optional<Retirement> openAi(String model) {
        return lifecycle.of(ProviderKind.OPENAI, model, Optional.empty());
    }
}
