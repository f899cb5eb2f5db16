package dev.afinador.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afinador.dataset.check.FileReport;
import dev.afinador.dataset.check.NumbersJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

class CheckCommandTest {

    @TempDir Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private boolean colours;
    private boolean watched;

    private Path good;
    private Path warned;
    private Path wrong;

    @BeforeEach
    void write_files() throws IOException {
        good = write("bueno.jsonl", examples(0, 12));
        warned = write("avisos.jsonl", examples(0, 12) + "\n" + examples(12, 13));
        wrong =
                write(
                        "mal.jsonl",
                        examples(0, 11)
                                + "{\"messages\": [{\"role\": \"usr\", \"content\": \"¿Y bien?\"},"
                                + " {\"role\": \"assistant\", \"content\": \"Sí.\"}]}\n");
    }

    @Test
    void a_good_file_ends_with_0_and_its_numbers() {
        Result result = check(good);
        assertThat(result.code).isZero();
        assertThat(result.err).isEmpty();
        assertThat(result.out)
                .contains("bueno.jsonl")
                .contains("chat · 12 lines · 12 examples")
                .contains("tokens of o200k_base")
                .contains("nothing found");
    }

    @Test
    void an_error_is_told_as_a_compiler_would_with_what_to_write() {
        Result result = check(wrong);
        assertThat(result.code).isEqualTo(1);
        assertThat(result.out)
                .contains(wrong + ":12:24: error: ")
                .contains("[role_misspelled]")
                .contains("$.messages[0].role")
                .contains("→ Write \"user\".")
                .contains("1 error, no warnings")
                .doesNotContain("¿Y bien?")
                .doesNotContain("\u001B");
        String excerpt = result.out.lines().filter(l -> l.contains("\"xxx\"")).findFirst().get();
        String mark = result.out.lines().filter(l -> l.strip().equals("^")).findFirst().get();
        assertThat(excerpt.charAt(mark.indexOf('^'))).isEqualTo('"');
    }

    @Test
    void what_fails_a_run_can_be_chosen() {
        assertThat(check(warned).code).isZero();
        assertThat(check("--fail-on=warning", warned).code).isEqualTo(1);
        assertThat(check("--fail-on=never", wrong).code).isZero();
        assertThat(check("--fail-on", "WARNING", good).code).isZero();
        assertThat(check(good, wrong).code).isEqualTo(1);
    }

    @Test
    void texts_are_in_the_terminals_language_or_the_one_that_is_asked_for() {
        environment.put("LANG", "es_CO.UTF-8");
        assertThat(check(wrong).out)
                .contains("El rol «usr» no existe")
                .contains("1 error, sin avisos");
        environment.put("LC_ALL", "C.UTF-8");
        assertThat(check(wrong).out).contains("The role \"usr\" is unknown");
        assertThat(check("--lang", "es", wrong).out).contains("El rol «usr» no existe");
        assertThat(check("--lang=es").err).contains("No se indicó ningún archivo");
        assertThat(check("--lang=en", "--help").out).contains("Usage:").contains("Exit codes:");
        Result spanish = check("--lang=es", "--help");
        assertThat(spanish.out).contains("Uso:").contains("Códigos de salida:");
        assertThat(spanish.code).isZero();
    }

    @Test
    void colours_are_for_terminals_or_where_they_are_asked_for() {
        assertThat(check("--colour=always", wrong).out).contains("\u001B[31m");
        colours = true;
        assertThat(check(wrong).out).contains("\u001B[31m");
        assertThat(check("--colour=never", wrong).out).doesNotContain("\u001B");
        assertThat(check("--format=json", wrong).out).doesNotContain("\u001B");
    }

    @Test
    void progress_is_shown_to_whoever_watches_and_wiped() {
        assertThat(check(good).err).isEmpty();
        watched = true;
        assertThat(check(good).err).contains("100%").endsWith("\r\u001B[K");
    }

    @Test
    void findings_of_one_rule_are_shown_as_far_as_wanted_and_counted() throws IOException {
        Path blanks = write("vacías.jsonl", examples(0, 12) + "\n".repeat(9));
        assertThat(check(blanks).out).contains("[blank_line] and 4 more").contains(":17: ");
        assertThat(check("--show=0", blanks).out)
                .contains("[blank_line] 9")
                .doesNotContain(":13: ");
        assertThat(check("--show=20", blanks).out).contains(":21: ").doesNotContain("more");
    }

    @Test
    void json_has_the_words_of_the_api_and_the_numbers() {
        Result result = check("--format=json", wrong, good);
        assertThat(result.code).isEqualTo(1);
        Map<?, ?> report = (Map<?, ?>) json(result.out);
        assertThat(report.get("failed")).isEqualTo(true);
        List<?> files = (List<?>) report.get("files");
        Map<?, ?> file = (Map<?, ?>) files.getFirst();
        assertThat(file.get("file")).isEqualTo(wrong.toString());
        assertThat(file.get("kind")).isEqualTo("chat");
        assertThat(file.get("examples")).isEqualTo(12L);
        assertThat(file.get("rules")).isEqualTo(Map.of("role_misspelled", 1L));
        Map<?, ?> finding = (Map<?, ?>) ((List<?>) file.get("findings")).getFirst();
        assertThat(finding.get("rule")).isEqualTo("role_misspelled");
        assertThat(finding.get("severity")).isEqualTo("error");
        assertThat(finding.get("line")).isEqualTo(12L);
        assertThat(finding.get("column")).isEqualTo(24L);
        assertThat(finding.get("path")).isEqualTo("$.messages[0].role");
        assertThat(finding.get("fix")).isEqualTo("Write \"user\".");
        String after = result.out.substring(result.out.indexOf("\"numbers\":") + 10);
        String numbers = after.substring(0, after.indexOf("}},") + 1);
        FileReport.Numbers read = NumbersJson.read(numbers);
        assertThat(read.encoding()).isEqualTo("o200k_base");
        assertThat(read.tokensPerEpoch()).isPositive();
    }

    @Test
    void sarif_names_rules_and_places() {
        Map<?, ?> report = (Map<?, ?>) json(check("--format=sarif", wrong, warned).out);
        assertThat(report.get("version")).isEqualTo("2.1.0");
        Map<?, ?> run = (Map<?, ?>) ((List<?>) report.get("runs")).getFirst();
        Map<?, ?> driver = (Map<?, ?>) ((Map<?, ?>) run.get("tool")).get("driver");
        List<?> rules = (List<?>) driver.get("rules");
        List<?> results = (List<?>) run.get("results");
        assertThat(results).hasSize(2);
        for (Object item : results) {
            Map<?, ?> result = (Map<?, ?>) item;
            int index = ((Long) result.get("ruleIndex")).intValue();
            assertThat(((Map<?, ?>) rules.get(index)).get("id")).isEqualTo(result.get("ruleId"));
        }
        Map<?, ?> first = (Map<?, ?>) results.getFirst();
        assertThat(first.get("level")).isEqualTo("error");
        Map<?, ?> location = (Map<?, ?>) ((List<?>) first.get("locations")).getFirst();
        Map<?, ?> physical = (Map<?, ?>) location.get("physicalLocation");
        assertThat(physical.get("region")).isEqualTo(Map.of("startLine", 12L, "startColumn", 24L));
        assertThat(((Map<?, ?>) physical.get("artifactLocation")).get("uri"))
                .isEqualTo(wrong.toUri().toString());
        assertThat(SarifOutput.uri("datos/mi archivo.jsonl")).isEqualTo("datos/mi%20archivo.jsonl");
    }

    @Test
    void junit_has_a_case_for_each_rule_and_one_that_passes_for_a_good_file() throws Exception {
        Result result = check("--format=junit", wrong, warned, good);
        Element root =
                DocumentBuilderFactory.newDefaultInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(result.out.strip())))
                        .getDocumentElement();
        assertThat(root.getTagName()).isEqualTo("testsuites");
        assertThat(root.getElementsByTagName("testsuite").getLength()).isEqualTo(3);
        assertThat(root.getElementsByTagName("testcase").getLength()).isEqualTo(3);
        assertThat(root.getElementsByTagName("failure").getLength()).isEqualTo(1);
        Element failure = (Element) root.getElementsByTagName("failure").item(0);
        assertThat(failure.getAttribute("message")).contains("usr");
        assertThat(failure.getTextContent()).contains(wrong + ":12:24").contains("Write \"user\".");
        assertThat(root.getElementsByTagName("system-out").item(0).getTextContent())
                .contains(warned + ":13");
    }

    @Test
    void keys_with_control_characters_make_valid_xml() throws Exception {
        Path odd =
                write(
                        "raro.jsonl",
                        examples(0, 12)
                                .replace(
                                        "{\"messages\"",
                                        "{\"\\u0001\\uFFFF]]>\": 1, \"messages\""));
        String xml = check("--format=junit", odd).out;
        DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml.strip())));
        assertThat(xml).contains("example_key_unknown");
    }

    @Test
    void a_validation_file_is_compared_with_the_training_file() throws IOException {
        Path validation = write("validación.jsonl", examples(11, 13));
        Result result = check("--fail-on=warning", "--validation", validation, good);
        assertThat(result.code).isEqualTo(1);
        assertThat(result.out)
                .contains("[validation_overlap]")
                .contains("validación.jsonl (validation)")
                .doesNotContain("too_few_examples");
        Result two = check("--validation", validation, good, warned);
        assertThat(two.code).isEqualTo(2);
        assertThat(two.err).contains("name only one");
    }

    @Test
    void the_model_tells_how_tokens_are_counted() {
        assertThat(check("--model=gpt-3.5-turbo-0125", good).out).contains("tokens of cl100k_base");
        assertThat(check("--model", "ft:gpt-4.1-mini-2025-04-14:acme::x1", good).out)
                .contains("tokens of o200k_base");
        Result unknown = check("--model=modelo-propio", good);
        assertThat(unknown.code).isEqualTo(2);
        assertThat(unknown.err).contains("modelo-propio").contains("--encoding");
        assertThat(check("--model=modelo-propio", "--encoding=cl100k_base", good).out)
                .contains("tokens of cl100k_base");
        assertThat(check("--encoding=none", good).out).doesNotContain("tokens");
        assertThat(check("--structure-only", good).out).doesNotContain("tokens");
    }

    @Test
    void epochs_cost_and_time_are_told() throws IOException {
        assertThat(check(good).out).contains("recommended: 8 epochs").doesNotContain("cost");
        assertThat(check("--model=gpt-4.1", good).out).contains("no price of gpt-4.1 is known");
        assertThat(check("--model=gpt-4o-2024-08-06", good).out)
                .contains("25 USD per million tokens on 2024-08-20, https://openai.com/");
        Path prices =
                write(
                        "precios.csv",
                        "model,currency,per_million,as_of,source\ngpt-4.1,EUR,1000,2026-11-01,contrato\n");
        Result text =
                check(
                        "--lang=es",
                        "--model=gpt-4.1",
                        "--prices",
                        prices,
                        "--epochs=2",
                        "--tokens-per-second=0.1",
                        good);
        Result json =
                check(
                        "--format=json",
                        "--model=ft:gpt-4.1:a::b",
                        "--prices",
                        prices,
                        "--epochs=2",
                        "--tokens-per-second=0.1",
                        good);
        Map<?, ?> file =
                (Map<?, ?>) ((List<?>) ((Map<?, ?>) json(json.out)).get("files")).getFirst();
        Map<?, ?> plan = (Map<?, ?>) file.get("plan");
        Map<?, ?> cost = (Map<?, ?>) plan.get("cost");
        long tokens = (Long) ((Map<?, ?>) file.get("numbers")).get("tokens_per_epoch");
        assertThat(plan.get("epochs")).isEqualTo(2L);
        assertThat(plan.get("tokens")).isEqualTo(2 * tokens);
        assertThat(plan.get("seconds")).isEqualTo(20 * tokens);
        assertThat(new BigDecimal((String) cost.get("per_epoch")))
                .isEqualByComparingTo(BigDecimal.valueOf(tokens, 3));
        assertThat(new BigDecimal((String) cost.get("total")))
                .isEqualByComparingTo(BigDecimal.valueOf(2 * tokens, 3));
        assertThat(text.out).contains("2 épocas").contains("EUR por época").contains("contrato");
    }

    @Test
    void a_wrong_price_list_is_told_with_its_line() throws IOException {
        Path prices =
                write(
                        "precios.csv",
                        "model,currency,per_million,as_of,source\nm,EUR,uno,2026-11-01,x\n");
        Result result = check("--prices", prices, good);
        assertThat(result.code).isEqualTo(2);
        assertThat(result.err).contains("precios.csv").contains("Line 2").contains("uno");
        assertThat(check("--prices", folder.resolve("no-está"), good).code).isEqualTo(2);
        assertThat(check("--epochs=0", good).err).contains("--epochs");
        assertThat(check("--tokens-per-second=-1", good).err).contains("--tokens-per-second");
    }

    @Test
    void a_kind_can_be_forced() {
        Result result = check("--kind=completion", good);
        assertThat(result.code).isEqualTo(1);
        assertThat(result.out).contains("[completion_key_missing]");
    }

    @Test
    void a_table_is_told_as_such() throws IOException {
        Path table = write("tabla.csv", "pregunta,respuesta\n¿a?,b\n¿c?,d\n");
        Result result = check(table);
        assertThat(result.code).isEqualTo(1);
        assertThat(result.out)
                .contains("[needs_conversion]")
                .contains("CSV")
                .contains("./afinador start");
    }

    @Test
    void standard_input_is_a_file_too() {
        Result result = checkInput(examples(0, 3), "-");
        assertThat(result.code).isEqualTo(1);
        assertThat(result.out).contains("-: error: ").contains("[too_few_examples]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "json", "sarif", "junit"})
    void files_that_cannot_be_read_end_with_2_and_the_others_are_told(String format) {
        Result result = check("--format", format, folder.resolve("no-está"), folder, wrong);
        assertThat(result.code).isEqualTo(2);
        assertThat(result.err)
                .contains("no-está: there is no such file")
                .contains(folder + ": cannot be read (it is a folder)");
        assertThat(result.out).contains("role_misspelled");
        if (!format.equals("text")) {
            assertThat(result.out).contains("no-está");
        }
    }

    @Test
    void wrong_options_are_named_with_what_is_meant() {
        assertThat(check("--formt=json", good).err).contains("--formt").contains("--format");
        assertThat(check("--format=xml", good).err)
                .contains("text, json, sarif, junit")
                .contains("xml");
        assertThat(check("--threads=uno", good).err).contains("--threads").contains("uno");
        assertThat(check("--threads=0", good).err).contains("--threads").contains("1");
        assertThat(check("--model").err).contains("--model needs a value");
        assertThat(check().err).contains("No file was named");
        for (Result result :
                List.of(check("--formt=json", good), check("--threads=0", good), check())) {
            assertThat(result.code).isEqualTo(2);
            assertThat(result.err).contains("--help");
            assertThat(result.out).isEmpty();
        }
    }

    // ---------------------------------------------------------------------------------------------------------- helpers

    private record Result(int code, String out, String err) {}

    private Result check(Object... args) {
        return checkInput("", args);
    }

    private Result checkInput(String input, Object... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        List<String> words = new ArrayList<>();
        for (Object arg : args) {
            words.add(arg.toString());
        }
        int code =
                Main.run(
                        words.toArray(String[]::new),
                        new ByteArrayInputStream(input.getBytes(UTF_8)),
                        new PrintWriter(out),
                        new PrintWriter(err),
                        new Terminal(colours, watched, environment::get));
        return new Result(code, out.toString(), err.toString());
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static String examples(int from, int to) {
        var lines = new StringBuilder();
        for (int i = from; i < to; i++) {
            lines.append("{\"messages\": [{\"role\": \"user\", \"content\": \"¿Cuánto es ")
                    .append(i)
                    .append(" más uno?\"}, {\"role\": \"assistant\", \"content\": \"Son ")
                    .append(i + 1)
                    .append("\"}]}\n");
        }
        return lines.toString();
    }

    private static Object json(String text) {
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken();
            Object value = value(parser);
            assertThat(parser.nextToken()).as("one document").isNull();
            return value;
        }
    }

    private static Object value(JsonParser json) {
        return switch (json.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    map.put(name, value(json));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(json));
                }
                yield list;
            }
            case VALUE_STRING -> json.getString();
            case VALUE_NUMBER_INT -> json.getLongValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> json.getDoubleValue();
        };
    }
}
