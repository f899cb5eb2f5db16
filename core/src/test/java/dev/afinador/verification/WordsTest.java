package dev.afinador.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.job.JobStatus;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Words, durations, escaping and what must not be shown.
class WordsTest {

    @ParameterizedTest
    @CsvSource({
        "PT0.312S, 312 ms",
        "PT0S, 0 ms",
        "PT45S, 45 s",
        "PT1M, 1 min",
        "PT2M5S, 2 min 5 s",
        "PT2H14M59S, 2 h 14 min",
        "PT24H, 1 d",
        "PT27H30M, 1 d 3 h",
        "PT-90S, -1 min 30 s",
    })
    void a_duration_is_told_in_its_two_largest_units(Duration duration, String words) {
        assertThat(DurationText.of(duration)).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Incorrect API key provided: sk-proj-AbCdEf0123456789. You can find it",
                "Incorrect API key provided: sk-pr********************6789.",
                "key sk-test-1",
                "Authorization: Bearer abcdefgh12345678",
                "api_key=abcdefgh12345678",
                "api-key: 'abcdefgh12345678'",
                "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefgh12345678",
                "secret whsec_abcdefgh12345678",
                "https://me:abcdefgh12345678@host/v1",
            })
    void what_looks_like_a_key_is_not_shown(String text) {
        assertThat(Redaction.clean(text))
                .contains("***")
                .doesNotContain("6789", "12345678", "test-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftjob-ddfvCr8xa0rAOlfWqFcTMqBO",
                "ft:gpt-3.5-turbo-0125:acme-sk::C4ZiCljE",
                "req_0123456789abcdef0123456789abcdef",
                "file-0123456789abcdef0123456789abcdef",
                "The API key is missing",
                "desk-lamp",
            })
    void what_is_no_key_is_left_alone(String text) {
        assertThat(Redaction.clean(text)).isEqualTo(text);
    }

    @Test
    void outside_text_is_one_line_without_hidden_characters_and_not_endless() {
        assertThat(Redaction.clean("a\n\tb\u202Ec\u0000d")).isEqualTo("a b c d");
        assertThat(Redaction.clean("x".repeat(10_000))).hasSizeLessThan(700);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "<b>hola</b> ^ &lt;b&gt;hola&lt;/b&gt;",
                "![x](http://y) ^ \\!\\[x\\](http://y)",
                "# título ^ \\# título",
                "- lista ^ \\- lista",
                "1. lista ^ 1\\. lista",
                "gpt-3.5-turbo ^ gpt-3.5-turbo",
                "a | b ^ a \\| b",
                "*a* _b_ `c` ^ \\*a\\* \\_b\\_ \\`c\\`",
                "&lt; ^ &amp;lt;",
            })
    void markdown_from_outside_stays_text(String text, String escaped) {
        assertThat(ReportMarkdown.escape(text)).isEqualTo(escaped);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.afinador.verification.messages", "dev.afinador.dataset.messages"})
    void both_languages_have_the_same_texts_with_the_same_values(String name) {
        var control =
                ResourceBundle.Control.getNoFallbackControl(
                        ResourceBundle.Control.FORMAT_PROPERTIES);
        var english = ResourceBundle.getBundle(name, Locale.ENGLISH, control);
        var spanish = ResourceBundle.getBundle(name, Locale.of("es"), control);
        for (String key : english.keySet()) {
            assertThat(spanish.getString(key)).as(key).doesNotContainPattern("(?<!')'(?!')");
            assertThat(english.getString(key)).as(key).doesNotContainPattern("(?<!')'(?!')");
            assertThat(placeholders(spanish.getString(key)))
                    .as(key)
                    .isEqualTo(placeholders(english.getString(key)));
        }
        // the default bundle is its parent, so only a key of its own would be extra
        assertThat(spanish.keySet()).isEqualTo(english.keySet());
    }

    @Test
    void nothing_in_spanish_is_left_in_english() {
        var control =
                ResourceBundle.Control.getNoFallbackControl(
                        ResourceBundle.Control.FORMAT_PROPERTIES);
        for (String name :
                new String[] {
                    "dev.afinador.verification.messages", "dev.afinador.dataset.messages"
                }) {
            var english = ResourceBundle.getBundle(name, Locale.ENGLISH, control);
            var spanish = ResourceBundle.getBundle(name, Locale.of("es"), control);
            assertThat(english.keySet())
                    .filteredOn(key ->
                            !key.startsWith("format.")
                                    && english.getString(key).split(" ").length > 3)
                    .allSatisfy(key ->
                            assertThat(spanish.getString(key))
                                    .as(key)
                                    .isNotEqualTo(english.getString(key)));
        }
    }

    private static TreeSet<String> placeholders(String pattern) {
        Matcher matcher = Pattern.compile("\\{(\\d)").matcher(pattern);
        var found = new TreeSet<String>();
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void whole_numbers_are_grouped_by_thin_spaces_in_spanish_and_by_commas_in_english() {
        var scene = new Scene().over(JobStatus.SUCCEEDED);
        scene.job = scene.job.toBuilder().fineTunedModel("ft:m").trainedTokens(1_234_567L).build();
        assertThat(ReportMarkdown.render(scene.verify(), Locale.of("es", "CO"), ZoneOffset.UTC))
                .contains("tokens entrenados: 1\u202f234\u202f567.");
        assertThat(ReportMarkdown.render(scene.verify(), Locale.ENGLISH, ZoneOffset.UTC))
                .contains("1,234,567");
    }

    @Test
    void a_time_in_utc_names_it_once_and_a_job_called_by_its_id_too() {
        var scene = new Scene();
        scene.job = scene.job.toBuilder().name(Scene.REMOTE_ID).build();
        ReportDocument utc = ReportDocument.of(scene.verify(), Locale.ENGLISH, ZoneOffset.UTC);
        assertThat(utc.madeAt()).endsWith("(UTC)");
        assertThat(utc.subtitle()).isEqualTo(Scene.REMOTE_ID);
        assertThat(
                        ReportDocument.of(
                                        scene.verify(), Locale.ENGLISH, ZoneId.of("America/Bogota"))
                                .madeAt())
                .endsWith("(America/Bogota, UTC-05:00)");
    }
}
