package dev.afinador.dataset.look;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.DatasetFinding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkedTest {

    private static final String LINE =
            """
            {"messages": [{"role": "user", "content": "¿Dónde está mi pedido \\"12\\"? 📦"}, \
            {"role": "usario", "peso": 1, "content": null, "weight": 2}], "odd key": {"a": [1, [2, 33]]}}\
            """;

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            textBlock =
                    """
                    $.messages[1].role            | "usario"
                    $.messages[1].content         | null
                    $.messages[1].weight          | 2
                    $['odd key'].a[1][1]          | 33
                    $['odd key'].a                | [1, [2, 33]]
                    $.messages[0].content         | "¿Dónde está mi pedido \\"12\\"? 📦"
                    """)
    void the_value_that_a_path_leads_to_is_marked(String path, String value) {
        Marked marked = Marked.of(LINE, finding("role_unknown", path));
        assertThat(marked.mark()).isEqualTo(value);
        assertThat(marked.before() + marked.mark() + marked.after()).isEqualTo(LINE);
    }

    @Test
    void a_key_that_is_too_much_is_marked_itself() {
        assertThat(Marked.of(LINE, finding("message_key_unknown", "$.messages[1]", "peso")).mark())
                .isEqualTo("\"peso\"");
        assertThat(Marked.of(LINE, finding("example_key_unknown", "$", "odd key")).mark())
                .isEqualTo("\"odd key\"");
    }

    @Test
    void what_is_missing_is_shown_by_what_it_is_missing_in() {
        assertThat(Marked.of(LINE, finding("role_missing", "$.messages[1].name")).mark())
                .startsWith("{");
        Marked whole = Marked.of(LINE, finding("preference_key_missing", "$", "input"));
        assertThat(whole.mark()).isEmpty();
        assertThat(whole.column()).isZero();
    }

    @Test
    void a_place_in_a_line_that_cannot_be_read_is_marked_by_its_column() {
        Marked marked = Marked.of("{\"é📦\": tru}", at("json_broken", 8));
        assertThat(marked.mark()).isEqualTo("tru");
        assertThat(marked.column()).isEqualTo(8);
        assertThat(Marked.of("{\"é📦\": \"a\\\"b\" 7", at("json_broken", 8)).mark())
                .isEqualTo("\"a\\\"b\"");
    }

    @Test
    void a_column_behind_the_end_marks_the_last_sign() {
        assertThat(Marked.of("{\"a\": [", at("json_cut_off", 9)).mark()).isEqualTo("[");
    }

    @Test
    void a_place_inside_a_text_is_marked_as_the_word_there() {
        var finding =
                new DatasetFinding(
                        "email_address",
                        DatasetFinding.Severity.WARNING,
                        1,
                        20,
                        "$.a",
                        null,
                        List.of());
        assertThat(Marked.of("{\"a\": \"escríbeme a ana@example.org.\"}", finding).mark())
                .isEqualTo("ana@example.org.");
    }

    @Test
    void a_path_into_a_line_that_breaks_later_is_found_all_the_same() {
        assertThat(Marked.of("{\"a\": {\"b\": 7, \"c\": tru", finding("x", "$.a.b")).mark())
                .isEqualTo("7");
    }

    @Test
    void of_a_long_line_only_the_surroundings_are_shown() {
        String line =
                "{\"a\": \""
                        + "á".repeat(100_000)
                        + "\", \"b\": 5, \"c\": \""
                        + "z".repeat(9_000)
                        + "\"}";
        Marked marked = Marked.of(line, finding("x", "$.b"));
        assertThat(marked.mark()).isEqualTo("5");
        assertThat(marked.before().length() + marked.after().length()).isLessThan(600);
        assertThat(
                        marked.hiddenBefore()
                                + marked.before().length()
                                + 1
                                + marked.after().length()
                                + marked.hiddenAfter())
                .isEqualTo(line.length());

        Marked text = Marked.of(line, finding("x", "$.a"));
        assertThat(text.mark()).startsWith("\"áá").hasSize(400);
        assertThat(text.hiddenInside()).isEqualTo(100_002 - 400);
    }

    @Test
    void a_window_never_cuts_a_character_in_two() {
        String line = "[\"" + "📦".repeat(2_000) + "\", 7]";
        for (int shift = 0; shift < 2; shift++) {
            Marked marked = Marked.of(" ".repeat(shift) + line, finding("x", "$[1]"));
            assertThat(Character.isLowSurrogate(marked.before().charAt(0))).isFalse();
            Marked plain = Marked.plain(" ".repeat(shift) + line);
            assertThat(
                            Character.isHighSurrogate(
                                    plain.before().charAt(plain.before().length() - 1)))
                    .isFalse();
        }
    }

    private static DatasetFinding at(String rule, int column) {
        return new DatasetFinding(
                rule, DatasetFinding.Severity.ERROR, 1, column, null, null, List.of());
    }

    private static DatasetFinding finding(String rule, String path, String... args) {
        return new DatasetFinding(rule, DatasetFinding.Severity.ERROR, 1, path, List.of(args));
    }
}
