package dev.afinador.dataset.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

public class JsonTapeTest {

    private static final JsonFactory JACKSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(JsonTape.MAX_DEPTH)
                                    .maxNumberLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    /// What the generator and the mutations below build texts from.
    private static final String[] SNIPPETS = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"a\"",
        "\"ñandú\"",
        "\"\"",
        "\"\\n\"",
        "\"\\u00f1\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"\\\"\"",
        "0",
        "-0",
        "12",
        "-1.5e+10",
        "1E5",
        "0.1",
        "01",
        "1.",
        ".5",
        "1e",
        "+1",
        "-",
        "true",
        "false",
        "null",
        "tru",
        "True",
        "None",
        "NaN",
        "nul",
        "falsey",
        " ",
        "\t",
        "\r",
        "\n",
        "'",
        "\\",
        "\\u12",
        "\u0001",
        "\u007F",
        "漢",
        "😀",
        "\uFEFF",
        "“",
        "/",
        "//",
        "#",
        "\"messages\"",
        "\"role\": \"user\"",
        "e",
        "\u0000"
    };

    @Property(tries = 4_000, shrinking = ShrinkingMode.BOUNDED)
    void what_is_json_and_what_it_holds_is_what_jackson_says(@ForAll("texts") String text) {
        agree(text.getBytes(StandardCharsets.UTF_8));
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(SNIPPETS).list().ofMaxSize(25).map(list -> String.join("", list));
    }

    /// Valid texts, each then broken in one place.
    @Property(tries = 1_500, shrinking = ShrinkingMode.BOUNDED)
    void texts_with_one_byte_changed_are_judged_as_by_jackson(@ForAll long seed) {
        var random = new Random(seed);
        byte[] text = json(random, 4).getBytes(StandardCharsets.UTF_8);
        agree(text);
        byte[] changed = text.clone();
        switch (random.nextInt(4)) {
            case 0 -> changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            case 1 -> {
                String odd = "\"\\{}[]:,0 e-n\n\u0001";
                changed[random.nextInt(changed.length)] =
                        (byte) odd.charAt(random.nextInt(odd.length()));
            }
            case 2 -> changed = Arrays.copyOf(changed, random.nextInt(changed.length) + 1);
            default -> {
                int at = random.nextInt(changed.length);
                System.arraycopy(text, at + 1, changed, at, text.length - at - 1);
                changed = Arrays.copyOf(changed, text.length - 1);
            }
        }
        if (changed.length > 0) {
            agree(changed);
        }
    }

    private static String json(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 6)) {
            case 0 -> String.valueOf(random.nextInt() / (1 << random.nextInt(31)));
            case 1 -> String.valueOf(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20));
            case 2 -> random.nextBoolean() ? "true" : "false";
            case 3 -> "null";
            case 4, 5 -> string(random);
            case 6, 7 -> {
                List<String> members = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    members.add(string(random) + space(random) + ":" + json(random, depth - 1));
                }
                yield "{" + String.join("," + space(random), members) + space(random) + "}";
            }
            default -> {
                List<String> items = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    items.add(space(random) + json(random, depth - 1));
                }
                yield "[" + String.join(space(random) + ",", items) + "]";
            }
        };
    }

    private static String space(Random random) {
        return " \t\n ".substring(0, random.nextInt(4));
    }

    private static String string(Random random) {
        String[] parts = {
            "a",
            "hola ",
            "ñ",
            "漢",
            "😀",
            "\\n",
            "\\\"",
            "\\\\",
            "\\/",
            "\\u0041",
            "\\u00F1",
            "\\ud83d\\ude00",
            "\\uDE00",
            "\\ud83d",
            "0123456789abcdef",
            "\u007F",
            "'"
        };
        var text = new StringBuilder("\"");
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(parts[random.nextInt(parts.length)]);
        }
        return text.append('"').toString();
    }

    /// At every place of the array, and with anything behind it.
    public static void agree(byte[] text) {
        for (int from : new int[] {0, 3}) {
            byte[] bytes = new byte[from + text.length + JsonTape.PADDING];
            Arrays.fill(bytes, (byte) (from == 0 ? 0 : '"'));
            System.arraycopy(text, 0, bytes, from, text.length);
            byte[] before = bytes.clone();
            var tape = new JsonTape();
            boolean read = tape.read(bytes, from, from + text.length);
            assertThat(bytes).isEqualTo(before);
            List<String> expected = jackson(text);
            assertThat(read)
                    .as("%s", new String(text, StandardCharsets.UTF_8))
                    .isEqualTo(expected != null);
            if (expected != null) {
                assertThat(events(tape, 0)).isEqualTo(expected);
                suspects(tape);
            } else {
                assertThat(tape.problemAt()).isBetween(from, from + text.length);
                assertThat(tape.problem()).isNotNull();
            }
        }
    }

    /// Every object that has a key twice is among the suspects.
    private static void suspects(JsonTape tape) {
        Set<Integer> suspects = new HashSet<>();
        for (int i = 0; i < tape.suspects(); i++) {
            suspects.add(tape.suspect(i));
        }
        for (int value = 0; value < tape.values(); value++) {
            if (!tape.isObject(value)) {
                continue;
            }
            Set<String> keys = new HashSet<>();
            for (int key = value + 1; key < tape.next(value); key = tape.next(key + 1)) {
                if (!keys.add(text(tape, key))) {
                    assertThat(suspects).contains(value);
                }
            }
        }
    }

    private static List<String> events(JsonTape tape, int root) {
        List<String> events = new ArrayList<>();
        events(tape, root, events);
        return events;
    }

    private static void events(JsonTape tape, int value, List<String> events) {
        switch (tape.type(value)) {
            case OBJECT, ARRAY -> {
                events.add(tape.isObject(value) ? "{" : "[");
                for (int child = value + 1; child < tape.next(value); child = tape.next(child)) {
                    events(tape, child, events);
                }
                events.add(tape.isObject(value) ? "}" : "]");
            }
            case STRING -> events.add("\"" + text(tape, value));
            case NUMBER, TRUE, FALSE, NULL ->
                    events.add(
                            new String(
                                    tape.bytes(),
                                    tape.start(value),
                                    tape.end(value) - tape.start(value),
                                    StandardCharsets.UTF_8));
        }
    }

    private static String text(JsonTape tape, int value) {
        var text = new JsonText();
        text.read(tape, value);
        return new String(text.bytes(), text.from(), text.length(), StandardCharsets.UTF_8);
    }

    /// @return null when it is no JSON
    private static List<String> jackson(byte[] text) {
        List<String> events = new ArrayList<>();
        if (!isUtf8(text)) {
            return null;
        }
        try (JsonParser parser =
                JACKSON.createParser(
                        ObjectReadContext.empty(), new String(text, StandardCharsets.UTF_8))) {
            int depth = 0;
            int roots = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                roots += depth == 0 ? 1 : 0;
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                }
                events.add(
                        switch (token) {
                            case START_OBJECT -> "{";
                            case END_OBJECT -> "}";
                            case START_ARRAY -> "[";
                            case END_ARRAY -> "]";
                            case PROPERTY_NAME, VALUE_STRING ->
                                    "\"" + wellFormed(parser.getString());
                            default -> parser.getString();
                        });
            }
            return roots == 1 ? events : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    /// Apart, since Jackson's reader of bytes refuses surrogate pairs that are escaped in keys, and takes other encodings.
    private static boolean isUtf8(byte[] text) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(text));
            return true;
        } catch (java.nio.charset.CharacterCodingException e) {
            return false;
        }
    }

    private static String wellFormed(String text) {
        var whole = new StringBuilder();
        text.codePoints()
                .map(point -> point >= 0xD800 && point <= 0xDFFF ? 0xFFFD : point)
                .forEach(whole::appendCodePoint);
        return whole.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\": 1               | CUT_OFF                   | 7",
                "{\"a\": \"x             | CUT_OFF                   | 8",
                "{\"a\": tr              | CUT_OFF                   | 8",
                "{\"a\": \"\\u00         | CUT_OFF                   | 11",
                "{                       | CUT_OFF                   | 1",
                "{\"a\": 1} x            | TRAILING                  | 9",
                "{\"a\": ]}              | EXPECTED_VALUE            | 6",
                "{a: 1}                  | EXPECTED_KEY              | 1",
                "{\"a\" 1}               | EXPECTED_COLON            | 5",
                "{\"a\": 1 \"b\": 2}     | EXPECTED_COMMA_OR_BRACE   | 8",
                "[1 2]                   | EXPECTED_COMMA_OR_BRACKET | 3",
                "{\"a\": 1,}             | TRAILING_COMMA            | 8",
                "[1, ]                   | TRAILING_COMMA            | 4",
                "{'a': 1}                | SINGLE_QUOTES             | 1",
                "{\"a\": 'x'}            | SINGLE_QUOTES             | 6",
                "{“a”: 1}                | CURLY_QUOTES              | 1",
                "{\"a\": \"x\"y\"}       | UNESCAPED_QUOTE           | 9",
                "{\"a\": None}           | PYTHON_WORD               | 6",
                "{\"a\": NaN}            | NOT_A_NUMBER              | 6",
                "{\"a\": 01}             | BAD_NUMBER                | 7",
                "{\"a\": 1.}             | BAD_NUMBER                | 8",
                "{\"a\": \"\\x\"}        | BAD_ESCAPE                | 7",
                "{\"a\": \"\\u12G4\"}    | BAD_ESCAPE                | 7",
            })
    void the_first_wrong_byte_is_named(String text, JsonProblem problem, int at) {
        broken(text.getBytes(StandardCharsets.UTF_8), problem, at);
    }

    @Test
    void wrong_bytes_inside_texts_are_named() {
        broken(bytes("{\"a\": \"x\u0009y\"}"), JsonProblem.CONTROL_CHARACTER, 8);
        byte[] latin = "{\"a\": \"ma\u00F1ana\"}".getBytes(StandardCharsets.ISO_8859_1);
        broken(latin, JsonProblem.NOT_UTF8, 9);
        broken("{\"a\": \u00F1}".getBytes(StandardCharsets.ISO_8859_1), JsonProblem.NOT_UTF8, 6);
        broken(bytes("[".repeat(501)), JsonProblem.TOO_DEEP, 500);
        broken(
                bytes("[" + "0,".repeat(1 << 20) + "0]"),
                JsonProblem.TOO_MANY_VALUES,
                (1 << 21) - 2);
    }

    /// Each sequence of bytes that is not well-formed, and the edges of those that are.
    @Test
    void utf8_is_what_the_platform_decodes() {
        byte[] b = new byte[4 + JsonTape.PADDING];
        int[] edges = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
        for (int first = 0x80; first < 0x100; first++) {
            for (int second : edges) {
                for (int third : edges) {
                    for (int fourth : edges) {
                        byte[] four = {(byte) first, (byte) second, (byte) third, (byte) fourth};
                        System.arraycopy(four, 0, b, 0, 4);
                        int end = JsonTape.multibyte(b, 0);
                        boolean whole = end > 0 && isUtf8(Arrays.copyOf(four, end));
                        boolean any = false;
                        for (int n = 2; n <= 4; n++) {
                            String one =
                                    isUtf8(Arrays.copyOf(four, n))
                                            ? new String(four, 0, n, StandardCharsets.UTF_8)
                                            : "";
                            any |= one.codePointCount(0, one.length()) == 1;
                        }
                        assertThat(end > 0).isEqualTo(any);
                        assertThat(end < 0 || whole).isTrue();
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"abc\"", "\"ñ\\n\\u00f1x\"", "\"\\ud83d\\ude00y\\ud83dz\\\\\"", "\"\""})
    void each_byte_of_a_text_is_found_in_the_source(String json) {
        byte[] bytes = Arrays.copyOf(bytes(json), bytes(json).length + JsonTape.PADDING);
        var tape = new JsonTape();
        assertThat(tape.read(bytes, 0, bytes(json).length)).isTrue();
        var text = new JsonText();
        text.read(tape, 0);
        for (int offset = 0; offset < text.length(); offset++) {
            int source = JsonText.source(tape, 0, offset);
            byte is = text.bytes()[text.from() + offset];
            // a plain byte comes from itself, an escaped one from its backslash
            assertThat(bytes[source] == is || bytes[source] == '\\').isTrue();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void broken(byte[] text, JsonProblem problem, int at) {
        byte[] bytes = Arrays.copyOf(text, text.length + JsonTape.PADDING);
        var tape = new JsonTape();
        assertThat(tape.read(bytes, 0, text.length)).isFalse();
        assertThat(tape.problem()).isEqualTo(problem);
        assertThat(tape.problemAt()).isEqualTo(at);
    }
}
