package dev.afinador.dataset.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import dev.afinador.dataset.SourceFormat;
import dev.afinador.dataset.SourceSniffer;
import dev.afinador.dataset.TextEncoding;
import dev.afinador.dataset.convert.Conversion.Message;
import dev.afinador.dataset.convert.Conversion.Outcome;
import dev.afinador.dataset.convert.Conversion.RowTrouble;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConversionTest {

    private static final String CHAT =
            """
            {"messages":[{"role":"user","content":"¿Hola?"},{"role":"assistant","content":"Sí, señora."}]}
            """;

    private record Result(Layout layout, Outcome outcome, String lines) {}

    static Stream<Arguments> sources_that_say_the_same() {
        String comma = "pregunta,respuesta\n¿Hola?,\"Sí, señora.\"\n";
        Charset windows = Charset.forName("windows-1252");
        return Stream.of(
                Arguments.of("comma", SourceFormat.CSV, utf8(comma)),
                Arguments.of(
                        "semicolon",
                        SourceFormat.CSV,
                        utf8("pregunta;respuesta\n¿Hola?;Sí, señora.\n")),
                Arguments.of(
                        "bar", SourceFormat.CSV, utf8("pregunta|respuesta\n¿Hola?|Sí, señora.\n")),
                Arguments.of(
                        "tab",
                        SourceFormat.TSV,
                        utf8("pregunta\trespuesta\n¿Hola?\tSí, señora.\n")),
                Arguments.of(
                        "apostrophes",
                        SourceFormat.CSV,
                        utf8("'pregunta','respuesta'\n'¿Hola?','Sí, señora.'\n")),
                Arguments.of(
                        "windows", SourceFormat.CSV, comma.replace("\n", "\r\n").getBytes(windows)),
                Arguments.of("mark", SourceFormat.CSV, utf8("\uFEFF" + comma)),
                Arguments.of(
                        "utf-16",
                        SourceFormat.CSV,
                        ("\uFEFF" + comma).getBytes(StandardCharsets.UTF_16LE)),
                Arguments.of(
                        "utf-16 unmarked",
                        SourceFormat.CSV,
                        comma.getBytes(StandardCharsets.UTF_16BE)),
                Arguments.of(
                        "other order",
                        SourceFormat.CSV,
                        utf8("Answer,Question\n\"Sí, señora.\",¿Hola?\n")),
                Arguments.of("no header", SourceFormat.CSV, utf8("¿Hola?,\"Sí, señora.\"\n")),
                Arguments.of(
                        "list of objects",
                        SourceFormat.JSON_ARRAY,
                        utf8(
                                "[\n {\"pregunta\": \"¿Hola?\",\n  \"respuesta\": \"Sí, señora.\", \"n\": 1}\n]")),
                Arguments.of(
                        "list of examples",
                        SourceFormat.JSON_ARRAY,
                        utf8("[%s]".formatted(CHAT.replace("[{", "[\n{").replace(":", " : ")))),
                Arguments.of(
                        "alpaca",
                        SourceFormat.ALPACA,
                        utf8(
                                "[{\"instruction\":\"¿Hola?\",\"input\":\"\",\"output\":\"Sí, señora.\"}]")),
                Arguments.of(
                        "alpaca lines",
                        SourceFormat.ALPACA,
                        utf8("{\"instruction\":\"¿Hola?\",\"output\":\"Sí, señora.\"}\n")),
                Arguments.of(
                        "sharegpt",
                        SourceFormat.SHAREGPT,
                        utf8(
                                "[{\"id\":7,\"conversations\":[{\"from\":\"human\",\"value\":\"¿Hola?\"},{\"from\":\"gpt\",\"value\":\"Sí, señora.\"}]}]")),
                Arguments.of(
                        "sharegpt lines in UTF-16",
                        SourceFormat.SHAREGPT,
                        "{\"conversations\":[{\"from\":\"human\",\"value\":\"¿Hola?\"},{\"from\":\"gpt\",\"value\":\"Sí, señora.\"}]}\n"
                                .getBytes(StandardCharsets.UTF_16LE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sources_that_say_the_same")
    void sources_of_every_shape_give_the_same_example(
            String name, SourceFormat format, byte[] source) throws IOException {
        if (!name.equals("no header")) { // a single row tells nothing about itself
            assertThat(SourceSniffer.formatOf(source, true, "datos")).isEqualTo(format);
        }
        Result result = convert(source, format);
        assertThat(result.lines()).isEqualTo(CHAT);
        assertThat(result.outcome().rows()).isEqualTo(1);
        assertThat(result.outcome().troubles()).isEmpty();
    }

    @Test
    void an_alpaca_row_with_everything_becomes_a_conversation() throws IOException {
        String source =
                """
                {"instruction":"Traduce","input":"casa","output":"house","system":"Eres traductor","history":[["Hola","Hi"]]}
                """;
        assertThat(convert(utf8(source), SourceFormat.ALPACA).lines())
                .isEqualTo(
                        """
                        {"messages":[{"role":"system","content":"Eres traductor"},{"role":"user","content":"Hola"},\
                        {"role":"assistant","content":"Hi"},{"role":"user","content":"Traduce\\n\\ncasa"},\
                        {"role":"assistant","content":"house"}]}
                        """);
    }

    @Test
    void a_column_of_worse_answers_makes_preference_pairs() throws IOException {
        Result result =
                convert(
                        utf8("prompt,chosen,rejected\nHola,Buenas,Qué\nAdiós,Chao,\n"),
                        SourceFormat.CSV);
        assertThat(result.lines())
                .isEqualTo(
                        """
                        {"input":{"messages":[{"role":"user","content":"Hola"}]},\
                        "preferred_output":[{"role":"assistant","content":"Buenas"}],\
                        "non_preferred_output":[{"role":"assistant","content":"Qué"}]}
                        """);
        assertThat(result.outcome().first())
                .containsExactly(new RowTrouble(2, 3, "row_without_rejected", ""));
        assertThat(result.outcome().samples().getFirst().rejected()).isEqualTo("Qué");
    }

    @Test
    void what_becomes_of_which_column_can_be_changed() throws IOException {
        byte[] source = utf8("id,tema,texto,nota\n1,Sol,Una estrella,buena\n");
        Layout layout = layout(source, SourceFormat.CSV);
        assertThat(Mapping.guess(layout.columns()).columns())
                .containsOnly(entry(Part.QUESTION, 0), entry(Part.ANSWER, 1));

        var mapping = new Mapping(Map.of(Part.QUESTION, 1, Part.ANSWER, 2), "Responde breve.");
        Result result = convert(source, layout, mapping);

        assertThat(result.outcome().samples().getFirst().messages())
                .containsExactly(
                        new Message("system", "Responde breve."),
                        new Message("user", "Sol"),
                        new Message("assistant", "Una estrella"));
    }

    @Test
    void how_a_table_is_written_can_be_set_against_the_guess() throws IOException {
        byte[] source = utf8("a,b;c\nd,e;f\n");
        var set = new Layout.Settings(null, ';', '"', false);
        Layout layout = Layout.of(source, true, SourceFormat.CSV, set);
        assertThat(layout.columns()).containsExactly("#1", "#2");
        assertThat(convert(source, layout, Mapping.guess(layout.columns())).outcome().samples())
                .extracting(sample -> sample.messages().getFirst().text())
                .containsExactly("a,b", "d,e");
    }

    @Test
    void rows_that_cannot_be_converted_are_named_and_the_others_are_not_lost() throws IOException {
        String table =
                """
                pregunta,respuesta
                uno,1
                ,2
                "tres
                en dos líneas",3
                cuatro,
                cinco,5,sobra

                seis,6
                """;
        Result result = convert(utf8(table), SourceFormat.CSV);
        assertThat(result.outcome().written()).isEqualTo(3);
        assertThat(result.outcome().rows()).isEqualTo(6);
        assertThat(result.outcome().troubles())
                .containsOnly(
                        entry("row_without_question", 1L),
                        entry("row_without_answer", 1L),
                        entry("row_too_many_columns", 1L));
        assertThat(result.outcome().first())
                .extracting(RowTrouble::row, RowTrouble::line, RowTrouble::code)
                .containsExactly(
                        tuple(2L, 3L, "row_without_question"),
                        tuple(4L, 6L, "row_without_answer"),
                        tuple(5L, 7L, "row_too_many_columns"));
        assertThat(result.lines()).contains("tres\\nen dos líneas");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    7                                                                                | row_not_an_object
                    {"conversations":[{"from":"narrador","value":"x"}]}                              | row_role_unknown
                    {"conversations":[{"from":"human"}]}                                             | row_message_without_text
                    {"conversations":[{"from":"human","value":"x"}]}                                 | row_without_answer
                    {"conversations":[{"from":"gpt","value":"x"}]}                                   | row_without_question
                    {"conversations":["x"]}                                                          | row_history_unreadable
                    {"conversations":[]}                                                             | row_without_question
                    {"otra":1}                                                                       | row_without_question
                    {"conversations":                                                                | row_json_broken
                    """)
    void odd_objects_on_lines_are_told_with_their_line(String line, String code)
            throws IOException {
        String source =
                "{\"conversations\":[{\"from\":\"human\",\"value\":\"a\"},{\"from\":\"gpt\",\"value\":\"b\"}]}\n\n"
                        + line
                        + "\n";
        Result result = convert(utf8(source), SourceFormat.SHAREGPT);
        assertThat(result.outcome().written()).isEqualTo(1);
        assertThat(result.outcome().first())
                .extracting(RowTrouble::line, RowTrouble::code)
                .containsExactly(tuple(3L, code));
    }

    @Test
    void a_list_that_breaks_off_says_where_and_keeps_nothing() {
        byte[] source = utf8("[{\"q\":\"a\",\"a\":\"b\"},\n{\"q\":\"a\",\"a\":");
        Layout layout = layout(source, SourceFormat.JSON_ARRAY);
        assertThatThrownBy(() -> convert(source, layout, Mapping.guess(layout.columns())))
                .isInstanceOfSatisfying(
                        ConversionException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo("convert_json_broken");
                            assertThat(e.args().getFirst()).isEqualTo(2);
                        });
    }

    @Test
    void a_preview_reads_only_so_many_rows() throws IOException {
        byte[] source = utf8("pregunta,respuesta\n" + "hola,sí\n".repeat(1_000));
        Layout layout = layout(source, SourceFormat.CSV);
        Outcome outcome =
                new Conversion(layout, Mapping.guess(layout.columns()), _ -> {})
                        .preview(new ByteArrayInputStream(source), 100, 5);
        assertThat(outcome.rows()).isEqualTo(100);
        assertThat(outcome.samples()).hasSize(5);
        assertThat(outcome.complete()).isFalse();
    }

    @Test
    void numbers_of_examples_that_are_already_in_shape_keep_every_digit() throws IOException {
        String line =
                "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"n\":1.50,\"big\":12345678901234567890}";
        assertThat(convert(utf8("[" + line + "]"), SourceFormat.JSON_ARRAY).lines())
                .isEqualTo(line + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "'instruction,input,output', QUESTION=0 CONTEXT=1 ANSWER=2",
        "'input,output', QUESTION=0 ANSWER=1",
        "'Pregunta,Contexto,Respuesta,Sistema', QUESTION=0 CONTEXT=1 ANSWER=2 SYSTEM=3",
        "'id,System Prompt,User,Assistant', QUESTION=2 ANSWER=3 SYSTEM=1",
        "'Instrucción,Salida,Historial', QUESTION=0 ANSWER=1 HISTORY=2",
        "'x,y,z', QUESTION=0 ANSWER=1",
        "'respuesta,otra', ANSWER=0",
    })
    void columns_are_recognized_by_their_names(String columns, String expected) {
        Map<Part, Integer> found = Mapping.guess(List.of(columns.split(","))).columns();
        List<String> told =
                Arrays.stream(Part.values())
                        .filter(found::containsKey)
                        .map(part -> part + "=" + found.get(part))
                        .toList();
        assertThat(String.join(" ", told)).isEqualTo(expected);
    }

    @Test
    void accents_that_come_late_decide_the_encoding() throws IOException {
        byte[] ascii = utf8("a".repeat(100_000));
        byte[] windows = "ñ".getBytes(Charset.forName("windows-1252"));
        assertThat(TextEncoding.isUtf8(new ByteArrayInputStream(ascii))).isTrue();
        assertThat(TextEncoding.isUtf8(new ByteArrayInputStream(concat(ascii, windows)))).isFalse();
        assertThat(TextEncoding.isUtf8(new ByteArrayInputStream(concat(ascii, utf8("ñ🙂")))))
                .isTrue();
        byte[] cut = Arrays.copyOfRange(utf8("🙂ñ"), 2, 6);
        assertThat(TextEncoding.isUtf8(new ByteArrayInputStream(cut)))
                .as("begins in the middle of a character")
                .isTrue();
    }

    private static Result convert(byte[] source, SourceFormat format) throws IOException {
        Layout layout = layout(source, format);
        return convert(source, layout, Mapping.guess(layout.columns()));
    }

    private static Layout layout(byte[] source, SourceFormat format) {
        return Layout.of(source, true, format, Layout.Settings.GUESS);
    }

    private static Result convert(byte[] source, Layout layout, Mapping mapping)
            throws IOException {
        var out = new ByteArrayOutputStream();
        var conversion = new Conversion(layout, mapping, _ -> {});
        conversion.write(new ByteArrayInputStream(source), out);
        Outcome shown = conversion.preview(new ByteArrayInputStream(source), 100, 10);
        return new Result(layout, shown, out.toString(StandardCharsets.UTF_8));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
