package dev.afinador.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.afinador.dataset.DatasetFinding.Severity;
import dev.afinador.dataset.TrainingFileCheck.Limits;
import dev.afinador.dataset.TrainingFileCheck.Result;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingFileCheckTest {

    private static final String CHAT =
            """
            {"messages": [{"role": "user", "content": "¿Capital de Perú?"}, {"role": "assistant", "content": "Lima"}]}\
            """;
    private static final String PREFERENCE =
            """
            {"input": {"messages": [{"role": "user", "content": "Hola"}]}, "preferred_output": [{"role": "assistant", "content": "¡Hola!"}], "non_preferred_output": [{"role": "assistant", "content": "No"}]}\
            """;
    private static final String REINFORCEMENT =
            """
            {"messages": [{"role": "developer", "content": "Suma"}, {"role": "user", "content": "2+2"}], "answer": 4}\
            """;
    private static final String COMPLETION = "{\"prompt\": \"Hola\", \"completion\": \" mundo\"}";

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of(DatasetKind.CHAT, CHAT),
                Arguments.of(DatasetKind.PREFERENCE, PREFERENCE),
                Arguments.of(DatasetKind.REINFORCEMENT, REINFORCEMENT),
                Arguments.of(DatasetKind.COMPLETION, COMPLETION));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void a_good_file_of_each_kind_is_recognised_and_clean(DatasetKind kind, String line) {
        Result result = check(times(12, line));
        assertThat(result.findings()).isEmpty();
        assertThat(result.kind()).isEqualTo(kind);
        assertThat(result.examples()).isEqualTo(12);
    }

    @Test
    void a_missing_last_line_break_and_windows_line_breaks_are_fine() {
        assertThat(check(times(10, CHAT).stripTrailing()).findings()).isEmpty();
        assertThat(check(times(10, CHAT).replace("\n", "\r\n")).findings()).isEmpty();
    }

    static Stream<Arguments> badLines() {
        return Stream.of(
                bad("", "blank_line", null),
                bad("   ", "blank_line", null),
                bad("{\"messages\": ]}", "json_broken", null, "14"),
                bad("{\"messages\": [", "json_cut_off", null, "14"),
                bad("{\"ñandú\": tru}", "json_broken", null, "11"),
                bad(CHAT + " {}", "json_trailing", null, String.valueOf(CHAT.length() + 1)),
                bad("[1]", "not_an_object", "$", "array"),
                bad("\"hola\"", "not_an_object", "$", "string"),
                bad("{\"texto\": \"hola\"}", "not_an_example", "$", "texto"),
                bad("{\"messages\": \"hola\"}", "messages_not_a_list", "$.messages"),
                bad("{\"messages\": []}", "messages_empty", "$.messages"),
                bad(chat("3", assistant()), "message_not_an_object", "$.messages[0]"),
                bad(chat("{\"content\": \"a\"}", assistant()), "role_missing", "$.messages[0]"),
                bad(
                        chat("{\"role\": 3, \"content\": \"a\"}", assistant()),
                        "role_missing",
                        "$.messages[0]"),
                bad(
                        chat(message("usuario", "a"), assistant()),
                        "role_unknown",
                        "$.messages[0].role",
                        "usuario",
                        "system, user, assistant, tool, function, developer"),
                bad(
                        chat(message("developer", "a"), assistant()),
                        "role_developer",
                        "$.messages[0].role"),
                bad(
                        chat("{\"role\": \"user\"}", assistant()),
                        "content_missing",
                        "$.messages[0]",
                        "user"),
                bad(
                        chat(user(), "{\"role\": \"assistant\", \"content\": null}"),
                        "content_missing",
                        "$.messages[1]",
                        "assistant"),
                bad(
                        chat(
                                user(),
                                "{\"role\": \"assistant\", \"content\": null, \"tool_calls\": []}"),
                        "content_missing",
                        "$.messages[1]",
                        "assistant"),
                bad(
                        chat("{\"role\": \"user\", \"content\": 7}", assistant()),
                        "content_wrong_type",
                        "$.messages[0].content",
                        "number"),
                bad(
                        chat(message("user", ""), assistant()),
                        "content_empty",
                        "$.messages[0].content"),
                bad(
                        chat(
                                "{\"role\": \"user\", \"content\": [{\"type\": \"input_audio\"}]}",
                                assistant()),
                        "content_part_unknown",
                        "$.messages[0].content[0]",
                        "input_audio"),
                bad(
                        chat(
                                user(),
                                "{\"role\": \"assistant\", \"content\": [{\"image_url\": {\"url\": \"x\"},"
                                        + " \"type\": \"image_url\"}]}"),
                        "image_from_assistant",
                        "$.messages[1].content[0]"),
                bad(
                        chat(
                                "{\"role\": \"user\", \"content\": \"a\", \"weight\": 1}",
                                assistant()),
                        "weight_not_on_assistant",
                        "$.messages[0].weight"),
                bad(
                        chat(
                                user(),
                                "{\"role\": \"assistant\", \"content\": \"a\", \"weight\": 0.5}"),
                        "weight_not_0_or_1",
                        "$.messages[1].weight"),
                bad(
                        chat(
                                user(),
                                "{\"role\": \"assistant\", \"content\": \"a\", \"weight\": \"1\"}"),
                        "weight_not_0_or_1",
                        "$.messages[1].weight"),
                bad(
                        chat(
                                user(),
                                "{\"role\": \"assistant\", \"content\": \"a\", \"fecha\": {\"a\": [1]}}"),
                        "message_key_unknown",
                        "$.messages[1]",
                        "fecha"),
                bad(
                        "{\"id\": 7, \"messages\": [" + user() + "," + assistant() + "]}",
                        "example_key_unknown",
                        "$",
                        "id"),
                bad(chat(user()), "no_assistant", "$.messages"),
                bad(
                        chat(user(), assistant(), user()),
                        "last_not_assistant",
                        "$.messages[2]",
                        "user"));
    }

    @ParameterizedTest
    @MethodSource("badLines")
    void a_bad_line_is_named_with_its_number_rule_and_place(
            String line, String rule, String path, List<String> args) {
        Result result = check(times(11, CHAT) + line + "\n" + times(1, CHAT));
        assertThat(result.findings())
                .containsExactly(
                        new DatasetFinding(
                                rule,
                                TrainingFileRule.valueOf(rule.toUpperCase(Locale.ROOT)).severity(),
                                12,
                                path,
                                args));
        assertThat(result.kind()).isEqualTo(DatasetKind.CHAT);
        assertThat(result.errors() + result.warnings()).isEqualTo(1);
    }

    static Stream<Arguments> badPairs() {
        String input = "\"input\": {\"messages\": [" + user() + "]}";
        String good = "\"preferred_output\": [" + assistant() + "]";
        String poor = "\"non_preferred_output\": [" + assistant() + "]";
        return Stream.of(
                bad(
                        "{" + input + "," + good.replace("output", "completion") + "," + poor + "}",
                        "old_preference_key",
                        "$.preferred_completion",
                        "preferred_completion",
                        "preferred_output"),
                bad(
                        "{" + input + "," + good + "}",
                        "preference_key_missing",
                        "$",
                        "non_preferred_output"),
                bad("{" + good + "," + poor + "}", "preference_key_missing", "$", "input"),
                bad(
                        "{\"input\": \"Hola\"," + good + "," + poor + "}",
                        "input_not_an_object",
                        "$.input"),
                bad(
                        "{\"input\": {\"messages\": []}," + good + "," + poor + "}",
                        "messages_empty",
                        "$.input.messages"),
                bad(
                        "{"
                                + input
                                + ", \"preferred_output\": ["
                                + user()
                                + ","
                                + assistant()
                                + "],"
                                + poor
                                + "}",
                        "output_not_one_message",
                        "$.preferred_output",
                        "2"),
                bad(
                        "{" + input + ", \"preferred_output\": [" + user() + "]," + poor + "}",
                        "output_not_from_assistant",
                        "$.preferred_output[0].role",
                        "user"));
    }

    @ParameterizedTest
    @MethodSource("badPairs")
    void a_bad_preference_pair_is_named_with_its_rule_and_place(
            String line, String rule, String path, List<String> args) {
        Result result = check(times(11, PREFERENCE) + line);
        assertThat(result.findings())
                .containsExactly(new DatasetFinding(rule, Severity.ERROR, 12, path, args));
    }

    @Test
    void a_completion_line_needs_both_texts() {
        Result result =
                check(
                        times(10, COMPLETION)
                                + "{\"prompt\": 3, \"completion\": \"a\"}\n{\"prompt\":"
                                + " \"a\"}\n");
        assertThat(result.findings())
                .extracting(DatasetFinding::rule, DatasetFinding::line, DatasetFinding::args)
                .containsExactly(
                        tuple("completion_not_a_string", 11L, List.of("prompt", "number")),
                        tuple("completion_key_missing", 12L, List.of("completion")));
    }

    @Test
    void a_message_with_tool_calls_needs_no_content_and_a_weight_of_0_or_1_is_fine() {
        String calls =
                "{\"role\": \"assistant\", \"tool_calls\": [{\"id\": \"a\", \"type\": \"function\","
                        + " \"function\": {\"name\": \"f\", \"arguments\": \"{}\"}}], \"weight\": 0}";
        String legacy =
                "{\"role\": \"assistant\", \"content\": null, \"function_call\": {\"name\": \"f\","
                        + " \"arguments\": \"{}\"}, \"weight\": 1.0}";
        assertThat(
                        check(times(10, chat(user(), calls)) + times(10, chat(user(), legacy)))
                                .findings())
                .isEmpty();
    }

    @Test
    void a_file_of_two_kinds_is_an_error_at_the_first_line_of_the_rarer_one() {
        Result result = check(times(2, COMPLETION) + times(9, CHAT) + times(1, COMPLETION));
        assertThat(result.kind()).isEqualTo(DatasetKind.CHAT);
        assertThat(result.examples()).isEqualTo(12);
        assertThat(result.findings())
                .containsExactly(
                        new DatasetFinding(
                                "mixed_kinds",
                                Severity.ERROR,
                                1,
                                null,
                                List.of("completion", "chat", "3")));
    }

    @Test
    void nine_examples_are_too_few_and_ten_are_not() {
        assertThat(check(times(9, CHAT)).findings())
                .containsExactly(
                        new DatasetFinding(
                                "too_few_examples", Severity.ERROR, 0, null, List.of("9", "10")));
        assertThat(check(times(10, CHAT)).errors()).isZero();
    }

    @Test
    void a_file_with_nothing_on_its_lines_is_empty() {
        assertThat(rules(check(""))).containsExactly("empty_file");
        assertThat(rules(check("\n \n"))).containsExactly("empty_file", "blank_line", "blank_line");
    }

    @Test
    void a_byte_order_mark_is_a_warning_and_columns_are_not_shifted_by_it() {
        Result result = check("\uFEFF" + times(10, CHAT));
        assertThat(rules(result)).containsExactly("byte_order_mark");
        assertThat(result.errors()).isZero();

        Result broken = check("\uFEFF{\"messages\": ]}\n" + times(10, CHAT));
        assertThat(broken.findings())
                .contains(
                        new DatasetFinding("json_broken", Severity.ERROR, 1, null, List.of("14")));
    }

    @Test
    void other_encodings_are_told_by_line_and_byte() {
        byte[] latin =
                (times(11, CHAT.replace("¿", "").replace("ú", "u")) + chat(user(), "ñ"))
                        .getBytes(Charset.forName("windows-1252"));
        Result result = check(new ByteArrayInputStream(latin));
        assertThat(result.findings())
                .extracting(DatasetFinding::rule, DatasetFinding::line)
                .containsExactly(tuple("not_utf8", 12L));

        byte[] utf16 = ("\uFEFF" + times(10, CHAT)).getBytes(StandardCharsets.UTF_16LE);
        assertThat(rules(check(new ByteArrayInputStream(utf16)))).containsExactly("encoding_utf16");
    }

    @Test
    void a_json_document_that_is_not_json_lines_gives_one_finding_instead_of_hundreds() {
        assertThat(rules(check("[\n" + times(50, CHAT + ",") + "]")))
                .containsExactly("not_json_lines");
        assertThat(rules(check("{\n  \"messages\": [\n"))).containsExactly("not_json_lines");
        assertThat(rules(check("[" + CHAT + ", " + CHAT + "]"))).containsExactly("not_json_lines");
    }

    @Test
    void a_line_over_the_limit_is_passed_over_and_the_next_one_is_read() {
        String longLine = chat(user(), message("assistant", "a".repeat(5_000)));
        Result result =
                check(
                        stream(times(10, CHAT) + longLine + "\n" + times(1, CHAT)),
                        new Limits(1_000, 1_000, 10));
        assertThat(result.findings())
                .containsExactly(
                        new DatasetFinding(
                                "line_too_long", Severity.ERROR, 11, null, List.of("1000")));
        assertThat(result.examples()).isEqualTo(11);
    }

    @Test
    void all_findings_are_counted_but_only_so_many_kept_and_errors_go_before_warnings() {
        Result result =
                check(
                        stream(times(3_000, "") + times(700, "nada") + times(10, CHAT)),
                        new Limits(1_000, 1_000, 10));
        assertThat(result.warnings()).isEqualTo(3_000);
        assertThat(result.errors()).isEqualTo(700);
        assertThat(result.findings()).hasSize(1_000);
        assertThat(result.findings())
                .filteredOn(finding -> finding.severity() == Severity.ERROR)
                .hasSize(700);
        assertThat(result.findings())
                .isSortedAccordingTo(Comparator.comparingLong(DatasetFinding::line));
    }

    @Test
    void a_conversation_of_endless_messages_is_read_within_bounds() {
        String many = String.join(",", Collections.nCopies(50_000, user()));
        Result result = check(times(10, CHAT) + chat(many, assistant()));
        assertThat(result.findings())
                .containsExactly(
                        new DatasetFinding(
                                "messages_too_many",
                                Severity.WARNING,
                                11,
                                "$.messages",
                                List.of("50001", "2000")));
    }

    @Test
    void findings_never_quote_the_text_of_an_example() {
        String secret = "historia-clinica";
        Result result =
                check(
                        times(10, CHAT)
                                + "{\"messages\": [{\"role\": \"user\", \"content\": "
                                + secret
                                + "\n"
                                + chat(
                                        message("user", secret),
                                        "{\"role\": \"" + "x".repeat(500) + "\"}"));
        assertThat(result.errors()).isPositive();
        assertThat(result.findings().toString()).doesNotContain(secret).hasSizeLessThan(2_000);
    }

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
                            rule.id(), rule.severity(), 3, "$.x", List.of("uno", "dos", "tres"));
            for (String words :
                    List.of(text.title(finding), text.fix(finding), text.place(finding))) {
                assertThat(words).isNotBlank().doesNotContain("{", "''").isNotEqualTo(rule.id());
            }
        }
        for (DatasetKind kind : DatasetKind.values()) {
            assertThat(text.kind(kind)).isNotBlank();
        }
    }

    @Test
    void values_that_are_words_of_ours_are_translated_and_keys_of_the_file_are_not() {
        DatasetText spanish = DatasetText.in(Locale.of("es", "MX"));
        assertThat(spanish.title(finding("not_an_object", "array")))
                .isEqualTo("La línea es una lista, no un objeto JSON");
        assertThat(spanish.title(finding("message_key_unknown", "string"))).contains("«string»");
        assertThat(spanish.title(finding("a_rule_of_tomorrow"))).isEqualTo("a_rule_of_tomorrow");
    }

    private static DatasetFinding finding(String rule, String... args) {
        return new DatasetFinding(rule, Severity.ERROR, 1, null, List.of(args));
    }

    private static Arguments bad(String line, String rule, String path, String... args) {
        return Arguments.of(line, rule, path, List.of(args));
    }

    private static String chat(String... messages) {
        return "{\"messages\": [" + String.join(",", messages) + "]}";
    }

    private static String message(String role, String content) {
        return "{\"role\": \"" + role + "\", \"content\": \"" + content + "\"}";
    }

    private static String user() {
        return message("user", "Hola");
    }

    private static String assistant() {
        return message("assistant", "Buenas");
    }

    private static String times(int n, String line) {
        return (line + "\n").repeat(n);
    }

    private static List<String> rules(Result result) {
        return result.findings().stream().map(DatasetFinding::rule).toList();
    }

    private static InputStream stream(String content) {
        return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    }

    private static Result check(String content) {
        return check(stream(content));
    }

    private static Result check(InputStream content) {
        return check(content, Limits.DEFAULT);
    }

    private static Result check(InputStream content, Limits limits) {
        try {
            return TrainingFileCheck.check(content, limits);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
