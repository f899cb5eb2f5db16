package dev.afinador.dataset.check;

import static dev.afinador.dataset.DatasetKind.CHAT;
import static dev.afinador.dataset.DatasetKind.COMPLETION;
import static dev.afinador.dataset.DatasetKind.PREFERENCE;
import static dev.afinador.dataset.DatasetKind.REINFORCEMENT;
import static dev.afinador.dataset.TrainingFileRule.*;
import static dev.afinador.dataset.check.Sample.assistant;
import static dev.afinador.dataset.check.Sample.chat;
import static dev.afinador.dataset.check.Sample.good;
import static dev.afinador.dataset.check.Sample.pair;
import static dev.afinador.dataset.check.Sample.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.DatasetFinding;
import dev.afinador.dataset.DatasetKind;
import dev.afinador.dataset.DatasetText;
import dev.afinador.dataset.TrainingFileRule;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// For each rule a smallest file that breaks it, and nothing else in it, with the place that has to be named.
class RulesTest {

    /// Stands in front of the place in a line and is not part of it.
    private static final String PLACE = "¦";

    private static final int GOOD = 10;

    /// @param file the bytes; the wrong line is the last one where there is one
    private record Wrong(
            TrainingFileRule rule,
            byte[] file,
            CheckOptions options,
            long line,
            int column,
            @Nullable String path,
            List<String> args) {
        @Override
        public String toString() {
            return rule + " " + args;
        }
    }

    /// A wrong line behind good ones of its kind.
    private static Wrong line(
            DatasetKind kind,
            TrainingFileRule rule,
            @Nullable String path,
            String marked,
            Object... args) {
        String wrong = marked.replace(PLACE, "");
        int at = marked.indexOf(PLACE);
        int column = at < 0 ? 0 : marked.codePointCount(0, at) + 1;
        return new Wrong(
                rule,
                (good(kind, 0, GOOD) + wrong + "\n").getBytes(StandardCharsets.UTF_8),
                CheckOptions.everything(),
                GOOD + 1,
                column,
                path,
                words(args));
    }

    private static Wrong chatLine(
            TrainingFileRule rule, @Nullable String path, String marked, Object... args) {
        return line(CHAT, rule, path, marked, args);
    }

    private static Wrong file(TrainingFileRule rule, long line, String content, Object... args) {
        return file(rule, line, content.getBytes(StandardCharsets.UTF_8), args);
    }

    private static Wrong file(TrainingFileRule rule, long line, byte[] content, Object... args) {
        return new Wrong(rule, content, CheckOptions.everything(), line, 0, null, words(args));
    }

    private static List<String> words(Object... args) {
        return Stream.of(args).map(String::valueOf).toList();
    }

    // ------------------------------------------------------------------------------------------------ the whole file

    static Stream<Wrong> files() {
        String ten = good(CHAT, 0, 10);
        return Stream.of(
                file(EMPTY_FILE, 0, ""),
                file(
                        ENCODING_UTF16,
                        0,
                        ("\uFEFF" + ten).getBytes(StandardCharsets.UTF_16LE),
                        "UTF-16"),
                file(ENCODING_UTF16, 0, ten.getBytes(StandardCharsets.UTF_16BE), "UTF-16"),
                file(
                        ENCODING_UTF16,
                        0,
                        ("\uFEFF" + ten).getBytes(Charset.forName("UTF-32LE")),
                        "UTF-32"),
                file(BINARY_FILE, 0, "PK\u0003\u0004....", "ZIP"),
                file(BINARY_FILE, 0, "%PDF-1.7", "PDF"),
                file(NOT_JSON_LINES, 1, "[\n" + good(CHAT, 0, 1) + "]"),
                file(NOT_JSON_LINES, 1, "{\n  \"messages\": []\n}"),
                file(NOT_JSON_LINES, 1, "[" + good(CHAT, 0) + ", " + good(CHAT, 1) + "]"),
                file(TOO_FEW_EXAMPLES, 0, good(CHAT, 0, 9), 9, 10),
                file(TOO_MANY_EXAMPLES, 0, good(REINFORCEMENT, 0, 50_001), 50_001, 50_000),
                file(
                        TOO_MANY_IMAGE_EXAMPLES,
                        0,
                        IntStream.range(0, 50_001)
                                .mapToObj(i ->
                                        chat(picture("https://example.com/" + i), assistant("a")))
                                .collect(Collectors.joining("\n")),
                        50_001,
                        50_000),
                file(
                        MIXED_KINDS,
                        3,
                        good(CHAT, 0, 2) + good(COMPLETION, 0, 2) + good(CHAT, 2, 10),
                        "completion",
                        "chat",
                        2),
                new Wrong(
                        BYTE_ORDER_MARK,
                        ("\uFEFF" + ten).getBytes(StandardCharsets.UTF_8),
                        CheckOptions.everything(),
                        1,
                        0,
                        null,
                        List.of()),
                file(CLASS_IMBALANCE, 15, labels(), 2, 96, 2));
    }

    /// Fifty mails, two of them spam.
    private static String labels() {
        return IntStream.range(0, 50)
                .mapToObj(
                        i -> chat(user("Correo " + i), assistant(i % 35 == 14 ? "spam" : "bueno")))
                .collect(Collectors.joining("\n"));
    }

    // --------------------------------------------------------------------------------------------------------- lines

    static Stream<Wrong> lines() {
        String answer = ", " + assistant("a") + "]}";
        return Stream.of(
                new Wrong(
                        NOT_UTF8,
                        (good(CHAT, 0, GOOD) + "{\"messages\": \"ñ\"}")
                                .replace("¿", "")
                                .replace("á", "a")
                                .getBytes(StandardCharsets.ISO_8859_1),
                        CheckOptions.everything(),
                        GOOD + 1,
                        15,
                        null,
                        List.of("15")),
                new Wrong(
                        LINE_TOO_LONG,
                        (good(CHAT, 0, GOOD) + chat(user("a".repeat(500)), assistant("b")))
                                .getBytes(StandardCharsets.UTF_8),
                        CheckOptions.everything()
                                .withLimits(new CheckOptions.Limits(400, 1_000, 10, 1_000, 100)),
                        GOOD + 1,
                        0,
                        null,
                        List.of("400")),
                chatLine(BLANK_LINE, null, ""),
                chatLine(BLANK_LINE, null, " \t"),
                broken("{\"messages\": ¦]}", "expected_value", "]"),
                broken("{\"messages\": [1 ¦2]}", "expected_comma_or_bracket", "9"),
                broken("{\"a\": 1 ¦\"b\": 2}", "expected_comma_or_brace", "\""),
                broken("{¦messages: []}", "expected_key", "x"),
                broken("{\"messages\"¦ []}".replace("¦ ", " ¦"), "expected_colon", "["),
                broken("{\"a\": [1, ¦]}", "trailing_comma", "]"),
                broken("{\"a\": 1, ¦}", "trailing_comma", "}"),
                broken("{¦'messages': []}", "single_quotes", "'"),
                broken("{¦“messages”: []}", "curly_quotes", "“"),
                broken("{\"a\": \"un \"¦gran\" error\"}", "unescaped_quote", "x"),
                broken("{\"a\": ¦True}", "python_word", "x"),
                broken("{\"a\": ¦NaN}", "not_a_number", "x"),
                broken("{\"a\": 0¦1}", "bad_number", "9"),
                broken("{\"a\": \"C:¦\\datos\"}", "bad_escape", "\\"),
                broken("{\"ñandú\": \"a¦\tb\"}", "control_character", "U+0009"),
                broken("[".repeat(500) + "¦[" + "]".repeat(501), "too_deep", "["),
                broken("[1" + ",1".repeat((1 << 20) - 2) + "¦,1]", "too_many_values", ","),
                new Wrong(
                        JSON_CUT_OFF,
                        (good(CHAT, 0, GOOD) + "{\"messages\": [").getBytes(StandardCharsets.UTF_8),
                        CheckOptions.everything(),
                        GOOD + 1,
                        15,
                        null,
                        List.of("14")),
                chatLine(JSON_TRAILING, null, good(CHAT, 50) + " ¦{}", good(CHAT, 50).length() + 2),
                chatLine(NOT_AN_OBJECT, "$", "¦[1]", "array"),
                chatLine(NOT_AN_OBJECT, "$", "¦\"hola\"", "string"),
                chatLine(NOT_AN_OBJECT, "$", "¦null", "null"),
                chatLine(NOT_AN_EXAMPLE, "$", "¦{\"texto\": \"hola\", \"id\": 1}", "texto, id"),
                chatLine(
                        DUPLICATE_KEY,
                        "$.messages[0]",
                        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\", ¦\"content\": \"b\"}"
                                + answer,
                        "content"),
                chatLine(
                        DUPLICATE_KEY,
                        "$.messages[0]",
                        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\", ¦\"con\\u0074ent\": \"b\"}"
                                + answer,
                        "content"),
                chatLine(
                        EXAMPLE_KEY_UNKNOWN,
                        "$",
                        "{¦\"fecha\": 7, \"messages\": [" + user("a") + answer,
                        "fecha"),
                chatLine(
                        EXAMPLE_KEY_MISSPELLED,
                        "$",
                        "{¦\"tool\": [], \"messages\": [" + user("a") + answer,
                        "tool",
                        "tools"));
    }

    private static Wrong broken(String marked, String problem, String there) {
        int column = marked.codePointCount(0, marked.indexOf(PLACE)) + 1;
        return chatLine(JSON_BROKEN, null, marked, column, problem, there);
    }

    // ------------------------------------------------------------------------------------------------------ messages

    static Stream<Wrong> messages() {
        return Stream.of(
                chatLine(MESSAGES_NOT_A_LIST, "$.messages", "{\"messages\": ¦\"hola\"}"),
                chatLine(MESSAGES_EMPTY, "$.messages", "{\"messages\": ¦[]}"),
                chatLine(MESSAGE_NOT_AN_OBJECT, "$.messages[0]", chat("¦3", assistant("a"))),
                chatLine(
                        MESSAGE_KEY_UNKNOWN,
                        "$.messages[0]",
                        chat(
                                "{\"role\": \"user\", \"content\": \"a\", ¦\"fecha\": {\"b\": [1]}}",
                                assistant("a")),
                        "fecha"),
                chatLine(
                        MESSAGE_KEY_MISSPELLED,
                        "$.messages[0]",
                        chat(
                                "{\"role\": \"user\", \"content\": \"a\", ¦\"Name\": \"ana\"}",
                                assistant("a")),
                        "Name",
                        "name"),
                chatLine(
                        ROLE_MISSING,
                        "$.messages[0]",
                        chat("¦{\"content\": \"a\"}", assistant("a"))),
                chatLine(
                        ROLE_MISSING,
                        "$.messages[0]",
                        chat("{\"role\": ¦3, \"content\": \"a\"}", assistant("a"))),
                chatLine(
                        ROLE_UNKNOWN,
                        "$.messages[0].role",
                        chat("{\"role\": ¦\"jefe\", \"content\": \"a\"}", assistant("a")),
                        "jefe",
                        "system, user, assistant, tool, function, developer"),
                chatLine(
                        ROLE_MISSPELLED,
                        "$.messages[0].role",
                        chat("{\"role\": ¦\"usuario\", \"content\": \"a\"}", assistant("a")),
                        "usuario",
                        "user"),
                chatLine(
                        ROLE_MISSPELLED,
                        "$.messages[1].role",
                        chat(
                                user("a"),
                                "{\"role\": ¦\"asistant\", \"content\": \"a\"}",
                                assistant("b")),
                        "asistant",
                        "assistant"),
                chatLine(
                        ROLE_DEVELOPER,
                        "$.messages[0].role",
                        chat("{\"role\": ¦\"developer\", \"content\": \"a\"}", assistant("a"))),
                chatLine(
                        CONTENT_MISSING,
                        "$.messages[0]",
                        chat("¦{\"role\": \"user\"}", assistant("a")),
                        "user"),
                chatLine(
                        CONTENT_MISSING,
                        "$.messages[1]",
                        chat(user("a"), "{\"role\": \"assistant\", \"content\": ¦null}"),
                        "assistant"),
                chatLine(
                        CONTENT_MISSING,
                        "$.messages[1]",
                        chat(
                                user("a"),
                                "{\"role\": \"assistant\", \"content\": ¦null, \"tool_calls\": []}"),
                        "assistant"),
                chatLine(
                        CONTENT_WRONG_TYPE,
                        "$.messages[0].content",
                        chat("{\"role\": \"user\", \"content\": ¦7}", assistant("a")),
                        "number"),
                chatLine(
                        CONTENT_EMPTY,
                        "$.messages[0].content",
                        chat("{\"role\": \"user\", \"content\": ¦\"\"}", assistant("a"))),
                chatLine(
                        CONTENT_EMPTY,
                        "$.messages[0].content",
                        chat("{\"role\": \"user\", \"content\": ¦[]}", assistant("a"))),
                chatLine(
                        CONTENT_BLANK,
                        "$.messages[1].content",
                        chat(user("a"), "{\"role\": \"assistant\", \"content\": ¦\" \\n\\t\"}")),
                chatLine(
                        NAME_BAD,
                        "$.messages[0].name",
                        chat(
                                "{\"role\": \"user\", \"name\": ¦\"Ana María\", \"content\": \"a\"}",
                                assistant("a")),
                        "string"),
                chatLine(
                        WEIGHT_NOT_ON_ASSISTANT,
                        "$.messages[0].weight",
                        chat(
                                "{\"role\": \"user\", \"content\": \"a\", \"weight\": ¦1}",
                                assistant("a"))),
                chatLine(
                        WEIGHT_NOT_0_OR_1,
                        "$.messages[1].weight",
                        chat(
                                user("a"),
                                "{\"role\": \"assistant\", \"content\": \"a\", \"weight\": ¦0.5}")),
                chatLine(
                        WEIGHT_NOT_0_OR_1,
                        "$.messages[1].weight",
                        chat(
                                user("a"),
                                "{\"role\": \"assistant\", \"content\": \"a\", \"weight\": ¦\"1\"}")),
                chatLine(
                        NOTHING_TO_LEARN,
                        "$.messages",
                        "{\"messages\": ¦["
                                + user("a")
                                + ", {\"role\": \"assistant\", \"content\": \"a\", \"weight\": 0}]}"),
                chatLine(
                        SYSTEM_NOT_FIRST,
                        "$.messages[1].role",
                        chat(
                                user("a"),
                                "{\"role\": ¦\"system\", \"content\": \"b\"}",
                                assistant("a"))),
                chatLine(NO_ASSISTANT, "$.messages", "{\"messages\": ¦[" + user("a") + "]}"),
                chatLine(
                        LAST_NOT_ASSISTANT,
                        "$.messages[2]",
                        chat(user("a"), assistant("b"), "¦" + user("c")),
                        "user"));
    }

    // ------------------------------------------------------------------------------------------------ parts, images

    private static final String PNG =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    private static final String GIF = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

    private static String parts(String parts) {
        return "{\"role\": \"user\", \"content\": [" + parts + "]}";
    }

    private static String picture(String url) {
        return parts("{\"type\": \"image_url\", \"image_url\": {\"url\": \"" + url + "\"}}");
    }

    static Stream<Wrong> images() {
        String at = "$.messages[0].content[0]";
        String url = at + ".image_url.url";
        String a = assistant("a");
        String image =
                "{\"type\": \"image_url\", \"image_url\": {\"url\": \"https://example.com/a.png\"}}";
        return Stream.of(
                chatLine(PART_NOT_AN_OBJECT, at, chat(parts("¦\"hola\""), a)),
                chatLine(PART_TYPE_MISSING, at, chat(parts("¦{\"text\": \"hola\"}"), a)),
                chatLine(
                        CONTENT_PART_UNKNOWN,
                        at,
                        chat(parts("¦{\"type\": \"input_audio\"}"), a),
                        "input_audio"),
                chatLine(PART_TEXT_MISSING, at, chat(parts("¦{\"type\": \"text\"}"), a)),
                chatLine(
                        IMAGE_FROM_ASSISTANT,
                        "$.messages[1].content[0]",
                        chat(
                                user("a"),
                                "{\"role\": \"assistant\", \"content\": [¦" + image + "]}")),
                chatLine(
                        IMAGE_NOT_FROM_USER,
                        at,
                        chat("{\"role\": \"system\", \"content\": [¦" + image + "]}", user("a"), a),
                        "system"),
                chatLine(IMAGE_URL_MISSING, at, chat(parts("¦{\"type\": \"image_url\"}"), a)),
                chatLine(
                        IMAGE_URL_MISSING,
                        at + ".image_url",
                        chat(parts("{\"type\": \"image_url\", \"image_url\": ¦{\"url\": 3}}"), a)),
                chatLine(
                        IMAGE_URL_BAD,
                        url,
                        chat(
                                parts(
                                        "{\"type\": \"image_url\", \"image_url\": {\"url\": ¦\"C:/gato.png\"}}"),
                                a)),
                chatLine(
                        IMAGE_DATA_BAD,
                        url,
                        chat(picture("data:image/png;base64,iVBORw0KGgoAAAA¦*UhEUg=="), a)),
                chatLine(
                        IMAGE_DATA_BAD,
                        url,
                        chat(picture("data:image/png;base64,¦aG9sYSBob2xhIGhvbGE="), a)),
                chatLine(
                        IMAGE_FORMAT,
                        url,
                        chat(
                                picture("data:image/gif;base64," + GIF)
                                        .replace("\"data", "¦\"data"),
                                a),
                        "image/gif"),
                chatLine(
                        IMAGE_MISLABELLED,
                        url,
                        chat(
                                picture("data:image/jpeg;base64," + PNG)
                                        .replace("\"data", "¦\"data"),
                                a),
                        "image/jpeg",
                        "image/png"),
                chatLine(
                        IMAGE_TOO_BIG,
                        url,
                        chat(
                                picture(
                                                "data:image/png;base64,"
                                                        + PNG.substring(0, 40)
                                                        + "A".repeat(14_000_000))
                                        .replace("\"data", "¦\"data"),
                                a),
                        11,
                        10),
                chatLine(
                        TOO_MANY_IMAGES,
                        "$",
                        "¦"
                                + chat(
                                        parts(
                                                String.join(
                                                        ",",
                                                        java.util.Collections.nCopies(11, image))),
                                        a),
                        11,
                        10),
                chatLine(
                        IMAGE_DETAIL_UNKNOWN,
                        at + ".image_url.detail",
                        chat(
                                parts(
                                        "{\"type\": \"image_url\", \"image_url\": {\"url\":"
                                                + " \"https://example.com/a.png\", \"detail\": ¦\"alto\"}}"),
                                a)));
    }

    // --------------------------------------------------------------------------------------------------------- tools

    private static final String FORECAST =
            "{\"type\": \"function\", \"function\": {\"name\": \"tiempo\", \"parameters\": {\"type\": \"object\","
                    + " \"properties\": {\"ciudad\": {\"type\": \"string\"}, \"dias\": {\"type\": \"integer\"},"
                    + " \"unidad\": {\"enum\": [\"c\", \"f\"]}, \"horas\": {\"type\": \"array\", \"items\": {\"type\":"
                    + " \"number\"}}}, \"required\": [\"ciudad\"], \"additionalProperties\": false}}}";

    private static String tools(String tools, String... messages) {
        return "{\"tools\": " + tools + ", \"messages\": [" + String.join(", ", messages) + "]}";
    }

    private static String call(String id, String name, String arguments) {
        return "{\"id\": \""
                + id
                + "\", \"type\": \"function\", \"function\": {\"name\": \""
                + name
                + "\", \"arguments\": \""
                + arguments.replace("\"", "\\\"")
                + "\"}}";
    }

    private static String calls(String... calls) {
        return "{\"role\": \"assistant\", \"tool_calls\": [" + String.join(", ", calls) + "]}";
    }

    private static String answer(String id) {
        return "{\"role\": \"tool\", \"tool_call_id\": \"" + id + "\", \"content\": \"22\"}";
    }

    private static Wrong arguments(
            TrainingFileRule rule, String path, String marked, Object... args) {
        return chatLine(
                rule,
                "$.messages[1].tool_calls[0].function.arguments" + path,
                tools("[" + FORECAST + "]", user("a"), calls(call("1", "tiempo", marked))),
                args);
    }

    static Stream<Wrong> tools() {
        String list = "[" + FORECAST + "]";
        String good = call("1", "tiempo", "{\"ciudad\": \"Lima\"}");
        String said = "$.messages[1].tool_calls[0]";
        return Stream.of(
                chatLine(TOOLS_NOT_A_LIST, "$.tools", tools("¦{}", user("a"), assistant("a"))),
                chatLine(
                        TOOL_BAD,
                        "$.tools[0].type",
                        tools("[{\"type\": ¦\"tool\"}]", user("a"), assistant("a")),
                        "type"),
                chatLine(
                        TOOL_BAD,
                        "$.tools[0]",
                        tools("[¦{\"type\": \"function\"}]", user("a"), assistant("a")),
                        "function"),
                chatLine(
                        TOOL_BAD,
                        "$.tools[0].function",
                        tools(
                                "[{\"type\": \"function\", \"function\": ¦{\"description\": \"a\"}}]",
                                user("a"),
                                assistant("a")),
                        "name"),
                chatLine(
                        TOOL_NAME_BAD,
                        "$.tools[0].function.name",
                        tools(
                                "[{\"type\": \"function\", \"function\": {\"name\": ¦\"el tiempo\"}}]",
                                user("a"),
                                assistant("a"))),
                chatLine(
                        TOOL_TWICE,
                        "$.tools[1].function.name",
                        tools(
                                "["
                                        + FORECAST
                                        + ","
                                        + FORECAST.replace("\"tiempo\"", "¦\"tiempo\"")
                                        + "]",
                                user("a"),
                                assistant("a")),
                        "tiempo"),
                chatLine(
                        TOOL_PARAMETERS_BAD,
                        "$.tools[0].function.parameters",
                        tools(
                                "[{\"type\": \"function\", \"function\": {\"name\": \"f\", \"parameters\":"
                                        + " ¦{\"type\": \"string\"}}}]",
                                user("a"),
                                assistant("a"))),
                chatLine(
                        PARALLEL_TOOL_CALLS_NOT_BOOLEAN,
                        "$.parallel_tool_calls",
                        "{\"parallel_tool_calls\": ¦\"no\", \"messages\": ["
                                + user("a")
                                + ","
                                + assistant("a")
                                + "]}"),
                chatLine(
                        FUNCTIONS_DEPRECATED,
                        "$.functions",
                        "{\"functions\": ¦[{\"name\": \"f\"}], \"messages\": ["
                                + user("a")
                                + ","
                                + assistant("a")
                                + "]}"),
                chatLine(
                        TOOL_CALLS_NOT_A_LIST,
                        "$.messages[1].tool_calls",
                        tools(
                                list,
                                user("a"),
                                "{\"role\": \"assistant\", \"tool_calls\": ¦" + good + "}")),
                chatLine(
                        TOOL_CALLS_NOT_FROM_ASSISTANT,
                        "$.messages[0].tool_calls",
                        tools(
                                list,
                                "{\"role\": \"user\", \"tool_calls\": ¦[" + good + "]}",
                                answer("1"),
                                assistant("a"))),
                chatLine(
                        TOOL_CALL_BAD,
                        said,
                        tools(list, user("a"), calls("¦" + good.replace("\"id\": \"1\", ", ""))),
                        "id"),
                chatLine(
                        TOOL_CALL_BAD,
                        said,
                        tools(
                                list,
                                user("a"),
                                calls("¦" + good.replace("\"type\": \"function\", ", ""))),
                        "type"),
                chatLine(
                        TOOL_CALL_BAD,
                        said + ".function",
                        tools(
                                list,
                                user("a"),
                                calls(
                                        "{\"id\": \"1\", \"type\": \"function\", \"function\": ¦{\"name\": \"tiempo\"}}")),
                        "arguments"),
                chatLine(
                        TOOL_CALL_ID_TWICE,
                        "$.messages[1].tool_calls[1].id",
                        tools(list, user("a"), calls(good, good.replace("\"1\"", "¦\"1\"")))),
                chatLine(
                        TOOLS_MISSING,
                        said + ".function.name",
                        chat(user("a"), calls(good.replace("\"tiempo\"", "¦\"tiempo\""))),
                        "tiempo"),
                chatLine(
                        TOOL_UNDECLARED,
                        said + ".function.name",
                        tools(
                                list,
                                user("a"),
                                calls(call("1", "hora", "{}").replace("\"hora\"", "¦\"hora\""))),
                        "hora",
                        "tiempo"),
                chatLine(
                        ARGUMENTS_NOT_TEXT,
                        said + ".function.arguments",
                        tools(
                                list,
                                user("a"),
                                calls(
                                        "{\"id\": \"1\", \"type\": \"function\", \"function\": {\"name\":"
                                                + " \"tiempo\", \"arguments\": ¦{\"ciudad\": \"Lima\"}}}")),
                        "object"),
                arguments(ARGUMENTS_NOT_JSON, "", "{\"ciudad\": ¦Lima}", "expected_value"),
                arguments(ARGUMENTS_NOT_JSON, "", "{¦'ciudad': 'Lima'}", "single_quotes"),
                chatLine(
                        ARGUMENTS_NOT_AN_OBJECT,
                        said + ".function.arguments",
                        tools(
                                list,
                                user("a"),
                                calls(call("1", "tiempo", "[1]").replace("\"[1]\"", "¦\"[1]\""))),
                        "array"),
                arguments(ARGUMENT_MISSING, "", "¦{\"dias\": 3}", "ciudad", "tiempo"),
                arguments(
                        ARGUMENT_UNKNOWN,
                        "",
                        "{\"ciudad\": \"Lima\", ¦\"pais\": \"Perú\"}",
                        "pais",
                        "tiempo"),
                arguments(
                        ARGUMENT_WRONG_TYPE,
                        ".dias",
                        "{\"ciudad\": \"Lima\", \"dias\": ¦\"3\"}",
                        "dias",
                        "string",
                        "integer"),
                arguments(
                        ARGUMENT_WRONG_TYPE,
                        ".horas[1]",
                        "{\"ciudad\": \"Lima\", \"horas\": [1, ¦null]}",
                        "horas",
                        "null",
                        "number"),
                arguments(
                        ARGUMENT_NOT_ALLOWED,
                        ".unidad",
                        "{\"ciudad\": \"Lima\", \"unidad\": ¦\"kelvin\"}",
                        "unidad",
                        "c, f"),
                chatLine(
                        TOOL_CALL_ID_MISSING,
                        "$.messages[1]",
                        chat(
                                user("a"),
                                "¦{\"role\": \"tool\", \"content\": \"22\"}",
                                assistant("a"))),
                chatLine(
                        TOOL_MESSAGE_WITHOUT_CALL,
                        "$.messages[2].tool_call_id",
                        tools(
                                list,
                                user("a"),
                                calls(good),
                                answer("2").replace("\"2\"", "¦\"2\""),
                                answer("1"),
                                assistant("a"))),
                chatLine(
                        TOOL_CALL_UNANSWERED,
                        "$.messages[1].tool_calls[0].id",
                        tools(
                                list,
                                user("a"),
                                calls(good.replace("\"1\"", "¦\"1\"")),
                                assistant("a"))),
                chatLine(
                        FUNCTION_NAME_MISSING,
                        "$.messages[1]",
                        chat(
                                user("a"),
                                "¦{\"role\": \"function\", \"content\": \"22\"}",
                                assistant("a"))));
    }

    // ---------------------------------------------------------------------------------------------- the other formats

    static Stream<Wrong> otherFormats() {
        String input = "\"input\": {\"messages\": [" + user("a") + "]}";
        String wanted = "\"preferred_output\": [" + assistant("b") + "]";
        String other = "\"non_preferred_output\": [" + assistant("c") + "]";
        return Stream.of(
                line(
                        PREFERENCE,
                        OLD_PREFERENCE_KEY,
                        "$.preferred_completion",
                        "{"
                                + input
                                + ", \"preferred_completion\": ¦["
                                + assistant("b")
                                + "], "
                                + other
                                + "}",
                        "preferred_completion",
                        "preferred_output"),
                line(
                        PREFERENCE,
                        PREFERENCE_KEY_MISSING,
                        "$",
                        "¦{" + input + ", " + wanted + "}",
                        "non_preferred_output"),
                line(
                        PREFERENCE,
                        PREFERENCE_KEY_MISSING,
                        "$",
                        "¦{" + wanted + ", " + other + "}",
                        "input"),
                line(
                        PREFERENCE,
                        INPUT_NOT_AN_OBJECT,
                        "$.input",
                        "{\"input\": ¦\"Hola\", " + wanted + ", " + other + "}"),
                line(
                        PREFERENCE,
                        MESSAGES_EMPTY,
                        "$.input.messages",
                        "{\"input\": {\"messages\": ¦[]}, " + wanted + ", " + other + "}"),
                line(
                        PREFERENCE,
                        OUTPUT_NOT_ONE_MESSAGE,
                        "$.preferred_output",
                        "{"
                                + input
                                + ", \"preferred_output\": ¦["
                                + assistant("a")
                                + ", "
                                + assistant("b")
                                + "], "
                                + other
                                + "}",
                        2),
                line(
                        PREFERENCE,
                        OUTPUT_NOT_FROM_ASSISTANT,
                        "$.preferred_output[0].role",
                        "{"
                                + input
                                + ", \"preferred_output\": [{\"role\": ¦\"user\", \"content\": \"b\"}], "
                                + other
                                + "}",
                        "user"),
                line(
                        PREFERENCE,
                        OUTPUTS_IDENTICAL,
                        "$.non_preferred_output",
                        pair(user("a"), "b", "b")
                                .replace(
                                        "output\": [" + assistant("b") + "]}",
                                        "output\": ¦[" + assistant("b") + "]}")),
                new Wrong(
                        NO_GRADER_FIELDS,
                        (good(REINFORCEMENT, 0, GOOD) + chat(user("a")))
                                .getBytes(StandardCharsets.UTF_8),
                        CheckOptions.everything().withKind(REINFORCEMENT),
                        GOOD + 1,
                        1,
                        "$",
                        List.of()),
                new Wrong(
                        LAST_IS_ASSISTANT,
                        (good(REINFORCEMENT, 0, GOOD)
                                        + "{\"messages\": ["
                                        + user("a")
                                        + ", "
                                        + assistant("b")
                                        + "], \"answer\": 3}")
                                .getBytes(StandardCharsets.UTF_8),
                        CheckOptions.everything().withKind(REINFORCEMENT),
                        GOOD + 1,
                        17 + user("a").length(),
                        "$.messages[1]",
                        List.of()),
                new Wrong(
                        ITEM_KEY_MISSING,
                        (good(REINFORCEMENT, 0, GOOD)
                                        + "{\"messages\": ["
                                        + user("a")
                                        + "], \"solucion\": 3}")
                                .getBytes(StandardCharsets.UTF_8),
                        CheckOptions.everything(),
                        GOOD + 1,
                        0,
                        null,
                        List.of("answer")),
                line(COMPLETION, COMPLETION_KEY_MISSING, "$", "¦{\"prompt\": \"a\"}", "completion"),
                line(
                        COMPLETION,
                        COMPLETION_NOT_A_STRING,
                        "$.prompt",
                        "{\"prompt\": ¦3, \"completion\": \"a\"}",
                        "prompt",
                        "number"),
                line(
                        COMPLETION,
                        COMPLETION_EMPTY,
                        "$.completion",
                        "{\"prompt\": \"a\", \"completion\": ¦\"\"}"));
    }

    // --------------------------------------------------------------------------------------------------------- texts

    private static Wrong text(TrainingFileRule rule, String marked, Object... args) {
        return chatLine(rule, "$.messages[0].content", chat(user(marked), assistant("a")), args);
    }

    static Stream<Wrong> texts() {
        String said = "El cielo es azul y el mar también. ";
        return Stream.of(
                chatLine(
                        BROKEN_SURROGATE,
                        "$.messages[0].content",
                        chat(user("hola \\ud83d").replace("\"hola", "¦\"hola"), assistant("a"))),
                text(REPLACEMENT_CHARACTER, "se\\t¦\uFFFDor"),
                text(MOJIBAKE, "ma¦Ã±ana"),
                text(MOJIBAKE, "Dice ¦â€œholaâ€\u009D"),
                text(ODD_CONTROL_CHARACTER, "a¦\\u0000b", "U+0000"),
                text(SPECIAL_TOKEN, "fin ¦<|im_end|>", "<|im_end|>"),
                chatLine(
                        REPETITIVE_ANSWER,
                        "$.messages[1].content",
                        chat(user("a"), assistant(said.repeat(12)).replace("\"El", "¦\"El")),
                        91),
                new Wrong(
                        TOKENS_OVER_LIMIT,
                        (good(CHAT, 0, GOOD)
                                        + chat(user("uno dos tres ".repeat(10)), assistant("a")))
                                .getBytes(StandardCharsets.UTF_8),
                        CheckOptions.everything()
                                .withTokenizer(
                                        dev.afinador.dataset.tokens.OpenAiEncoding.O200K_BASE, 30),
                        GOOD + 1,
                        1,
                        "$",
                        List.of("43", "30", "13")),
                text(
                        SECRET,
                        "usa ¦sk-proj-abcdefghijklmnopqrstuvwxyz0123",
                        "OpenAI",
                        "sk-proj-•••• (38)"),
                text(EMAIL_ADDRESS, "escribe a ¦ana.perez@correo.com.pe, por favor", "a•••@•••.pe"),
                text(PHONE_NUMBER, "al ¦+51 987 654 321", "•••••••21"),
                text(PAYMENT_CARD, "con la ¦4111 1111 1111 1111", "•••• 1111"),
                text(BANK_ACCOUNT, "a ¦ES91 2100 0418 4502 0005 1332", "ES•• •••• 1332"),
                text(NATIONAL_ID, "mi DNI es ¦12345678Z", "dni_es", "•••••••8Z"));
    }

    // ------------------------------------------------------------------------------------------------ among examples

    private static final String LONG =
            "La biblioteca municipal abre de lunes a viernes por la mañana y los sábados también por la tarde, salvo en"
                    + " agosto, cuando cierra todos los días a las dos";

    static Stream<Wrong> amongExamples() {
        return Stream.of(
                file(DUPLICATE_EXAMPLE, 11, good(CHAT, 0, 10) + good(CHAT, 3, 4), 4),
                file(
                        NEAR_DUPLICATE,
                        12,
                        good(CHAT, 0, 10)
                                + chat(user("Horario"), assistant(LONG))
                                + "\n"
                                + chat(user("Horario"), assistant(LONG + " en punto"))
                                        .replace("Horario", "HORARIO"),
                        11,
                        100),
                file(
                        CONTRADICTION,
                        11,
                        good(CHAT, 0, 10) + chat(user("¿Cuánto es 3 más uno?"), assistant("Son 5")),
                        4),
                file(
                        CONTRADICTION,
                        11,
                        good(PREFERENCE, 0, 10)
                                + pair(user("¿Cuánto es 3 más uno?"), "No sé, 3", "Uf"),
                        4),
                new Wrong(
                        VALIDATION_OVERLAP,
                        good(CHAT, 7, 8).getBytes(StandardCharsets.UTF_8),
                        CheckOptions.everything().asValidation(fingerprints()),
                        1,
                        0,
                        null,
                        List.of("8")),
                new Wrong(
                        VALIDATION_QUESTION_OVERLAP,
                        chat(user("¿Cuánto es 7 más uno?"), assistant("Son ocho"))
                                .getBytes(StandardCharsets.UTF_8),
                        CheckOptions.everything().asValidation(fingerprints()),
                        1,
                        0,
                        null,
                        List.of("8")));
    }

    private static @Nullable Fingerprints fingerprints() {
        return Sample.check(good(CHAT, 0, 10)).fingerprints();
    }

    // --------------------------------------------------------------------------------------------------------- tests

    @ParameterizedTest
    @MethodSource({
        "files",
        "lines",
        "messages",
        "images",
        "tools",
        "otherFormats",
        "texts",
        "amongExamples"
    })
    void a_smallest_wrong_file_gives_this_finding_at_this_place_and_no_other(Wrong wrong) {
        FileReport report = Sample.check(wrong.file(), wrong.options());
        assertThat(report.findings())
                .extracting(RulesTest::withoutExcerpt)
                .containsExactly(
                        new DatasetFinding(
                                wrong.rule().id(),
                                wrong.rule().severity(),
                                wrong.line(),
                                wrong.column(),
                                wrong.path(),
                                null,
                                wrong.args()));
        assertThat(report.counts()).containsExactly(java.util.Map.entry(wrong.rule().id(), 1L));
    }

    private static DatasetFinding withoutExcerpt(DatasetFinding f) {
        return new DatasetFinding(
                f.rule(), f.severity(), f.line(), f.column(), f.path(), null, f.args());
    }

    @Test
    void a_hundred_and_twenty_nine_functions_are_too_many() {
        String functions =
                IntStream.range(0, 129)
                        .mapToObj(i -> "{\"name\": \"f" + i + "\"}")
                        .collect(Collectors.joining(", ", "[", "]"));
        FileReport report =
                Sample.check(
                        good(CHAT, 0, GOOD)
                                + "{\"functions\": "
                                + functions
                                + ", \"messages\": ["
                                + user("a")
                                + ", "
                                + assistant("b")
                                + "]}");
        assertThat(report.counts())
                .containsOnlyKeys(FUNCTIONS_TOO_MANY.id(), FUNCTIONS_DEPRECATED.id());
    }

    @Test
    void every_rule_has_such_a_file() {
        Set<TrainingFileRule> seen = EnumSet.noneOf(TrainingFileRule.class);
        Stream.of(
                        files(),
                        lines(),
                        messages(),
                        images(),
                        tools(),
                        otherFormats(),
                        texts(),
                        amongExamples())
                .flatMap(rows -> rows)
                .forEach(wrong -> seen.add(wrong.rule()));
        // what other formats are is told before this check
        assertThat(seen)
                .containsAll(
                        EnumSet.complementOf(EnumSet.of(NEEDS_CONVERSION, FUNCTIONS_TOO_MANY)));
    }

    @Test
    void a_finding_is_told_in_both_languages_with_all_its_values() {
        Stream.of(
                        files(),
                        lines(),
                        messages(),
                        images(),
                        tools(),
                        otherFormats(),
                        texts(),
                        amongExamples())
                .flatMap(rows -> rows)
                .forEach(wrong -> {
                    var finding =
                            new DatasetFinding(
                                    wrong.rule().id(),
                                    wrong.rule().severity(),
                                    1,
                                    null,
                                    wrong.args());
                    for (Locale locale : List.of(Locale.ENGLISH, Locale.of("es"))) {
                        DatasetText text = DatasetText.in(locale);
                        assertThat(text.title(finding))
                                .as("%s", wrong)
                                .isNotBlank()
                                .doesNotContainPattern("\\{\\d");
                        assertThat(text.fix(finding))
                                .as("%s", wrong)
                                .isNotBlank()
                                .doesNotContainPattern("\\{\\d");
                    }
                });
    }
}
