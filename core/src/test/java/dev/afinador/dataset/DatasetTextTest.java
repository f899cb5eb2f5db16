package dev.afinador.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.DatasetFinding.Severity;
import dev.afinador.dataset.json.JsonProblem;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DatasetTextTest {

    static Stream<Locale> languages() {
        return Stream.of(Locale.ENGLISH, Locale.of("es"), Locale.of("es", "CO"), Locale.JAPANESE);
    }

    @ParameterizedTest
    @MethodSource("languages")
    void every_rule_has_a_title_and_a_fix_with_its_values(Locale locale) {
        DatasetText text = DatasetText.in(locale);
        for (TrainingFileRule rule : TrainingFileRule.values()) {
            var finding =
                    new DatasetFinding(
                            rule.id(),
                            rule.severity(),
                            3,
                            "$.x",
                            List.of("uno", "dos", "tres", "cuatro"));
            for (String words :
                    List.of(text.title(finding), text.fix(finding), text.place(finding))) {
                assertThat(words).isNotBlank().doesNotContain("{", "''").isNotEqualTo(rule.id());
            }
        }
        for (DatasetKind kind : DatasetKind.values()) {
            assertThat(text.kind(kind)).isNotBlank();
        }
    }

    @ParameterizedTest
    @MethodSource("languages")
    void every_problem_of_json_is_told_with_what_to_write(Locale locale) {
        DatasetText text = DatasetText.in(locale);
        for (JsonProblem problem : JsonProblem.values()) {
            String word = problem.name().toLowerCase(Locale.ROOT);
            var finding = finding("json_broken", "7", word, "x");
            assertThat(text.title(finding)).doesNotContain(word).contains("7");
            assertThat(text.fix(finding)).isNotBlank().doesNotContain("{", word + ".fix");
        }
    }

    @Test
    void values_that_are_words_of_ours_are_translated_and_keys_of_the_file_are_not() {
        DatasetText spanish = DatasetText.in(Locale.of("es", "MX"));
        assertThat(spanish.title(finding("not_an_object", "array")))
                .isEqualTo("La línea es una lista, no un objeto JSON");
        assertThat(spanish.title(finding("message_key_unknown", "string"))).contains("«string»");
        assertThat(
                        spanish.title(
                                finding("argument_wrong_type", "dias", "string", "integer | null")))
                .isEqualTo(
                        "El argumento «dias» es un texto; está declarado como un número entero / null");
        assertThat(spanish.title(finding("national_id", "dni_es", "•••8Z")))
                .contains("DNI de España");
        assertThat(spanish.title(finding("secret", "OpenAI", "sk-•••• (40)")))
                .isEqualTo("El texto contiene una clave de OpenAI: sk-•••• (40)");
        assertThat(spanish.title(finding("needs_conversion", "csv"))).contains("CSV");
        assertThat(spanish.title(finding("a_rule_of_tomorrow"))).isEqualTo("a_rule_of_tomorrow");
    }

    @Test
    void a_place_is_told_as_exactly_as_it_is_known() {
        DatasetText english = DatasetText.in(Locale.ENGLISH);
        assertThat(english.place(at(0, 0, null))).isEqualTo("Whole file");
        assertThat(english.place(at(1_200, 0, null))).isEqualTo("Line 1,200");
        assertThat(english.place(at(3, 14, null))).isEqualTo("Line 3, column 14");
        assertThat(english.place(at(3, 0, "$.a"))).isEqualTo("Line 3, $.a");
        assertThat(english.place(at(3, 14, "$.a"))).isEqualTo("Line 3, column 14, $.a");
    }

    private static DatasetFinding at(long line, int column, String path) {
        return new DatasetFinding(
                "role_missing", Severity.ERROR, line, column, path, null, List.of());
    }

    private static DatasetFinding finding(String rule, String... args) {
        return new DatasetFinding(rule, Severity.ERROR, 1, null, List.of(args));
    }
}
